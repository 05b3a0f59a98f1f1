import { isDeepStrictEqual } from 'node:util'
import { formatHttpDate } from '../../http/http-date.ts'
import type { Guard, Json, Mechanism, Operation, Place, Token } from '../../spec/contract.ts'
import { readPlaces, removePlace, writePlace } from '../../spec/places.ts'
import { namesIn } from '../../spec/values.ts'
import type { Answer } from './answer.ts'
import type { TokenValue } from './kit.ts'
import type { Request } from './request.ts'

/** The value that stands at one place. */
type Plain = string | number

/**
 * The token in an answer, each part at the first of its places that is there; undefined if a part is missing. `quoted-or-bare` gives the bare
 * text, whichever it was.
 */
export function tokenIn(answer: Answer, token: Token): TokenValue | undefined {
  if (token.parts === undefined) return valueAt(token.read, answer, token)
  const parts = Object.entries(token.parts).map(([part, places]) => [part, valueAt(places, answer, token)] as const)
  if (parts.some(([, value]) => value === undefined)) return undefined
  return Object.freeze(Object.fromEntries(parts) as { [part: string]: Plain })
}

function valueAt(places: readonly Place[], answer: Answer, token: Token): Plain | undefined {
  const value = readPlaces(places, answer)
  return typeof value === 'string' || typeof value === 'number' ? (bare(value, token) as Plain) : undefined
}

/** A value as tokens of this format are compared: without the quotes that `quoted-or-bare` may have. */
export function bare(value: Json, { format }: Token): Json {
  return format === 'quoted-or-bare' && typeof value === 'string' ? value.replace(/^"(.*)"$/s, '$1') : value
}

/** Do both name one version? A tag that was weak and is strong now does: some servers trust it only when it has stayed for a second. */
export function sameToken(one: TokenValue | undefined, other: TokenValue | undefined): boolean {
  return isDeepStrictEqual(opaque(one), opaque(other))
}

/** An entity tag without its `W/`. */
function opaque(token: TokenValue | undefined): TokenValue | undefined {
  return typeof token === 'string' ? token.replace(/^W\/(?=")/, '') : token
}

/** Where a token is read, in words. */
export function whereRead({ read, parts }: Token): string {
  const written = (places: readonly Place[]): string => places.map((place) => place.written).join(' or ')
  return parts ? Object.values(parts).map(written).join(' and ') : written(read)
}

/** All places at which a token is read. */
export function placesRead({ read, parts }: Token): Place[] {
  return parts ? Object.values(parts).flat() : read
}

/** All places at which a guard looks. */
export function placesSent({ send, sendParts }: Guard): Place[] {
  return sendParts ? Object.values(sendParts).flat() : send
}

/** Does a guard compare the addressed item's token on a write? One that only knows its `any` and `none`, or looks at another item, does not. */
export function isUpdate(guard: Guard): boolean {
  if (['differs', 'modified-since', 'not-modified-since'].includes(guard.match) || guard.item !== undefined) return false
  if (guard.token.parts !== undefined && guard.sendParts === undefined) return false
  // what this field says is that a version must not be there (RFC 9110 §13.1.2)
  return !placesSent(guard).every(({ part, name }) => part === 'header' && name.toLowerCase() === 'if-none-match')
}

/** A weak tag, which an `If-Match` with strong comparison can never match (RFC 9110 §13.1.1). */
export function neverMatches(token: TokenValue, guard: Guard): boolean {
  return guard.match === 'strong' && typeof token === 'string' && token.startsWith('W/')
}

/**
 * The request with the token where the guard looks for it, as a client sends it that read this version: for `successor` and `greater`
 * the next one.
 *
 * @param place where, of a token in one part; left out: the first place that the document declares
 */
export function withToken(request: Request, guard: Guard, token: TokenValue, place?: Place): Request {
  const empty = withoutToken(request, guard)
  const { sendParts, token: kind, match } = guard
  const next = (value: Plain): Plain => (match === 'successor' || match === 'greater' ? nextOf(value, kind) : value)
  if (typeof token !== 'object') {
    const at = place ?? sendPlace(guard, request.operation)
    return writePlace(at, spelled(next(token), kind, at), empty)
  }
  return Object.entries(sendParts ?? {}).reduce((filled, [part, places], index) => {
    const at = declaredPlace(places, request.operation)
    const value = token[part]
    // what says more than "the same" is about the first part, which counts
    return value === undefined || !at ? filled : writePlace(at, spelled(index === 0 ? next(value) : value, kind, at), filled)
  }, empty)
}

/** The request with nothing at any place where the guard looks. */
export function withoutToken(request: Request, guard: Guard): Request {
  return placesSent(guard).reduce<Request>((empty, place) => removePlace(place, empty), request)
}

/** Where the token goes in this operation: the first place that the document declares, a body only where there is one. */
export function sendPlace(guard: Guard, operation: Operation, prefer?: (place: Place) => boolean): Place {
  const preferred = prefer && possiblePlaces(guard.send, operation).find(prefer)
  return preferred ?? declaredPlace(guard.send, operation) ?? placesSent(guard)[0]!
}

/** Is this the header `If-Match`? */
export function isIfMatch({ part, name }: Place): boolean {
  return part === 'header' && name.toLowerCase() === 'if-match'
}

/** All places of these that the operation has: a body only where there is one, of parameters those that it declares. */
export function declaredPlaces(places: readonly Place[], operation: Operation): Place[] {
  return possiblePlaces(places, operation).filter(
    ({ part, name }) =>
      part === 'body' ||
      operation.parameters.some((parameter) => parameter.in === part && parameter.name.toLowerCase() === name.toLowerCase()),
  )
}

function declaredPlace(places: readonly Place[], operation: Operation): Place | undefined {
  return declaredPlaces(places, operation)[0] ?? possiblePlaces(places, operation)[0] ?? places[0]
}

function possiblePlaces(places: readonly Place[], operation: Operation): Place[] {
  return places.filter((place) => place.part !== 'body' || operation.request !== undefined)
}

/** A token as it stands at a place: `quoted-or-bare` quoted in a header, a number in a body. */
export function spelled(token: Plain, { format }: Token, place: Place): Plain {
  if (format === 'quoted-or-bare') return place.part === 'header' ? `"${token}"` : token
  if (format === 'integer' && place.part === 'body' && typeof token === 'string' && /^\d+$/.test(token)) return Number(token)
  return token
}

/** The next version, where clients name it: one more, or a moment later. */
function nextOf(token: Plain, { format }: Token): Plain {
  if (typeof token === 'number') return token + 1
  if (/^\d+$/.test(token)) return String(BigInt(token) + 1n)
  const ms = Date.parse(token)
  if (Number.isNaN(ms)) return token
  return format === 'http-date' ? formatHttpDate(ms + 1000) : new Date(ms + 1).toISOString()
}

/** A token in a sentence. */
export function tokenWords(token: TokenValue): string {
  return typeof token === 'object' ? JSON.stringify(token) : String(token)
}

/** Does a token for the one guard switch the other off (its `override` names a place where the one is sent)? */
export function switchesOff(one: Guard, other: Guard): boolean {
  return other.override.some((fact) => placesSent(one).some((place) => place.written === fact.place.written))
}

/** Do words of the request switch it off that are there for nothing else? That another token is there is no such word. */
export function isSwitchedByWord({ override }: Mechanism): boolean {
  return (
    override.length > 0 &&
    override.every(
      ({ place, is }) => place.message === 'request' && place.part !== 'path' && 'equals' in is && namesIn(is.equals).length === 0,
    )
  )
}
