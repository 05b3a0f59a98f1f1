import type { Guard, Place, Resource, Role } from '../../spec/contract.ts'
import { factsHold } from '../../spec/facts.ts'
import { readPlaces } from '../../spec/places.ts'
import type { Snapshot, TokenValue } from './kit.ts'
import type { Bound } from './needs.ts'
import type { Request } from './request.ts'
import {
  isIfMatch,
  isUpdate,
  neverMatches,
  placesSent,
  sendPlace,
  switchesOff,
  tokenIn,
  tokenWords,
  withoutToken,
  withToken,
} from './token.ts'
import { Skip } from './verdict.ts'

/** The guards that look at one role of an item. */
export interface Guards {
  all: Guard[]
  /** The one that the check needs or names, where it looks at this role. */
  bound: Guard | undefined
  /** The one that a token is for: `bound`, else the first that is promised, else any. */
  about: Guard | undefined
}

/** Which guards look at a role, and which of them the check is about; `named` is the one that it names itself. */
export function guardsOn(role: Role, { guards }: Resource, bound: Bound, named: Guard | undefined): Guards {
  const looks = (guard: Guard): boolean => [...guard.for, ...guard.unpromised].includes(role)
  const all = guards.filter((guard) => isUpdate(guard) && looks(guard))
  const needed = named ?? [...bound.guards.values()].find((guard) => looks(guard) && guards.includes(guard))
  return { all, bound: needed, about: needed ?? all.find((guard) => guard.for.includes(role)) ?? all[0] }
}

/** The request with no token at all. */
export function withoutTokens(request: Request, { all }: Guards): Request {
  return all.reduce((bare, guard) => withoutToken(bare, guard), request)
}

/** The request with this token for the guard that the check is about; the others are told what makes it the only difference. */
export function withProbe(
  request: Request,
  { all, about }: Guards,
  token: TokenValue,
  { last, bound, at }: { last: Snapshot; bound: Bound; at: Place | undefined },
): Request {
  if (!about) throw new Skip(`no guard on ${request.role} takes a token`)
  const alone = all.filter((guard) => guard !== about).reduce((next, guard) => satisfied(next, guard, about, last), request)
  return withToken(alone, about, token, at ?? placeFor(about, alone, bound))
}

/** A guard while a token for another is tried: told nothing, where that one switches it off; the current token, where it always asks for one. */
function satisfied(request: Request, guard: Guard, about: Guard, last: Snapshot): Request {
  if (switchesOff(about, guard)) return withoutToken(request, guard)
  const places = new Set(placesSent(about).map(({ written }) => written))
  if (switchesOff(guard, about) || placesSent(guard).some(({ written }) => places.has(written))) return request
  const asks = guard.required === 'always' && guard.for.includes(request.role) && inForce(guard, request)
  const token = tokenIn(last.answer, guard.token)
  return asks && token !== undefined && !neverMatches(token, guard) ? withToken(request, guard, token) : request
}

/**
 * The request with the current tokens, as a well-behaved client sends it.
 *
 * @param missing what to do where the guard that the check is about has no token
 * @returns the request, and that guard if its token was sent
 * @throws Skip where a required token is weak and can never match
 */
export function withCurrent(
  request: Request,
  { all, about }: Guards,
  { last, bound, missing }: { last: Snapshot; bound: Bound; missing: () => TokenValue },
): { request: Request; guard: Guard | undefined } {
  let sent: Guard | undefined
  for (const guard of all) {
    if (!asks(guard, request, bound)) continue
    const token = tokenIn(last.answer, guard.token) ?? (guard === about ? missing() : undefined)
    if (token === undefined) continue
    if (neverMatches(token, guard)) {
      if (guard.required === 'never') continue
      throw new Skip(
        `the tag ${tokenWords(token)} is weak, so If-Match can never match it (RFC 9110 §13.1.1), but "${guard.name}" requires a match`,
      )
    }
    // where any version from the current one on will do, a write that is to change the version names the next
    const next = guard.match === 'greater-or-equal' ? { ...guard, match: 'greater' as const } : guard
    request = withToken(request, next, token, placeFor(guard, request, bound))
    if (guard === about) sent = guard
  }
  return { request, guard: sent }
}

/** Would a well-behaved client send a token here? Where one is promised to protect it, where silence means "must not exist", where it lies in the body. */
function asks(guard: Guard, request: Request, bound: Bound): boolean {
  if ([...bound.guards.values()].includes(guard)) return true
  if (!inForce(guard, request)) return false
  if (guard.for.includes(request.role)) return true
  return placesSent(guard).some((place) => place.part === 'body' && readPlaces([place], request) !== undefined)
}

/** Where the token of a guard goes: where the check needs it, else the first place that the document declares. */
function placeFor(guard: Guard, request: Request, { guards }: Bound): Place | undefined {
  if (guard.sendParts) return undefined
  const needs = new Set([...guards].filter(([, bound]) => bound === guard).map(([need]) => need))
  return sendPlace(guard, request.operation, (place) =>
    needs.has('guard.if-match') ? isIfMatch(place) : needs.has('guard.body') && place.part === 'body',
  )
}

/** Is a guard in force for this request: all of `when`, not all of `override`? Facts with names in them cannot be told; they count as met. */
function inForce({ when, override }: Guard, request: Request): boolean {
  return factsHold(when, request) && !(override.length > 0 && factsHold(override, request))
}
