import { setTimeout as sleep } from 'node:timers/promises'
import type { Resource } from '../../spec/contract.ts'
import type { Result } from '../../reports/model.ts'
import type { Check } from './check.ts'
import { clean } from './clean.ts'
import { Fixture } from './fixture.ts'
import type { Item, Snapshot } from './kit.ts'
import type { Session } from './session.ts'
import { silentScene } from './silent.ts'
import { snapshotOf } from './snapshot.ts'
import { sameToken } from './token.ts'
import { changedBetween } from './volatile.ts'

/**
 * Behind some APIs a job changes what was just written: it computes a member, moves on a state, and raises the version. Who reads before it and
 * writes after it is refused, and rightly (RFC 9110 §3.1: others may change a resource at any time).
 */

/** Milliseconds after which an item is looked at to which nothing is done; the last is the longest that a job is waited for. */
const looks = [10, 25, 50, 100, 250, 500]

/** A job is given longer than it was seen to take. */
const patience = 1.5

/**
 * How long to wait after a write until a job is done with it; 0: nothing changes by itself, or all the time. Looked at once a resource and
 * session, and only where something seems to be wrong.
 */
export function jobsOf(session: Session, resource: Resource, signal: AbortSignal): Promise<number> {
  const known = session.jobs.get(resource.name) ?? watched(session, resource, signal)
  session.jobs.set(resource.name, known)
  return known
}

/** May a job of the target be to blame for what was found? Not in a race: it tells who won by what was written, whatever else has changed. */
export function mayBeJob({ races }: Check, { verdict, reason, exchanges }: Result): boolean {
  if (races && verdict !== 'inconclusive') return false
  const last = exchanges.at(-1)?.response
  if (last === null || last === undefined || reason?.startsWith('internal: ')) return false
  return ['fail', 'warn', 'inconclusive'].includes(verdict) || (verdict === 'skip' && reason?.startsWith('blocked by') === true)
}

async function watched(session: Session, resource: Resource, signal: AbortSignal): Promise<number> {
  const scene = silentScene(session, resource, 'jobs', signal)
  try {
    const fixture = new Fixture(scene, resource)
    const begun = performance.now()
    const created = fixture.create({ purpose: 'create an item, to see whether it changes by itself' }).then((item) => {
      // a quick job is done before the first read: the answer to the create tells of the version before it
      const answered = snapshotOf(scene, resource, item.created)
      const tells = item.last.token === undefined ? answered.payload !== undefined : answered.token !== undefined
      return changing(item, tells ? answered : item.last, begun, signal)
    })
    const written = fixture
      .create({ purpose: 'create an item, to see whether it changes by itself when it was changed' })
      .then(async (item) => {
        const since = performance.now()
        await item.write({ purpose: 'change it' })
        return changing(item, item.last, since, signal)
      })
    const seen = await Promise.all([created, written.catch(() => 0)])
    return Math.ceil(Math.max(...seen) * patience)
  } catch {
    // what stands in the way here is told by the checks
    return 0
  } finally {
    session.behind.push(...(await clean(scene)))
  }
}

/** How long after `since` the item changed by itself, as compared with `first`; 0: not at all, or it never stopped. */
async function changing(item: Item, first: Snapshot, since: number, signal: AbortSignal): Promise<number> {
  const begun = performance.now()
  let last = first
  let longest = 0
  let times = 0
  for (const ms of looks) {
    const next = await item.read({ purpose: 'read it again, to which nothing was done' })
    if (!next.exists) return 0
    if (last.token === undefined ? changedBetween(last, next).size > 0 : !sameToken(last.token, next.token)) {
      longest = Math.max(performance.now() - since, looks[1]!)
      times++
    }
    last = next
    await sleep(Math.max(0, begun + ms - performance.now()), undefined, { signal })
  }
  return times > looks.length / 2 ? 0 : longest
}
