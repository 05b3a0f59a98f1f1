import { isDeepStrictEqual } from 'node:util'
import type { Condition, Json, Outcome, OutcomeName, Outcomes, Reveal, Token } from '../../spec/contract.ts'
import { factHolds, fillFact } from '../../spec/facts.ts'
import { plain, readPlaces } from '../../spec/places.ts'
import { fillValues } from '../../spec/values.ts'
import type { Answer } from './answer.ts'
import type { Prove, Snapshot, Truth } from './kit.ts'
import type { Scene } from './scene.ts'
import { bare, sameToken } from './token.ts'
import { valueIn } from './values.ts'
import { markerOf } from './whole.ts'
import { Finding, Inconclusive } from './verdict.ts'
import { changedBetween, isMap, isTime, volatileToken } from './volatile.ts'

type Owner = { name: string; outcomes: Outcomes }

/** The expectations of a check; see `Prove` for what each proves. */
export class Proof implements Prove {
  readonly #scene: Scene

  constructor(scene: Scene) {
    this.#scene = scene
  }

  that(holds: boolean, reason: string, expected: string, seen: string): void {
    this.#scene.proved++
    if (!holds) throw new Finding(reason, expected, seen)
  }

  /** The same for what only the contract asks for: which status says so, and in which words. */
  #asPromised(holds: boolean, reason: string, expected: string, seen: string): void {
    this.#scene.proved++
    if (!holds) throw new Finding(reason, expected, seen, { level: 'contract' })
  }

  unchanged(before: Snapshot, after: Snapshot): void {
    this.that(after.exists, 'the refused request removed the item', 'the item as before', `a read is answered ${after.answer.shown}`)
    const marker = this.#scene.resource.marker
    this.that(
      isDeepStrictEqual(before.marker, after.marker),
      'the write took effect',
      `${marker || 'the content'} is still ${shown(before.marker)}`,
      `it is ${shown(after.marker)}`,
    )
    const traces = [...changedBetween(before, after)].filter((name) => !this.#scene.volatile.has(name))
    for (const name of traces) {
      const [then, now] = name === volatileToken ? [before.token, after.token] : [member(before, name), member(after, name)]
      if (name !== volatileToken && isTime(then) && isTime(now)) continue
      const what = name === volatileToken ? 'the token' : name || 'the content'
      const reason = name === volatileToken ? 'the refused request changed the token' : 'the refused request left a trace'
      this.#scene.traces.push({ name, finding: new Finding(reason, `${what} is still ${shown(then)}`, `it is ${shown(now)}`) })
    }
  }

  changed(before: Snapshot, after: Snapshot): void {
    this.exists(after)
    if (markerOf(this.#scene.resource) === undefined) return this.tokenChanged(before, after)
    this.that(
      !isDeepStrictEqual(before.marker, after.marker),
      'the write had no effect',
      `another value than ${shown(before.marker)}`,
      `it is still ${shown(after.marker)}`,
    )
  }

  stored(after: Snapshot, marker: string | undefined): void {
    this.exists(after)
    const at = this.#scene.resource.marker || 'the content'
    this.that(
      isDeepStrictEqual(after.marker, marker),
      'what was written is not what is stored',
      `${at} is ${shown(marker)}`,
      `it is ${shown(after.marker)}`,
    )
  }

  exists(snapshot: Snapshot): void {
    this.that(snapshot.exists, 'the item is not there', 'a read is answered 2xx', `it is answered ${snapshot.answer.shown}`)
  }

  absent(snapshot: Snapshot): void {
    const { status, shown: seen } = snapshot.answer
    this.that(
      status === 404 || status === 410,
      'there is an item where none should be',
      'a read is answered 404 or 410',
      `it is answered ${seen}`,
    )
  }

  tokenChanged(before: Snapshot, after: Snapshot): void {
    if (before.token === undefined || after.token === undefined) this.#scene.noToken(this.#scene.tokenOf(this.#scene.resource))
    this.that(
      !sameToken(before.token, after.token),
      'the item changed, its token did not',
      `another token than ${shown(before.token)}`,
      'the same token',
    )
  }

  tokenUnchanged(before: Snapshot, after: Snapshot): void {
    if (before.token === undefined || after.token === undefined) this.#scene.noToken(this.#scene.tokenOf(this.#scene.resource))
    this.that(
      sameToken(before.token, after.token),
      'the token changed although the item did not',
      `the token is still ${shown(before.token)}`,
      `it is ${shown(after.token)}`,
    )
  }

  outcome(answer: Answer, name: OutcomeName, { of = this.#owner(), truth = {} }: { of?: Owner; truth?: Truth } = {}): void {
    const outcome = of.outcomes[name]
    this.#scene.proved++
    if (!outcome) {
      this.#scene.notes.push(`not promised: no outcome "${name}" for ${of.name}; seen: ${answer.shown}`)
      return
    }
    const statuses = this.#statuses(outcome, answer)
    // nothing else is looked at before who asks (RFC 9110 §15.5.2)
    if (answer.status === 401 && !statuses.includes(401)) throw new Inconclusive(`who asks is not known to the target: ${answer.shown}`)
    this.#asPromised(
      statuses.length ? statuses.includes(answer.status) : answer.ok,
      `the answer is not what the contract says for "${name}"`,
      `${statuses.join(' or ') || 'the status of success'} (${outcome.pointer})`,
      answer.shown,
    )
    for (const written of outcome.where) {
      const fact = fillFact(written, (value) => fillValues(value, (name) => valueIn(name, answer.request)))
      const seen = readPlaces([{ ...fact.place, text: undefined }], answer)
      this.#asPromised(
        factHolds(fact, answer),
        `the answer has the status of "${name}", but not what tells it from others`,
        `${fact.place.written} ${condition(fact.is)}`,
        `it is ${shown(seen)}`,
      )
    }
    for (const [reveal, value] of Object.entries(truth) as [Reveal, Json][]) this.#true(answer, outcome, reveal, value)
  }

  revealed(answer: Answer, name: OutcomeName, reveal: Reveal, of: Owner = this.#owner()): Json[] {
    const outcome = of.outcomes[name]
    const value = outcome && toldIn(answer, outcome, reveal)
    return value === undefined ? [] : Array.isArray(value) ? value : [value]
  }

  refused(answer: Answer): void {
    this.that(answer.status >= 400 && answer.status < 500, 'the request was not refused', 'a 4xx', answer.shown)
  }

  succeeded(answer: Answer): void {
    this.that(answer.ok, 'the request was not performed', 'a 2xx', answer.shown)
  }

  status(answer: Answer, ...allowed: number[]): void {
    this.that(allowed.includes(answer.status), 'the status is another one', allowed.join(' or '), answer.shown)
  }

  /** What is revealed must be true; what is not there is no lie. */
  #true(answer: Answer, outcome: Outcome, what: Reveal, value: Json): void {
    const told = toldIn(answer, outcome, what)
    if (told === undefined) return
    const token = what === 'currentToken' || what === 'sentToken' ? this.#scene.tokenOf(this.#scene.resource) : undefined
    const [place] = outcome.reveal[what] ?? Object.values(outcome.revealParts[what] ?? {}).flat()
    this.#asPromised(
      alike(told, value, token),
      `the answer to "${outcome.name}" tells a wrong ${what}`,
      `${place?.written} is ${shown(value)}`,
      `it is ${shown(told)}`,
    )
  }

  /** An outcome without a status has that of the operation's success. */
  #statuses({ status }: Outcome, answer: Answer): number[] {
    if (status.length) return status
    return answer.request.operation.responses.map((response) => Number(response.status)).filter((code) => code >= 200 && code < 300)
  }

  /** The mechanism that the check is about. */
  #owner(): Owner {
    const { guards, rules } = this.#scene.bound
    const [guard] = guards.values()
    const [rule] = rules.values()
    const { unique, idempotency } = this.#scene.resource
    const needs = this.#scene.check.needs
    if (guard ?? rule) return (guard ?? rule)!
    if (needs.includes('unique')) return unique.find((one) => one.for.length > 0) ?? unique[0]!
    if (needs.some((need) => need === 'idempotency' || need === 'idempotency.promised') && idempotency)
      return { ...idempotency, name: 'idempotency' }
    return this.#scene.resource
  }
}

/** What an answer reveals, in one value or part by part; undefined where nothing (or not all of its parts) is told. */
function toldIn(answer: Answer, { reveal, revealParts }: Outcome, what: Reveal): Json | undefined {
  const parts = revealParts[what]
  if (parts === undefined) return readPlaces(reveal[what] ?? [], answer)
  const told = Object.entries(parts).map(([part, places]) => [part, readPlaces(places, answer)] as const)
  return told.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(told) as Json)
}

/** Texts and numbers are equal if they are written alike, maps if all their members are. */
function alike(told: Json, value: Json, token: Token | undefined): boolean {
  if (isDeepStrictEqual(told, value)) return true
  if (isMap(told) && isMap(value))
    return Object.keys({ ...told, ...value }).every((name) => name in told && name in value && alike(told[name]!, value[name]!, token))
  if (typeof told === 'object' || typeof value === 'object') return false
  const spelling = (one: Json): string => plain(token ? bare(one, token) : one)
  return spelling(told) === spelling(value)
}

function member(snapshot: Snapshot, name: string): Json | undefined {
  return name === '' ? snapshot.payload : (snapshot.payload as { [name: string]: Json } | undefined)?.[name]
}

function condition(is: Condition): string {
  if ('equals' in is) return `is ${shown(is.equals)}`
  if ('contains' in is) return `contains ${shown(is.contains)}`
  if ('oneOf' in is) return `is one of ${is.oneOf.map(shown).join(', ')}`
  return is.present ? 'is there' : 'is not there'
}

/** A value for a sentence: JSON, cut where it is long. */
function shown(value: Json | undefined): string {
  if (value === undefined) return 'not there'
  const text = JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
