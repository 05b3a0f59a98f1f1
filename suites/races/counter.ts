import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import { type Check, check } from '../kit/check.ts'
import type { Item, Kit, Snapshot, TokenValue } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import type { Met } from '../kit/session.ts'
import { remember, withPast } from './past.ts'
import { Record, stateOf } from './record.ts'
import { inRounds, type Played, type Round } from './rounds.ts'
import { settle } from './settle.ts'
import { mustMatch, mustTell, promisesOf } from './writers.ts'

/** So often one client reads and tries again before it gives up. */
const patience = 12

/** What a client made of the version that it read. */
interface Write {
  client: number
  sent: TokenValue
  wrote: string
  request: Request
}

/** Several clients who each read a count and write one more. */
export const nothingLost: Check = check({
  id: 'races/counter',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1',
  title: 'where several clients read, add one and write with the token that they read, every success counts',
  why: 'of ten items that were sold at once nine are booked: each client did all that the protocol asks, and the stock is wrong all the same',
  fix: 'compare and write in one statement; look at how many rows that changed before success is answered',
  recipe: 'compare-and-write',
  needs: ['guard.update', 'token'],
  catches: ['check-then-write-20ms', 'row-count-ignored'],
  races: true,
  async run(kit) {
    mustTell(kit.guard, kit)
    const item = await kit.resource.create()
    await inRounds(kit, { expected: 'the count is the number of successes', most: 2 }, (round) => {
      if (kit.lag.isEndless) kit.skip('reads are behind the writes for more than two seconds: nobody can count on what they show')
      return count(kit, item, round)
    })
  },
})

/** At first all write at once what they made of the same version, then each as fast as it can until it succeeds. */
async function count(kit: Kit, item: Item, { writers: clients, meet }: Round): Promise<Played> {
  const word = kit.fresh()
  const value = (counted: number, client: number | string): string => `${word}${client}c${counted}`
  remember(item, value(0, ''))
  await item.write({ marker: value(0, ''), purpose: 'set the count to 0' })
  const start = await item.read()
  mustMatch(start, kit)
  const countOf = ({ marker }: Snapshot): number | undefined => {
    const counted = typeof marker === 'string' && marker.startsWith(word) ? /c(\d+)$/.exec(marker)?.[1] : undefined
    return counted === undefined ? undefined : Number(counted)
  }
  if (countOf(start) === undefined) kit.skip('what is written is not what reads give back')
  const record = new Record(kit.target.urls)
  const probe = await item.request('read', { purpose: 'read the item' })
  /** What a client does next: reads, and makes of it what it will write; undefined: what it read cannot be counted on. */
  const next = async (client: number, attempt: number): Promise<Write | undefined> => {
    const read = await record.read(() => item.read({ purpose: `${client} of ${clients} clients who read the count` }))
    const counted = countOf(read)
    if (!read.exists || read.token === undefined || counted === undefined) return undefined
    const wrote = value(counted + 1, `${client}x${attempt}`)
    const purpose = `${client} of ${clients} clients who write one more`
    return { client, sent: read.token, wrote, request: await item.request('write', { token: read.token, marker: wrote, purpose }) }
  }
  const wasRefused = (met: Met, { sent, wrote }: Write): boolean =>
    record.met(met, { role: 'write', sent, wrote, outcomes: kit.guard.outcomes }) === 'refused'
  const goOn = async (client: number): Promise<void> => {
    for (let attempt = 1; attempt < patience; attempt++) {
      const write = await next(client, attempt)
      if (!write) continue
      const [met] = await kit.meet([write.request], probe, 'parallel')
      if (!wasRefused(met!, write)) return
    }
  }
  const first = await Promise.all(Array.from({ length: clients }, (_, at) => next(at + 1, 0)))
  const ready = first.filter((write) => write !== undefined)
  const requests = ready.map(({ request }) => request)
  const met = requests.length > 0 ? await meet(requests, probe) : []
  const again = ready.filter((write, at) => wasRefused(met[at]!, write))
  await Promise.all(again.map(({ client }) => goOn(client)))
  const promised = promisesOf(kit.resource.spec, kit.guard, start)
  const { read: end, silent } = await settle(kit, item, record, { start: stateOf(start), sent: { token: start.token! }, promised })
  const { operations } = record
  const counted = end?.exists ? countOf(end) : undefined
  const findings = counted === undefined ? [] : miscounted(operations, counted)
  return { history: withPast(item, { start: stateOf(start), operations }), promised, findings, silent }
}

/** The count lies between the successes and these with all of which nothing is known. */
function miscounted(operations: RaceOperation[], counted: number): RaceFinding[] {
  const writes = operations.filter(({ role }) => role === 'write')
  const done = writes.filter(({ outcome }) => outcome === 'done')
  const most = done.length + writes.filter(({ outcome }) => outcome === 'unknown').length
  if (counted >= done.length && counted <= most) return []
  const words = `${done.length} clients were told that they added one, but the count went from 0 to ${counted}`
  return [{ kind: 'lost-update', severity: 'fail', words, operations: done.map(({ id }) => id) }]
}
