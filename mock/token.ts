import { createHash } from 'node:crypto'
import { formatHttpDate } from '../http/http-date.ts'
import type { Json, Place, Token } from '../spec/contract.ts'
import type { Revision } from './store.ts'

/** What a token is made of: a version of an item. */
export type Versioned = Omit<Revision, 'value'> & { value: Json | Buffer }

/**
 * The token of a version, as it is written at a place.
 *
 * @param place where: numbers stand as numbers in a body, and `quoted-or-bare` tags are quoted in a header
 */
export function tokenAt(token: Token, version: Versioned, place: Pick<Place, 'part'>): Json {
  const inBody = place.part === 'body'
  switch (token.format) {
    case 'etag':
      return `"${opaqueOf(token, version)}"`
    case 'etag-weak':
      return `W/"${opaqueOf(token, version)}"`
    case 'quoted-or-bare':
      return inBody ? opaqueOf(token, version) : `"${opaqueOf(token, version)}"`
    case 'opaque':
      return opaqueOf(token, version)
    case 'integer': {
      const count = token.bumps === 'append-length' ? bytesOf(version.value).length : version.version
      return inBody ? count : String(count)
    }
    case 'http-date':
      return formatHttpDate(version.modified)
    case 'rfc3339':
      return new Date(version.modified).toISOString()
  }
}

/** The text that tells versions apart, without quotes: a hash of the content, its length, or the tag that the store gave. */
export function opaqueOf(token: Token, version: Versioned): string {
  if (token.bumps === 'content-hash') return createHash('sha256').update(bytesOf(version.value)).digest('base64url').slice(0, 22)
  if (token.bumps === 'append-length') return String(bytesOf(version.value).length)
  return version.tag
}

function bytesOf(value: Json | Buffer): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}
