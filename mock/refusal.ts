import { isJson, isXml } from '../http/media-type.ts'
import { blankProblem, problemMediaType } from '../http/problem.ts'
import type { Contract, Json, MediaType, Outcome, Place, ResponseSpec, Reveal, Token } from '../spec/contract.ts'
import { fillFact, makeAllTrue } from '../spec/facts.ts'
import { parsePlace, readPlace, removePlace, writePlace, type ResponseMessage } from '../spec/places.ts'
import { fillValues } from '../spec/values.ts'
import { isMembers } from './conflicts.ts'
import type { Decision, Evidence, Facts } from './decision.ts'
import { headerOf, withHeader, type Answer } from './message.ts'
import { within } from './model.ts'
import { specOf } from './rejection.ts'
import type { Representation } from './represent.ts'
import { rowsOf, writeRows } from './rows.ts'
import { errorOf, explainedBy, problemOf } from './sample.ts'
import { successSpec } from './success.ts'
import type { Item } from './kept.ts'
import { placesOf, placesRead, type PartPlace } from './token.ts'
import { decisionHeader } from './why.ts'
import { treeOf, writtenAs } from './written.ts'

type Refuse = Extract<Decision, { kind: 'refuse' }>

/** Answers of outcomes: the document's response of that status, and over it what the contract says. */
export class Refusals {
  readonly #contract: Contract
  readonly #representation: Representation

  constructor(contract: Contract, representation: Representation) {
    this.#contract = contract
    this.#representation = representation
  }

  answer(decision: Refuse, facts: Facts): Answer {
    const { outcome, evidence } = decision
    const status = outcome.status[0] ?? Number(successSpec(facts.operation, true)?.status ?? 200)
    const spec = specOf(facts.operation.responses, status) ?? this.#elsewhere(facts, status)
    const media = mediaOf(outcome, spec)
    const isEmpty = status === 304 || status === 204
    const existing = status < 300 && evidence.existing !== undefined ? evidence.existing : undefined
    const type = media?.type ?? outcome.mediaType ?? (existing === undefined ? defaultType(outcome) : 'application/json')
    let message: ResponseMessage = { status, headers: this.#headers(decision, existing, facts, spec), body: undefined }
    const template = isEmpty
      ? undefined
      : existing !== undefined
        ? this.#representation.body(existing, facts.model)
        : this.#template(decision, media, type, status)
    message.body = treeOf(template, type)
    message = this.#said(message, outcome, facts)
    message = this.#revealed(message, decision, facts, media)
    if (media?.examples.size === 0 && message.body !== undefined) message.body = explainedBy(message.body, status, decision.reason.text)
    if (type === problemMediaType && isMembers(message.body)) message.body = this.#explained(message.body, decision, status)
    const headers = message.headers
    if (!isEmpty && message.body !== undefined) headers.unshift(['Content-Type', type])
    if (outcome.retry === 'same-after' && headerOf(headers, 'retry-after') === undefined)
      headers.push(['Retry-After', String(Math.max(1, Math.ceil((evidence.wait ?? 0) / 1000)))])
    headers.push(['Ifmatch-Decision', decisionHeader(decision.name, decision.reason)])
    return { status: message.status, headers, body: isEmpty ? '' : writtenAs(message.body, type, template) }
  }

  /** A 304 has the validators that the 200 would have had (RFC 9110 §15.4.5); a 2xx those of what it gives back. */
  #headers({ outcome, evidence }: Refuse, existing: Item | undefined, facts: Facts, spec: ResponseSpec | undefined): Answer['headers'] {
    let headers: Answer['headers'] = []
    const item = existing ?? (outcome.status[0] === 304 ? evidence.item : undefined)
    if (item !== undefined) headers = this.#representation.headers(item, facts.model, spec, outcome.status[0] === 304)
    const location = existing && this.#representation.location(existing, facts.model)
    if (location !== undefined) headers.push(['Location', location])
    for (const [name, value] of Object.entries(outcome.headers)) headers = withHeader(headers, name, value)
    return headers
  }

  #template({ name, outcome, reason }: Refuse, media: MediaType | undefined, type: string, status: number): Json | undefined {
    const example = media?.examples.get(name) ?? media?.examples.get(outcome.as) ?? media?.examples.values().next().value
    if (example !== undefined) return example
    // a text says why, where neither document nor contract has words for it
    if (!isJson(type)) return isXml(type) ? {} : saysText(outcome) ? '' : reason.text
    if (media === undefined) return type === problemMediaType ? (blankProblem(status) as Json) : {}
    return media.type === problemMediaType ? problemOf(media, this.#contract) : errorOf(media, this.#contract)
  }

  /** What the contract says of the answer, over what the document says: `body`, then `where`. */
  #said(message: ResponseMessage, outcome: Outcome, facts: Facts): ResponseMessage {
    const fill = (value: Json): Json =>
      fillValues(value, (name) => (name.startsWith('$request') ? readPlace(parsePlace(name), facts.message) : undefined))
    const body = outcome.body === undefined ? undefined : fill(outcome.body)
    const over = isMembers(body) && isMembers(message.body) ? { ...message.body, ...body } : (body ?? message.body)
    return makeAllTrue(
      outcome.where.map((fact) => fillFact(fact, fill)),
      { ...message, body: over },
    )
  }

  /** What a problem must say: its status (RFC 9457 §3.1.2) and, if the contract has no words of its own, why it came to it. */
  #explained(body: { [name: string]: Json }, { outcome, reason }: Refuse, status: number): Json {
    const saysDetail =
      (isMembers(outcome.body) && Object.hasOwn(outcome.body, 'detail')) ||
      placesIn(outcome).some((place) => place.part === 'body' && place.name === '/detail')
    const problem: { [name: string]: Json } = { ...(blankProblem(status) as { [name: string]: Json }), ...body, status }
    return saysDetail ? problem : { ...problem, detail: reason.text }
  }

  #revealed(message: ResponseMessage, decision: Refuse, facts: Facts, media: MediaType | undefined): ResponseMessage {
    let next = message
    const rows = rowsOf(decision.evidence)
    const listed = Object.entries(decision.outcome.reveal).flatMap(([what, places]) =>
      places.filter((place) => place.part === 'body' && place.name.includes('/*')).map((place) => ({ what: what as Reveal, place })),
    )
    for (const pointer of new Set(listed.map(({ place }) => place.name.slice(0, place.name.indexOf('/*'))))) {
      next = writeRows(
        next,
        pointer,
        listed.filter(({ place }) => place.name.startsWith(`${pointer}/*`)),
        rows,
      )
    }
    for (const { what, place, part } of revealed(decision.outcome)) {
      if (place.part === 'body' && place.name.includes('/*')) continue
      const value = this.#value(what, { place, part }, decision.evidence, facts, media)
      next = value === undefined ? removePlace(place, next) : writePlace(place, value, next)
    }
    return next
  }

  #value(what: Reveal, at: PartPlace, evidence: Evidence, facts: Facts, media: MediaType | undefined): Json | undefined {
    const { model } = facts
    const { place, part } = at
    const { item, existing, conflicts } = evidence
    const one = <T extends Json>(values: T[] | undefined): Json | undefined =>
      values === undefined ? undefined : this.#isList(place, media) ? values : values[0]
    switch (what) {
      case 'currentToken': {
        const token = tokenFor(place, evidence.token, facts)
        return item === undefined || token === undefined ? undefined : this.#representation.token(token, item, at, model, media)
      }
      case 'sentToken':
        return part === undefined || !isMembers(evidence.sentToken) ? evidence.sentToken : evidence.sentToken[part]
      case 'current':
        return item === undefined ? undefined : this.#representation.json(item, model)
      case 'fields':
        return one(conflicts?.map((each) => each.field) ?? evidence.fields)
      case 'sentValue':
        return evidence.sentValue ?? conflicts?.[0]?.yours
      case 'base':
        return conflicts?.[0]?.base
      case 'theirs':
        return conflicts?.[0]?.theirs
      case 'existing':
        if (existing === undefined) return undefined
        return place.name.toLowerCase() === 'location' ? this.#representation.location(existing, model) : existing.params[model.own]
      case 'suggestions':
        return one(evidence.suggestions)
      case 'state':
        return evidence.state
      case 'children':
        return one(evidence.children)
      case 'holder':
        // what a caller sent as a credential is nobody else's business
        return evidence.holder === undefined || evidence.holder.includes(' ') ? undefined : evidence.holder
    }
  }

  /** Whether a list stands at a place: its schema says so; where that says nothing, unless it lies in a list itself. */
  #isList(place: Place, media: MediaType | undefined): boolean {
    if (place.part !== 'body') return false
    const schema = within(media?.schema, place.name, this.#contract)
    const type = typeof schema === 'object' ? schema['type'] : undefined
    if (type !== undefined) return [type].flat().includes('array')
    return !/\/\d+(\/|$)/.test(place.name) && place.text === undefined
  }

  #elsewhere(facts: Facts, status: number): ResponseSpec | undefined {
    for (const call of facts.model.resource.operations.values()) {
      const found = call.operation.responses.find((each) => each.status === String(status))
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** The token that a place tells: the one that is read there, else the one that was compared. */
function tokenFor(place: Place, compared: Token | undefined, { model }: Facts): Token | undefined {
  const same = (other: Place): boolean => other.part === place.part && other.name.toLowerCase() === place.name.toLowerCase()
  return (
    model.tokens.find((token) => placesRead(token).some((each) => same(each.place))) ??
    (place.part === 'body' ? (model.resource.token ?? compared) : (compared ?? model.resource.token))
  )
}

/** All that an outcome reveals, place by place. */
function revealed({ reveal, revealParts }: Outcome): (PartPlace & { what: Reveal })[] {
  const whole = (Object.entries(reveal) as [Reveal, Place[]][]).map(([what, places]) => ({ what, all: placesOf(places, undefined) }))
  const parted = (Object.entries(revealParts) as [Reveal, Record<string, Place[]>][]).map(([what, parts]) => ({
    what,
    all: placesOf([], parts),
  }))
  return [...whole, ...parted].flatMap(({ what, all }) => all.map((each) => ({ what, ...each })))
}

/** All places of which an outcome says something. */
function placesIn(outcome: Outcome): Place[] {
  return [...outcome.where, ...revealed(outcome)].map(({ place }) => place)
}

/** Whether the contract has words of its own for a body that is a text. */
function saysText(outcome: Outcome): boolean {
  return outcome.body !== undefined || placesIn(outcome).some(({ part }) => part === 'body')
}

function mediaOf(outcome: Outcome, spec: ResponseSpec | undefined): MediaType | undefined {
  if (outcome.mediaType !== undefined) return spec?.content.find((media) => media.type === outcome.mediaType)
  return spec?.content.find((media) => isJson(media.type)) ?? spec?.content[0]
}

/** Where neither document nor contract says a media type: JSON if the contract describes a body of its own, else problem details. */
function defaultType(outcome: Outcome): string {
  const inBody = placesIn(outcome).some((place) => place.part === 'body')
  if (typeof outcome.body === 'string') return 'text/plain'
  return outcome.body !== undefined || inBody ? 'application/json' : problemMediaType
}
