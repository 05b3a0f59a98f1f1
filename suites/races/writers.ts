import type { Guard, Resource } from '../../spec/contract.ts'
import type { Item, Kit, Snapshot } from '../kit/kit.ts'
import { mustBeMatchable } from '../kit/matchable.ts'
import type { Request } from '../kit/request.ts'
import type { Met } from '../kit/session.ts'
import { type History, promises, type Promises } from '../history/history.ts'
import { withPast } from './past.ts'
import { Record, stateOf } from './record.ts'
import type { Played, Round } from './rounds.ts'
import { settle } from './settle.ts'

/**
 * The item that the rounds race for: one for all. Where reads were seen to stay behind, it is a new one in each, since of an item that was never
 * written a read shows the current version or none.
 */
export function arena(kit: Kit, first: Item): () => Promise<Item> {
  let used = false
  return async () => {
    if (used && kit.lag.isEndless) return kit.resource.create()
    used = true
    return first
  }
}

/** All writers save with the token of the version that is there. */
export async function saveTogether(kit: Kit, item: Item, { writers, meet }: Round): Promise<Played & { met: Met[] }> {
  const before = await item.read()
  const { token } = item
  mustMatch(before, kit)
  const requests: Request[] = []
  for (let at = 0; at < writers; at++)
    requests.push(await item.request('write', { token, purpose: `${at + 1} of ${writers} who save with one token` }))
  const record = new Record(kit.target.urls)
  const met = await meet(requests, await item.request('read', { purpose: 'read the item' }))
  for (const one of met) record.met(one, { role: 'write', sent: token, wrote: one.request.marker, outcomes: kit.guard.outcomes })
  const promised = promisesOf(kit.resource.spec, kit.guard, before)
  const start = stateOf(before)
  let silent: string | undefined
  let history: History
  try {
    silent = (await settle(kit, item, record, { start, sent: { token }, promised })).silent
  } finally {
    // what was sent may still come, though nobody could look
    history = withPast(item, { start, operations: record.operations })
  }
  return { met, history, promised, silent }
}

/** Where two writers with one token may both be right nothing can be proved. */
export function mustTell(guard: Guard, { skip }: Kit): void {
  const { format } = guard.token
  if (format === 'http-date' || format === 'rfc3339') skip('a date names all versions of its second: two writers may both be right')
  if (guard.match === 'greater-or-equal') skip('any version from the current one on is taken: two writers may both be right')
}

/** A token that nothing can match lets nobody win. */
export function mustMatch({ token }: Snapshot, kit: Kit): void {
  if (token !== undefined) mustBeMatchable(kit, token)
}

/** What the judge may count on. */
export function promisesOf({ reads }: Resource, guard: Guard, { token }: Snapshot): Promises {
  const isWeak = guard.token.format === 'etag' && typeof token === 'string' && token.startsWith('W/')
  return { ...promises, reads: reads === 'latest' ? 'latest' : 'any', tokens: isWeak ? 'may-repeat' : 'unique' }
}
