import { parseEntityTag, parseEntityTagList, type EntityTag } from '../http/entity-tag.ts'
import { parseHttpDate } from '../http/http-date.ts'
import type { Guard, Json, Place } from '../spec/contract.ts'
import { plain } from '../spec/places.ts'
import { opaqueOf, tokenAt, type Versioned } from './token.ts'

/** What was sent to a guard, read by the format of its token. */
export type Sent =
  | { kind: 'any' }
  | { kind: 'none' }
  | { kind: 'tags'; tags: EntityTag[] }
  | { kind: 'date'; ms: number }
  | { kind: 'number'; number: number }
  | { kind: 'text'; text: string }
  /** Not of the format. An invalid date is to be ignored (RFC 9110 §13.1.3, §13.1.4). */
  | { kind: 'malformed'; ignore: boolean }

/** Reads what was sent at a guard's place: its sentinels first, then the format of its token. */
export function readSent(guard: Guard, place: Place, value: Json, now: number): Sent {
  if (guard.any !== undefined && 'value' in guard.any && same(place, value, guard.any.value)) return { kind: 'any' }
  if (guard.none !== undefined && 'value' in guard.none && same(place, value, guard.none.value)) return { kind: 'none' }
  const text = plain(value).trim()
  switch (guard.token.format) {
    case 'etag':
    case 'etag-weak':
      return readTags(guard, place, text)
    case 'quoted-or-bare': {
      const tag = parseEntityTag(text)
      if (tag !== undefined) return { kind: 'tags', tags: [{ weak: false, opaque: tag.opaque }] }
      const list = place.part === 'header' ? parseEntityTagList(text) : undefined
      if (Array.isArray(list)) return { kind: 'tags', tags: list.map((each) => ({ weak: false, opaque: each.opaque })) }
      return text === '' || text.includes('"') ? malformed : { kind: 'tags', tags: [{ weak: false, opaque: text }] }
    }
    case 'integer':
      if (place.part === 'body' && typeof value !== 'number') return malformed
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
  const { token } = guard
  switch (sent.kind) {
    case 'any':
      return true
    case 'none':
    case 'malformed':
      return false
    case 'tags': {
      const tag: EntityTag = { weak: token.format === 'etag-weak', opaque: opaqueOf(token, current) }
      if (guard.match === 'differs') return !sent.tags.some((each) => weakEqual(each, tag))
      if (guard.match === 'strong') return sent.tags.some((each) => strongEqual(each, tag))
      if (guard.match === 'weak') return sent.tags.some((each) => weakEqual(each, tag))
      return sent.tags.some((each) => each.weak === tag.weak && each.opaque === tag.opaque)
    }
    case 'date': {
      const modified = token.format === 'http-date' ? wholeSeconds(current.modified) : current.modified
      if (guard.match === 'not-modified-since') return modified <= sent.ms
      if (guard.match === 'modified-since') return modified > sent.ms
      return guard.match === 'differs' ? modified !== sent.ms : modified === sent.ms
    }
    case 'number': {
      const version = Number(tokenAt(token, current, { part: 'body' }))
      if (guard.match === 'successor') return sent.number === version + 1
      if (guard.match === 'greater') return sent.number > version
      if (guard.match === 'greater-or-equal') return sent.number >= version
      return guard.match === 'differs' ? sent.number !== version : sent.number === version
    }
    case 'text': {
      const equal = sent.text === opaqueOf(token, current)
      return guard.match === 'differs' ? !equal : equal
    }
  }
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
    return history.findLast((each) => Number(tokenAt(guard.token, each, { part: 'body' })) === before)
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
