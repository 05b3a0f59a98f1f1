import { createHash } from 'node:crypto'
import { formatHttpDate } from '../http/http-date.ts'
import type { Json, Place, Token } from '../spec/contract.ts'
import type { Revision, Stamp } from './kept.ts'

/** What a token is made of: a version of an item. */
export type Versioned = Pick<Revision, 'version' | 'tag' | 'modified' | 'value' | 'born' | 'digest' | 'since'>

/** One place at which a token is told or sent, and which part of it that is; no part where the token is one value. */
export interface PartPlace {
  place: Place
  part: string | undefined
}

/** All places at which a token is read, part by part. */
export function placesRead({ read, parts }: Pick<Token, 'read' | 'parts'>): PartPlace[] {
  return placesOf(read, parts)
}

/** Places of one value, or of one in parts. */
export function placesOf(one: readonly Place[], parts: Readonly<Record<string, readonly Place[]>> | undefined): PartPlace[] {
  if (parts === undefined) return one.map((place) => ({ place, part: undefined }))
  return Object.entries(parts).flatMap(([part, places]) => places.map((place) => ({ place, part })))
}

/**
 * The token of a version, or a part of it, as it is written at a place. Of several parts the first counts, the others stay as long as the
 * item does.
 *
 * @param place where: numbers stand as numbers in a body, and `quoted-or-bare` tags are quoted in a header
 */
export function tokenAt(token: Token, version: Versioned, place: Pick<Place, 'part'>, part?: string): Json {
  const inBody = place.part === 'body'
  switch (token.format) {
    case 'etag':
      return `"${opaqueOf(token, version, part)}"`
    case 'etag-weak':
      return `W/"${opaqueOf(token, version, part)}"`
    case 'quoted-or-bare':
      return inBody ? opaqueOf(token, version, part) : `"${opaqueOf(token, version, part)}"`
    case 'opaque':
      return opaqueOf(token, version, part)
    case 'integer': {
      const count = numberOf(token, version, part)
      return inBody ? count : String(count)
    }
    case 'http-date':
      return formatHttpDate(stampOf(token, version).modified)
    case 'rfc3339':
      return new Date(stampOf(token, version).modified).toISOString()
  }
}

/** The number that tells versions apart: a count, or the length of the content. */
export function numberOf(token: Token, version: Versioned, part?: string): number {
  if (isSteady(token, part)) return version.born
  return token.bumps === 'append-length' ? bytesOf(version.value).length : stampOf(token, version).version
}

/** The text that tells versions apart, without quotes: a hash of the content, its length, or the tag that the store gave. */
export function opaqueOf(token: Token, version: Versioned, part?: string): string {
  if (isSteady(token, part)) return `b${version.born}`
  if (token.bumps === 'content-hash') return version.digest ?? digestOf(version.value)
  if (token.bumps === 'append-length') return String(bytesOf(version.value).length)
  return stampOf(token, version).tag
}

/** The same text for the same content. */
export function digestOf(value: Json | Buffer): string {
  return createHash('sha256').update(bytesOf(value)).digest('base64url').slice(0, 22)
}

/** When the token was modified. */
export function modifiedOf(token: Token, version: Versioned): number {
  return stampOf(token, version).modified
}

/** A part that only changes when the item is made anew. */
function isSteady({ parts }: Token, part: string | undefined): boolean {
  return part !== undefined && parts !== undefined && Object.keys(parts)[0] !== part
}

function stampOf(token: Token, version: Versioned): Stamp {
  return version.since?.get(token) ?? version
}

function bytesOf(value: Json | Buffer): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}
