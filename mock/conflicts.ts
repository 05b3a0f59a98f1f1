import { isDeepStrictEqual } from 'node:util'
import { escapeToken } from '../http/pointer.ts'
import type { Json } from '../spec/contract.ts'
import { candidate } from './candidate.ts'
import type { Conflict } from './decision.ts'
import type { Situation } from './decide.ts'

type Members = { [name: string]: Json }

/**
 * The members in conflict between a client and the others: changed since the version that the client named, and changed differently by
 * the client. What only one side changed is no conflict, and two sides that changed it to the same agree.
 *
 * @param base the version that the client named
 * @param theirs the version that stands
 * @returns undefined where the request writes nothing that has members (a DELETE, a text)
 */
export function conflictsOf(base: Json | Buffer, theirs: Json | Buffer, situation: Situation): Conflict[] | undefined {
  const yours = candidate(situation)
  if (yours.kind !== 'ready' || !isMembers(base) || !isMembers(theirs) || !isMembers(yours.next)) return undefined
  // a patch is meant for the version that the client named
  const mine = situation.facts.message.method === 'PATCH' ? patched(situation, base) : yours.next
  if (!isMembers(mine)) return undefined
  const server = situation.facts.model.serverMembers
  return threeWay(base, mine, theirs).conflicts.filter((conflict) => !server.has(conflict.field))
}

function patched(situation: Situation, base: Members): Json | Buffer | undefined {
  const item = situation.item === undefined ? undefined : { ...situation.item, value: base }
  const result = candidate({ ...situation, item })
  return result.kind === 'ready' ? result.next : undefined
}

/**
 * Joins two lines of change member by member: what one side changed is taken, what both changed differently is a conflict (and stays
 * as it is with them).
 */
export function threeWay(base: Members, yours: Members, theirs: Members): { merged: Members; conflicts: Conflict[] } {
  const merged = new Map<string, Json>(Object.entries(theirs))
  const conflicts: Conflict[] = []
  for (const name of new Set([...Object.keys(base), ...Object.keys(theirs), ...Object.keys(yours)])) {
    const [b, t, y] = [own(base, name), own(theirs, name), own(yours, name)]
    if (isDeepStrictEqual(y, b) || isDeepStrictEqual(y, t)) continue
    if (!isDeepStrictEqual(t, b)) conflicts.push({ field: escapeToken(name), base: b, yours: y, theirs: t })
    else if (y === undefined) merged.delete(name)
    else merged.set(name, y)
  }
  return { merged: Object.fromEntries(merged), conflicts }
}

function own(members: Members, name: string): Json | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined
}

/** Whether a value is a JSON object. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
}
