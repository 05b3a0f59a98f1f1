import type { Guard, Json } from '../../spec/contract.ts'
import { plain } from '../../spec/places.ts'
import { fits, matches, namedRevision, type Sent } from '../compare.ts'
import { conflictsOf } from '../conflicts.ts'
import { paramsAt } from '../copy.ts'
import { refuse, type Decision, type Evidence } from '../decision.ts'
import type { Situation, Stage } from '../decide.ts'
import { inForce } from '../inforce.ts'
import { firstSent, placeTitle } from '../message.ts'
import { sendingOf, type Sending } from '../sending.ts'
import { suggest } from '../suggest.ts'
import type { Item } from '../kept.ts'
import { placesOf, tokenAt } from '../token.ts'
import { keyOf } from '../key.ts'
import type { Model } from '../model.ts'
import { once } from '../once.ts'

/** The conditions of a request, in the order of RFC 9110 §13.2.2; all that were sent must hold. */
export const guards: Stage = {
  name: 'guards',
  decide(situation) {
    const { facts } = situation
    const inOrder = guardsInOrder(facts.model)
      .filter((guard) => inForce(guard, facts))
      .filter((guard) => !facts.headersOnly || placesOf(guard.send, guard.sendParts).every(({ place }) => place.part !== 'body'))
    let conditional = false
    for (const guard of inOrder) {
      const verdict = judge(guard, situation)
      if (verdict.decision !== undefined) return verdict.decision
      conditional ||= verdict.counts
    }
    return conditional || facts.headersOnly ? undefined : missing(inOrder, situation)
  },
}

const guardsInOrder = once((model: Model) => model.resource.guards.toSorted((a, b) => rank(a) - rank(b)))

/** If-Match, then what else guards writes, If-Unmodified-Since, If-None-Match, If-Modified-Since (RFC 9110 §13.2.2). */
function rank(guard: Guard): number {
  const order = ['if-match', '', 'if-unmodified-since', 'if-none-match', 'if-modified-since']
  const at = order.indexOf(guard.send[0]?.part === 'header' ? guard.send[0].name.toLowerCase() : '')
  return at < 0 ? 1 : at
}

interface Judgement {
  decision?: Decision | undefined
  /** Whether a condition was sent, so that none is missing. */
  counts: boolean
}

function judge(guard: Guard, situation: Situation): Judgement {
  const { facts, view } = situation
  const looked = itemOf(guard, situation)
  const sending = sendingOf(guard, facts, view.now())
  if (sending === undefined) return { decision: omitted(guard, looked), counts: false }
  const { sent, value, title } = sending
  const isSentinel = sent.kind === 'any' || sent.kind === 'none'
  if (!isSentinel && knowsSentinelsOnly(guard, sending)) return { counts: false }
  const flaw = flawOf(guard, sending, looked)
  if (flaw !== undefined) return { decision: flaw, counts: true }
  if (sent.kind === 'malformed' && sent.ignore) return { counts: false }
  if (looked === undefined) return { decision: onNothing(guard, sent, title, value, situation), counts: true }
  if (sent.kind === 'none') return { decision: onSomething(guard, title, looked, value, situation), counts: true }
  if (matches(guard, sent, looked)) {
    if (gives(guard) && sent.kind === 'number') situation.given = sent.number
    return { counts: true }
  }
  if (sent.kind === 'malformed' && !isWrite(guard)) return { counts: false }
  const decision = mismatch(guard, sent, title, value, looked, situation)
  // a member of the wrong type is for the schema to name; only what gets past it is refused here
  if (sent.kind === 'malformed' && sending.inBody && decision !== undefined) {
    situation.pending = decision
    return { counts: true }
  }
  return { decision, counts: true }
}

/**
 * One value beside a token of several parts compares nothing; neither does one that can be no token, at a place (`Overwrite: T`) that is no
 * condition of HTTP, if the guard knows a word for "must not exist".
 */
function knowsSentinelsOnly({ token, none, any, send, sendParts }: Guard, { sent }: Sending): boolean {
  if (token.parts !== undefined && sendParts === undefined) return true
  if (sent.kind !== 'malformed' || none === undefined || 'omitted' in none || any !== undefined) return false
  return token.format.startsWith('etag') && !send.some(({ part, name }) => part === 'header' && /^if-/i.test(name))
}

/** What is wrong with what was sent, whatever stands: places that disagree, parts that are missing, what can be no token. */
function flawOf(guard: Guard, { sent, value, title, missing, differing }: Sending, item: Item | undefined): Decision | undefined {
  if (differing === undefined && missing.length === 0 && sent.kind !== 'malformed') return undefined
  const evidence: Evidence = { sentToken: value, token: guard.token, item }
  const disagree = differing === undefined ? undefined : refuse(guard, 'disagree', `${title} and ${differing} name two versions`, evidence)
  if (disagree !== undefined) return disagree
  const partial =
    missing.length === 0 ? undefined : refuse(guard, 'partial', `${title} is no version without ${missing.join(' and ')}`, evidence)
  if (partial !== undefined || sent.kind !== 'malformed' || sent.ignore) return partial
  return refuse(guard, 'malformed', `${title} is no ${guard.token.format}`, evidence)
}

/** A version that must be greater than the one that stands is the client's to choose. */
function gives({ match }: Guard): boolean {
  return match === 'greater' || match === 'greater-or-equal'
}

function isWrite(guard: Guard): boolean {
  return guard.match !== 'differs' && guard.match !== 'modified-since'
}

/** What was sent does not hold for the item as it stands. */
function mismatch(guard: Guard, sent: Sent, title: string, value: Json, item: Item, situation: Situation): Decision | undefined {
  const current = currentText(guard, item)
  const evidence: Evidence = { item, token: guard.token, sentToken: value }
  if (!isWrite(guard)) {
    if (reads(situation))
      return refuse(guard, 'unchanged', `${title} holds the current version ${current}: there is nothing new to read`, evidence)
    // §13.1.3: If-Modified-Since is for reads; §13.1.2: a listed tag that matches makes If-None-Match false
    if (guard.match === 'modified-since') return undefined
    return refuse(guard, 'exists', `${title} names the current version ${current}, which it says must not be there`, evidence)
  }
  const named = namedRevision(guard, sent, item.history)
  const conflicts = named === undefined ? undefined : conflictsOf(named.value, item.value, situation)
  return refuse(guard, 'stale', `${title} is not the current version ${current}${how(guard, sent)}`, { ...evidence, conflicts })
}

function how(guard: Guard, sent: Sent): string {
  if (guard.match === 'strong') {
    const weak = sent.kind === 'tags' && sent.tags.every((tag) => tag.weak)
    return weak ? ': by strong comparison a weak tag matches nothing (RFC 9110 §8.8.3.2)' : ' (strong comparison, RFC 9110 §13.1.1)'
  }
  return ` (${guard.match})`
}

/** A condition on something that is not there: "must not exist" holds, a date is ignored, everything else does not hold. */
function onNothing(guard: Guard, sent: Sent, title: string, value: Json, situation: Situation): Decision | undefined {
  if (sent.kind === 'none' || !isWrite(guard)) return undefined
  // RFC 9110 §13.1.4: ignored where there is no modification date
  if (guard.match === 'not-modified-since') return undefined
  if (sent.kind === 'number' && guard.match !== 'equal' && fits(guard.match, sent.number, 0)) {
    if (gives(guard)) situation.given = sent.number
    return undefined
  }
  const evidence: Evidence = { token: guard.token, sentToken: value }
  const text = `${title} asks for a version of something that is not there`
  return refuse(guard, 'absent', text, evidence) ?? refuse(guard, 'stale', text, evidence)
}

function onSomething(guard: Guard, title: string, item: Item, value: Json, situation: Situation): Decision | undefined {
  const evidence: Evidence = { item, existing: item, token: guard.token, sentToken: value }
  if (!isWrite(guard) && reads(situation)) {
    return refuse(guard, 'unchanged', `${title} holds any current version: there is nothing new to read`, evidence)
  }
  const decision = refuse(guard, 'exists', `${title} says that it must not exist, but it does: ${currentText(guard, item)}`, evidence)
  if (decision?.outcome.reveal.suggestions !== undefined) evidence.suggestions = freeNames(item, situation)
  return decision
}

/** Names like the one that was wanted, proven free in the same turn. */
function freeNames(item: Item, { facts, view }: Situation): string[] {
  const { resource, own, idSchema } = facts.model
  return suggest(item.params[own], (name) => {
    const isFree = view.item(resource.name, keyOf(resource, { ...item.params, [own]: name })) === undefined
    return isFree && facts.schemas.fits(idSchema, name)
  })
}

function reads({ role }: Situation): boolean {
  return role === 'read' || role === 'list'
}

/** Nothing was sent: it may mean something all the same. */
function omitted(guard: Guard, item: Item | undefined): Decision | undefined {
  if (guard.none === undefined || !('omitted' in guard.none) || item === undefined) return undefined
  const places = titleOf(guard)
  return refuse(guard, 'exists', `without ${places} it must not exist, but it does: ${currentText(guard, item)}`, {
    item,
    existing: item,
    token: guard.token,
  })
}

/** No condition at all, where one is required; any that was sent counts. */
function missing(inOrder: Guard[], situation: Situation): Decision | undefined {
  for (const guard of inOrder) {
    if (guard.required === 'never' || (guard.required === 'if-exists' && situation.item === undefined)) continue
    if (guard.any !== undefined && 'omitted' in guard.any) continue
    if (guard.none !== undefined && 'omitted' in guard.none && situation.item === undefined) continue
    const places = titleOf(guard)
    const decision = refuse(guard, 'missing', `${places} is required here: send the version that you have read`, {
      item: situation.item,
      token: guard.token,
    })
    if (decision !== undefined) return decision
  }
  return undefined
}

/** The item that a guard looks at: the addressed one, or another that the request names. */
function itemOf(guard: Guard, { facts, view, item }: Situation): Item | undefined {
  if (guard.item === undefined) return item
  const named = firstSent([guard.item], facts.message)
  if (named === undefined) return undefined
  const { resource, own } = facts.model
  const params = paramsAt(resource, plain(named.value)) ?? { ...facts.message.path, [own]: plain(named.value) }
  return view.item(resource.name, keyOf(resource, params))
}

/** The current token as the client would have to send it. */
function currentText({ token, send, sendParts }: Guard, item: Item): string {
  if (sendParts === undefined) return JSON.stringify(tokenAt(token, item, send[0] ?? { part: 'header' }))
  const parts = Object.entries(sendParts).map(([part, places]) => [part, tokenAt(token, item, places[0] ?? { part: 'query' }, part)])
  return JSON.stringify(Object.fromEntries(parts))
}

/** Where a guard looks, in words. */
function titleOf({ send, sendParts }: Guard): string {
  if (sendParts === undefined) return send.map(placeTitle).join(' or ')
  return Object.values(sendParts)
    .map((places) => places.map(placeTitle).join(' or '))
    .join(' and ')
}
