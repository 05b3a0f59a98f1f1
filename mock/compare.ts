import { parseEntityTag, parseEntityTagList, type EntityTag } from '../http/entity-tag.ts'
import { parseHttpDate } from '../http/http-date.ts'
import type { Guard, Json, Match, Place } from '../spec/contract.ts'
import { plain } from '../spec/places.ts'
import { modifiedOf, numberOf, opaqueOf, type Versioned } from './token.ts'

/** What was sent to a guard, read by the format of its token. */
export type Sent =
  | { kind: 'any' }
  | { kind: 'none' }
  /** `weak` where it is the place, and not the format, that says so. */
  | { kind: 'tags'; tags: EntityTag[]; weak?: boolean }
  | { kind: 'date'; ms: number }
  | { kind: 'number'; number: number }
  | { kind: 'text'; text: string }
  /** A token of several parts, by their names. */
  | { kind: 'parts'; parts: Map<string, Sent> }
  /** Not of the format. An invalid date is to be ignored (RFC 9110 §13.1.3, §13.1.4). */
  | { kind: 'malformed'; ignore: boolean }

/**
 * Reads what was sent at a guard's place: its sentinels first, then the format of its token.
 *
 * @param isText whether the document has a text at this place, so that a number stands there as one
 */
export function readSent(guard: Guard, place: Place, value: Json, now: number, isText = false): Sent {
  if (guard.any !== undefined && 'value' in guard.any && same(place, value, guard.any.value)) return { kind: 'any' }
  if (guard.none !== undefined && 'value' in guard.none && same(place, value, guard.none.value)) return { kind: 'none' }
  const text = plain(value).trim()
  const around = place.text === undefined ? undefined : tagAround(place)
  if (around !== undefined) {
    const read = readTags(guard, place, text)
    return read.kind === 'tags' ? { ...read, weak: around.weak } : read
  }
  switch (guard.token.format) {
    case 'etag':
    case 'etag-weak':
      return readTags(guard, place, text)
    case 'quoted-or-bare': {
      const tag = parseEntityTag(text)
      if (tag !== undefined) return { kind: 'tags', tags: [{ weak: false, opaque: tag.opaque }] }
      const list = place.part === 'header' ? parseEntityTagList(text) : undefined
      if (list === '*' && guard.match === 'differs') return { kind: 'none' }
      if (Array.isArray(list)) return { kind: 'tags', tags: list.map((each) => ({ weak: false, opaque: each.opaque })) }
      return text === '' || text.includes('"') ? malformed : { kind: 'tags', tags: [{ weak: false, opaque: text }] }
    }
    case 'integer':
      if (place.part === 'body' && typeof value !== 'number' && !(isText && typeof value === 'string')) return malformed
      return /^\d+$/.test(text) ? { kind: 'number', number: Number(text) } : malformed
    case 'http-date': {
      const ms = parseHttpDate(text, now)
      return ms === undefined ? { kind: 'malformed', ignore: true } : { kind: 'date', ms }
    }
    case 'rfc3339': {
      const ms = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN
      return Number.isNaN(ms) ? malformed : { kind: 'date', ms }
    }
    case 'opaque':
      return text === '' ? malformed : { kind: 'text', text }
  }
}

/** A header field of conditions whose text around a token makes an entity tag of it: `W/"{}"`. */
export function tagAround({ part, name, text }: Place): EntityTag | undefined {
  const isCondition = part === 'header' && text !== undefined && /^if-(none-)?match$/i.test(name)
  return isCondition ? parseEntityTag(text) : undefined
}

const malformed: Sent = { kind: 'malformed', ignore: false }

/** `If-Match` and `If-None-Match` carry a list or `*`; at any other place one tag stands (RFC 9110 §13.1.1, §13.1.2). */
function readTags(guard: Guard, place: Place, text: string): Sent {
  if (place.part !== 'header') {
    const tag = parseEntityTag(text)
    return tag === undefined ? malformed : { kind: 'tags', tags: [tag] }
  }
  const list = parseEntityTagList(text)
  if (list === undefined) return malformed
  if (list === '*') return { kind: guard.match === 'differs' ? 'none' : 'any' }
  return { kind: 'tags', tags: list }
}

/** How what was sent relates to the version that stands: whether the guard's match holds. `differs` and `modified-since` ask for a change. */
export function matches(guard: Guard, sent: Sent, current: Versioned): boolean {
  if (sent.kind !== 'parts') return holds(guard, guard.match, sent, current)
  const found = [...sent.parts].map(([part, each], at) =>
    // what says more than "the same" is about the part that counts
    holds(guard, at === 0 && guard.match !== 'differs' ? guard.match : 'equal', each, current, part),
  )
  return guard.match === 'differs' ? found.includes(false) : found.every(Boolean)
}

function holds({ token }: Guard, match: Match, sent: Sent, current: Versioned, part?: string): boolean {
  switch (sent.kind) {
    case 'any':
      return true
    case 'none':
    case 'malformed':
    case 'parts':
      return false
    case 'tags': {
      const tag: EntityTag = { weak: sent.weak ?? token.format === 'etag-weak', opaque: opaqueOf(token, current, part) }
      if (match === 'differs') return !sent.tags.some((each) => weakEqual(each, tag))
      if (match === 'strong') return sent.tags.some((each) => strongEqual(each, tag))
      if (match === 'weak') return sent.tags.some((each) => weakEqual(each, tag))
      return sent.tags.some((each) => each.weak === tag.weak && each.opaque === tag.opaque)
    }
    case 'date': {
      const modified = token.format === 'http-date' ? wholeSeconds(modifiedOf(token, current)) : modifiedOf(token, current)
      if (match === 'not-modified-since') return modified <= sent.ms
      if (match === 'modified-since') return modified > sent.ms
      return match === 'differs' ? modified !== sent.ms : modified === sent.ms
    }
    case 'number':
      return fits(match, sent.number, numberOf(token, current, part))
    case 'text': {
      const equal = sent.text === opaqueOf(token, current, part)
      return match === 'differs' ? !equal : equal
    }
  }
}

/** How a number that was sent relates to the one that stands; 0 stands where nothing is. */
export function fits(match: Match, sent: number, current: number): boolean {
  if (match === 'successor') return sent === current + 1
  if (match === 'greater') return sent > current
  if (match === 'greater-or-equal') return sent >= current
  return match === 'differs' ? sent !== current : sent === current
}

/** Both strong, and the same text character by character (RFC 9110 §8.8.3.2). */
export function strongEqual(a: EntityTag, b: EntityTag): boolean {
  return !a.weak && !b.weak && a.opaque === b.opaque
}

/** The same text, weak or not (RFC 9110 §8.8.3.2). */
export function weakEqual(a: EntityTag, b: EntityTag): boolean {
  return a.opaque === b.opaque
}

/** The version in an item's history that was named; a list of tags names the first that is there. */
export function namedRevision<V extends Versioned>(guard: Guard, sent: Sent, history: readonly V[]): V | undefined {
  if (sent.kind === 'tags') {
    for (const tag of sent.tags) {
      const found = history.find((each) => opaqueOf(guard.token, each) === tag.opaque)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (sent.kind === 'number') {
    const before = guard.match === 'successor' ? sent.number - 1 : sent.number
    return history.findLast((each) => numberOf(guard.token, each) === before)
  }
  if (sent.kind === 'parts') {
    return history.findLast((each) => [...sent.parts].every(([part, one]) => holds(guard, 'equal', one, each, part)))
  }
  if (sent.kind === 'text') return history.find((each) => opaqueOf(guard.token, each) === sent.text)
  if (sent.kind === 'date') {
    const whole = guard.token.format === 'http-date'
    return history.findLast((each) => (whole ? wholeSeconds(each.modified) : each.modified) <= sent.ms)
  }
  return undefined
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

function same(place: Place, value: Json, sentinel: Json): boolean {
  if (place.part === 'body') return JSON.stringify(value) === JSON.stringify(sentinel)
  return plain(value).trim() === plain(sentinel)
}
