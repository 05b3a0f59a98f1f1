import type { Guard, Operation, Place, Token } from '../../spec/contract.ts'
import { readPlaces, removePlace, writePlace } from '../../spec/places.ts'
import type { Answer } from './answer.ts'
import type { TokenValue } from './kit.ts'
import type { Request } from './request.ts'

/** The token in an answer, at the first of its places that is there. `quoted-or-bare` gives the bare text, whichever it was. */
export function tokenIn(answer: Answer, token: Token): TokenValue | undefined {
  const value = readPlaces(token.read, answer)
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  return token.format === 'quoted-or-bare' && typeof value === 'string' ? value.replace(/^"(.*)"$/s, '$1') : value
}

/** A weak tag, which an `If-Match` with strong comparison can never match (RFC 9110 §13.1.1). */
export function neverMatches(token: TokenValue, guard: Guard): boolean {
  return guard.match === 'strong' && typeof token === 'string' && token.startsWith('W/')
}

/**
 * The request with the token where the guard looks for it, as a client sends it that read this version: for `successor` and `greater`
 * the next number.
 */
export function withToken(request: Request, guard: Guard, token: TokenValue, place: Place = sendPlace(guard, request.operation)): Request {
  const next = guard.match === 'successor' || guard.match === 'greater' ? nextOf(token) : token
  return writePlace(place, spelled(next, guard.token, place), withoutToken(request, guard))
}

/** The request with nothing at any place where the guard looks. */
export function withoutToken(request: Request, guard: Guard): Request {
  return guard.send.reduce<Request>((bare, place) => removePlace(place, bare), request)
}

/** Where the token goes in this operation: the first place that the document declares, a body only where there is one. */
export function sendPlace(guard: Guard, operation: Operation, prefer?: (place: Place) => boolean): Place {
  const possible = guard.send.filter((place) => place.part !== 'body' || operation.request !== undefined)
  const declared = possible.filter(
    (place) =>
      place.part === 'body' ||
      operation.parameters.some((parameter) => parameter.in === place.part && parameter.name.toLowerCase() === place.name.toLowerCase()),
  )
  return (prefer && possible.find(prefer)) ?? declared[0] ?? possible[0] ?? guard.send[0]!
}

function spelled(token: TokenValue, { format }: Token, place: Place): TokenValue {
  if (format === 'quoted-or-bare') return place.part === 'header' ? `"${token}"` : token
  if (format === 'integer' && place.part === 'body' && typeof token === 'string' && /^\d+$/.test(token)) return Number(token)
  return token
}

function nextOf(token: TokenValue): TokenValue {
  return typeof token === 'number' ? token + 1 : String(BigInt(token) + 1n)
}

/** Does a token for the one guard switch the other off (its `override` names a place where the one is sent)? */
export function switchesOff(one: Guard, other: Guard): boolean {
  return other.override.some((fact) => one.send.some((place) => place.written === fact.place.written))
}
