import type { Guard, Resource } from '../../spec/contract.ts'
import { type Check, check } from '../kit/check.ts'
import type { Item, Kit, Snapshot } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import { neverMatches } from '../kit/token.ts'
import { promises, type Promises } from '../race/history.ts'
import { Record, stateOf } from './record.ts'
import { inRounds, type Played, type Round } from './rounds.ts'

/** Several writers who all read the same version. */
export const oneWinner: Check = check({
  id: 'races/stale-token',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, §13.2.1',
  title: 'of several writes with one token that meet, one is performed',
  why: 'two people save at the same moment, both are told that it worked, and the work of one is gone',
  fix: 'compare and write in one statement: UPDATE … WHERE id = ? AND version = ?, and look at how many rows that were',
  recipe: 'compare-and-write',
  needs: ['guard.update'],
  catches: ['check-then-write-20ms', 'checked-at-head', 'row-count-ignored'],
  races: true,
  async run(kit) {
    refuseDates(kit.guard, kit)
    const item = await kit.resource.create()
    await inRounds(kit, { expected: 'at most one success for one token' }, (round) => played(kit, item, round))
  },
})

async function played(kit: Kit, item: Item, { writers, meet }: Round): Promise<Played> {
  const before = await item.read()
  const { token } = item
  if (neverMatches(token, kit.guard)) kit.skip(`the tag ${String(token)} is weak, so If-Match can never match it (RFC 9110 §13.1.1)`)
  const requests: Request[] = []
  for (let at = 0; at < writers; at++)
    requests.push(await item.request('write', { token, purpose: `${at + 1} of ${writers} who save with one token` }))
  const record = new Record()
  for (const met of await meet(requests, await item.request('read', { purpose: 'read the item' })))
    record.met(met, { role: 'write', sent: token, wrote: met.request.marker, outcomes: kit.guard.outcomes })
  await record.settled(() => item.read({ purpose: 'what the writers left' }))
  return { history: { start: stateOf(before), operations: record.operations }, promised: promisesOf(kit.resource.spec, kit.guard, before) }
}

/** A date names all versions of a second, and where "or newer" will do, several writers may be right. */
export function refuseDates(guard: Guard, { skip }: Kit): void {
  const { format } = guard.token
  if (format === 'http-date' || format === 'rfc3339') skip('a date names all versions of its second: two writers may both be right')
  if (guard.match === 'greater-or-equal') skip('any version from the current one on is taken: two writers may both be right')
}

/** What the judge may count on. */
export function promisesOf({ reads }: Resource, guard: Guard, { token }: Snapshot): Promises {
  const isWeak = guard.token.format === 'etag' && typeof token === 'string' && token.startsWith('W/')
  return { ...promises, reads: reads === 'latest' ? 'latest' : 'any', tokens: isWeak ? 'may-repeat' : 'unique' }
}
