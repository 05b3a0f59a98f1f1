import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../spec/contract.ts'
import type { Snapshot } from './kit.ts'
import { sameToken } from './token.ts'

/** The name under which a token that changes by itself is remembered; no member of a payload is called so. */
export const volatileToken = '(token)'

/** Two reads with nothing between them: what differs all the same proves nothing when it differs after a refused write. */
export async function learnVolatile(first: Snapshot, again: () => Promise<Snapshot>): Promise<Set<string>> {
  return changedBetween(first, await again())
}

/** The members in which two reads differ, and `volatileToken` if their tokens do. */
export function changedBetween(first: Snapshot, second: Snapshot): Set<string> {
  const names = differing(first.payload, second.payload)
  return new Set(sameToken(first.token, second.token) ? names : [...names, volatileToken])
}

/** The top-level members in which two payloads differ; `''` if they are no maps and differ. */
export function differing(one: Json | undefined, other: Json | undefined): string[] {
  if (!isMap(one) || !isMap(other)) return isDeepStrictEqual(one, other) ? [] : ['']
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => !isDeepStrictEqual(one[name], other[name]))
}

/** A point in time in one of the usual spellings: servers keep such members for their own ends (last seen, last tried). */
export function isTime(value: Json | undefined): boolean {
  return typeof value === 'string' && /\d{2}:\d{2}/.test(value) && !Number.isNaN(Date.parse(value))
}

/** A JSON object. */
export function isMap(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
