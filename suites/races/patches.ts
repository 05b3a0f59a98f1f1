import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import type { Guard } from '../../spec/contract.ts'
import { type Check, check } from '../kit/check.ts'
import type { Item, Kit, Snapshot } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import type { Met } from '../kit/session.ts'
import { isUpdate } from '../kit/token.ts'
import { writeMember } from '../kit/whole.ts'
import { currentAlone } from './current.ts'
import { membersOf } from './members.ts'
import { names } from './names.ts'
import { Record, stateOf } from './record.ts'
import { inRounds, type Played, type Round } from './rounds.ts'
import { lookOf, lookUntil } from './look.ts'
import { arena, mustMatch, mustTell, promisesOf } from './writers.ts'

/** Two who change different members of the same version. */
export const onePatches: Check = check({
  id: 'races/patches-with-one-token',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, §13.2.1; RFC 5789 §2',
  title: 'of patches of different members with one token that meet, one is performed',
  why: 'one closes the order while the other changes its address: each looked at a version that the other had already replaced',
  fix: 'compare the version where the row is written for PATCH as for PUT, whichever members it is about',
  recipe: 'compare-and-write',
  needs: ['guard.update', 'patch'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    mustTell(kit.guard, kit)
    const first = await kit.resource.create()
    const members = await membersOf(kit, first)
    const itemOf = arena(kit, first)
    await inRounds(kit, { expected: 'at most one success for one token' }, async (round) => {
      const item = await itemOf()
      await item.read()
      mustMatch(item.last, kit)
      const before = item.last
      const { token } = item
      const { record, start } = await patchTogether(kit, item, members, round, kit.guard)
      const promised = promisesOf(kit.resource.spec, kit.guard, before)
      const findings = promised.tokens === 'unique' ? found(record.operations) : []
      const isNobody = findings.some(({ kind }) => kind === 'no-winner')
      await lookUntil(kit, lookOf(item, record), (one) => isNobody || stateOf(one).token !== start.token)
      const body = writeMember({}, members[0]!, kit.fresh())
      const again = (): Promise<Request> => item.request('patch', { body, token })
      const silent = isNobody && promised.reads !== 'latest' ? await currentAlone(kit, item, record, { token, again }) : undefined
      return { history: { start, operations: record.operations }, findings, silent }
    })
  },
})

/** The same without a token: then both are performed, and none may undo the other. */
export const bothSurvive: Check = check({
  id: 'races/patches-survive',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 5789 §2',
  title: 'patches of different members that meet and are both acknowledged both survive',
  why: 'a form that saves one field resets another that somebody else has just saved',
  fix: 'write only the columns that the patch names, or patch in the transaction that reads',
  recipe: 'compare-and-write',
  alarms:
    'A PATCH is only asked to be atomic. A server that loses one of two patches breaks no rule when nobody sent a condition, but its clients.',
  needs: ['patch', 'read'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    const guards = kit.resource.spec.guards.filter((guard) => isUpdate(guard) && guard.for.includes('patch'))
    if (guards.some(({ required }) => required !== 'never')) kit.skip('a patch needs a token here: races/patches-with-one-token')
    const first = await kit.resource.create()
    const members = await membersOf(kit, first)
    const item = arena(kit, first)
    await inRounds(kit, { expected: 'what was acknowledged is there' }, async (round) => survive(kit, await item(), members, round))
  },
})

async function survive(kit: Kit, item: Item, members: string[], round: Round): Promise<Played> {
  await item.read()
  const { record, met, start, values } = await patchTogether(kit, item, members, round)
  const gone = (left: Snapshot): number[] =>
    met.flatMap((one, at) => (record.of(one).outcome === 'done' && left.exists && !shows(left, values[at]!) ? [at] : []))
  const left = await lookUntil(kit, lookOf(item, record), (one) => gone(one).length === 0)
  const missing = gone(left).length > 0 ? await missingStill(kit, item, members, record, gone) : []
  const { operations } = record
  if (missing === undefined)
    return {
      history: { start, operations },
      silent: 'reads are behind: they show neither what was patched nor a patch that was sent later',
    }
  const lost = missing.map((at) => record.of(met[at]!))
  if (lost.length === 0) return { history: { start, operations } }
  const words = `${lost.map(({ writer, wrote }) => `${writer}’s ${wrote}`).join(' and ')}: acknowledged, but not there although nobody else wrote that member`
  return {
    history: { start, operations },
    findings: [{ kind: 'not-carried-out', severity: 'fail', words, operations: lost.map(({ id }) => id) }],
  }
}

/**
 * What a read shows may be older than what was written: one that shows a patch which was sent later is not.
 *
 * @returns which of the patches such a read does not show; undefined where no read was one
 */
async function missingStill(
  kit: Kit,
  item: Item,
  members: string[],
  record: Record,
  gone: (left: Snapshot) => number[],
): Promise<number[] | undefined> {
  const before = gone(item.last)
  const witness = Math.max(
    members.findIndex((_, at) => !before.includes(at)),
    0,
  )
  const value = kit.fresh()
  const body = writeMember({}, members[witness]!, value)
  const answer = await kit.send(await item.request('patch', { body, purpose: 'one patch more: a read that shows it is not older' }))
  if (!answer.ok) return undefined
  const left = await lookUntil(kit, lookOf(item, record), (one) => shows(one, value))
  if (shows(left, value)) return gone(left).filter((at) => at !== witness)
  kit.lag.saw(Infinity)
  return undefined
}

function shows({ exists, payload }: Snapshot, value: string): boolean {
  return exists && JSON.stringify(payload ?? null).includes(value)
}

interface Patched {
  record: Record
  met: Met[]
  start: Played['history']['start']
  /** What each wrote, in their order. */
  values: string[]
}

/** @param guard with which each sends the token of the item; undefined: none sends one */
async function patchTogether(kit: Kit, item: Item, members: string[], { meet, writers }: Round, guard?: Guard): Promise<Patched> {
  const token = guard && item.token
  const start = stateOf(item.last)
  const some = members.slice(0, writers)
  const values = some.map(() => kit.fresh())
  const requests = []
  for (const [at, member] of some.entries()) {
    const body = writeMember({}, member, values[at]!)
    requests.push(
      await item.request('patch', { body, ...(guard && { token }), purpose: `${at + 1} of ${some.length} patches of different members` }),
    )
  }
  const record = new Record(kit.target.urls)
  const met = await meet(requests, await item.request('read', { purpose: 'read the item' }))
  for (const [at, one] of met.entries())
    record.met(one, {
      role: 'write',
      sent: token,
      wrote: `${some[at]}: ${values[at]}`,
      outcomes: guard?.outcomes ?? {},
    })
  return { record, met, start, values }
}

function twoWinners(done: RaceOperation[]): RaceFinding {
  const words = `${names(done)} patched with the same token and all succeeded, although a success replaces the version`
  return { kind: 'lost-update', severity: 'fail', words, operations: done.map(({ id }) => id) }
}

function found(operations: RaceOperation[]): RaceFinding[] {
  const writes = operations.filter(({ role }) => role === 'write')
  const done = writes.filter(({ outcome }) => outcome === 'done')
  if (done.length > 1) return [twoWinners(done)]
  if (writes.some(({ outcome }) => outcome !== 'refused')) return []
  const words = `all ${writes.length} patches with the current token were refused, and nothing else was written`
  return [{ kind: 'no-winner', severity: 'warn', words, operations: writes.map(({ id }) => id) }]
}
