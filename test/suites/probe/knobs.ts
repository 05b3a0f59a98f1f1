import { isDeepStrictEqual } from 'node:util'
import type { Call, Contract, Fact, Guard, Json, Lock, Outcome, Place, Resource, Unique } from '../../../spec/contract.ts'

/**
 * The knobs that a probe is measured by: everything that a contract says of token, guards, uniqueness, keys and locks and that requests of one caller
 * can show. Left out, since they cannot: `retry` (advice), `scope`, `expires`, `stores` and what happens in flight (they take two callers,
 * hours, a crash or a race), `suggestions` (what is free), rules (what they forbid is not in any answer).
 */
export const knobs = [
  'token.read',
  'token.format',
  'token.bumps',
  'guard.send',
  'guard.for',
  'guard.match',
  'guard.required',
  'guard.any',
  'guard.stale.status',
  'guard.stale.mediaType',
  'guard.stale.where',
  'guard.stale.reveal.currentToken',
  'guard.stale.reveal.current',
  'guard.stale.reveal.fields',
  'guard.stale.reveal.sentValue',
  'guard.stale.reveal.theirs',
  'guard.missing.status',
  'guard.missing.where',
  'guard.absent.status',
  'createOnly.send',
  'createOnly.none',
  'createOnly.match',
  'createOnly.exists.status',
  'createOnly.exists.where',
  'unmodified.send',
  'unmodified.for',
  'unmodified.token',
  'unmodified.override',
  'unmodified.stale.status',
  'fresh.send',
  'fresh.unchanged.status',
  'freshDate.send',
  'freshDate.token',
  'freshDate.override',
  'freshDate.unchanged.status',
  'unique.fields',
  'unique.for',
  'unique.compare',
  'unique.duplicate.status',
  'unique.duplicate.mediaType',
  'unique.duplicate.where',
  'unique.duplicate.reveal.fields',
  'unique.repeated.status',
  'key.place',
  'key.for',
  'key.required',
  'key.onRepeat',
  'key.fingerprint',
  'key.missing.status',
  'key.missing.where',
  'key.reused.status',
  'key.reused.where',
  'key.repeated.where',
  'lock.calls',
  'lock.places',
  'lock.for',
  'lock.locked.status',
  'lock.exists.status',
  'lock.lockLost.status',
] as const

export type Knob = (typeof knobs)[number]

/** What one contract says at its knobs: by item path, mechanism and knob. Absent: not promised. */
export type Setting = Map<string, Json>

/** All knobs of a contract that are promised. */
export function settingOf(contract: Contract): Setting {
  const all: Setting = new Map()
  for (const resource of contract.resources.values()) {
    const put = (mechanism: string, knob: Knob, value: Json | undefined): void =>
      void (value !== undefined && all.set(`${resource.item ?? resource.name} ${mechanism} ${knob}`, value))
    const guarded = resource.guards.filter((guard) => guard.for.length && guard.token)
    const own = [...new Set(guarded.filter((guard) => guard.token === resource.token).map((guard) => guard.token))]
    for (const token of own) {
      put('token', 'token.read', token.parts ? together(token.parts) : token.read.map(written))
      put('token', 'token.format', token.read.some(({ text }) => text === weak) ? 'etag-weak' : token.format)
      if (guarded.some((guard) => guard.token === token && isUpdate(guard))) put('token', 'token.bumps', token.bumps)
    }
    for (const guard of guarded) guardKnobs(resource, guard, put)
    for (const unique of resource.unique.filter((one) => one.for.length)) uniqueKnobs(unique, put)
    keyKnobs(resource, put)
    for (const lock of resource.locks.filter((one) => one.for.length)) lockKnobs(lock, put)
  }
  return all
}

type PutKnob = (mechanism: string, knob: Knob, value: Json | undefined) => void

function guardKnobs(resource: Resource, guard: Guard, put: PutKnob): void {
  const send = guard.sendParts ? together(guard.sendParts) : guard.send.map(written)
  const roles = guard.for.filter((role) => role !== 'create').toSorted()
  const { outcomes } = guard
  if (guard.match === 'modified-since' || guard.match === 'not-modified-since') {
    const [name, kind] = guard.match === 'modified-since' ? (['freshDate', 'unchanged'] as const) : (['unmodified', 'stale'] as const)
    put(name, `${name}.send` as Knob, send)
    if (name === 'unmodified') put(name, 'unmodified.for', roles)
    put(name, `${name}.token` as Knob, guard.token.read.map(written))
    put(name, `${name}.override` as Knob, facts(guard.override))
    put(name, `${name}.${kind}.status` as Knob, status(outcomes[kind]))
    return
  }
  if (guard.for.every((role) => role === 'read' || role === 'list')) {
    put('fresh', 'fresh.send', send)
    put('fresh', 'fresh.unchanged.status', status(outcomes.unchanged))
    return
  }
  if (guard.none && 'value' in guard.none && (!isUpdate(guard) || !takesToken(guard))) {
    // of another item than the addressed one (a Destination) it is said by action
    const at = guard.item ? `createOnly(${roles.join()})` : 'createOnly'
    put(at, 'createOnly.send', send)
    put(at, 'createOnly.none', guard.none.value)
    if (takesToken(guard)) put(at, 'createOnly.match', guard.match)
    put(at, 'createOnly.exists.status', status(outcomes.exists))
    put(at, 'createOnly.exists.where', facts(outcomes.exists?.where))
    return
  }
  for (const role of roles) {
    const at = `guard(${role})`
    put(at, 'guard.send', send)
    put(at, 'guard.match', guard.send.some(({ text }) => text === weak) ? 'weak' : guard.match)
    // "sending nothing means that it must not exist" and "required where it exists" are two ways to say one thing
    const isNew = guard.none !== undefined && 'omitted' in guard.none && guard.required === 'never'
    put(at, 'guard.required', isNew ? 'if-exists' : guard.required)
    put(at, 'guard.any', guard.any && ('value' in guard.any ? guard.any.value : { omitted: true }))
    const { stale, missing, absent } = outcomes
    put(at, 'guard.stale.status', status(stale))
    put(at, 'guard.stale.mediaType', stale?.mediaType)
    put(at, 'guard.stale.where', facts(stale?.where))
    if (role !== 'delete' && role === roles.at(-1))
      for (const name of ['currentToken', 'current', 'fields', 'sentValue', 'theirs'] as const)
        put(at, `guard.stale.reveal.${name}`, places(stale?.reveal[name]))
    if (isNew || guard.required !== 'never') {
      const refusal = isNew ? outcomes.exists : missing
      put(at, 'guard.missing.status', status(refusal))
      put(at, 'guard.missing.where', facts(refusal?.where))
    }
    if (role === 'replace' && resource.operations.get('create')?.operation === resource.operations.get('replace')?.operation)
      put(at, 'guard.absent.status', status(absent))
  }
}

function isUpdate({ match, for: roles }: Guard): boolean {
  return !['differs', 'modified-since', 'not-modified-since'].includes(match) && !roles.every((role) => role === 'read' || role === 'list')
}

/** May its place carry a version? Not a single one for a version of several parts, not one that speaks of another item. */
function takesToken({ token, sendParts, item }: Guard): boolean {
  return item === undefined && (token.parts === undefined || sendParts !== undefined)
}

function uniqueKnobs(unique: Unique, put: PutKnob): void {
  // "unique within" and "unique together" are two ways to say one thing
  const fields = [...unique.fields, ...unique.within].map(written).toSorted()
  const at = `unique(${fields.join()})`
  const { duplicate, repeated } = unique.outcomes
  put(at, 'unique.fields', fields)
  put(at, 'unique.for', unique.for.toSorted())
  put(at, 'unique.compare', unique.compare)
  put(at, 'unique.duplicate.status', status(duplicate))
  put(at, 'unique.duplicate.mediaType', duplicate?.mediaType)
  put(at, 'unique.duplicate.where', facts(duplicate?.where))
  put(at, 'unique.duplicate.reveal.fields', places(duplicate?.reveal.fields))
  put(at, 'unique.repeated.status', repeated?.status.length ? status(repeated) : undefined)
}

function keyKnobs({ idempotency }: Resource, put: PutKnob): void {
  if (!idempotency?.for.includes('create')) return
  const { keyMissing, keyReused, repeated } = idempotency.outcomes
  put('key', 'key.place', idempotency.key.map(written))
  put('key', 'key.for', ['create'])
  put('key', 'key.required', idempotency.required)
  put('key', 'key.onRepeat', idempotency.onRepeat)
  // without an outcome for another body with the same key, nothing is promised of it
  if (keyReused || !idempotency.fingerprint.length)
    put('key', 'key.fingerprint', idempotency.fingerprint.includes('body') ? 'the body counts' : 'the body does not count')
  if (idempotency.required === 'always') {
    put('key', 'key.missing.status', status(keyMissing))
    put('key', 'key.missing.where', facts(keyMissing?.where))
  }
  put('key', 'key.reused.status', status(keyReused))
  put('key', 'key.reused.where', facts(keyReused?.where))
  put('key', 'key.repeated.where', facts(repeated?.where))
}

function lockKnobs({ acquire, release, read, send, for: roles, outcomes }: Lock, put: PutKnob): void {
  const call = ({ operation }: Call): string => `${operation.method} ${operation.path}`
  put(
    'lock',
    'lock.calls',
    [acquire, release].flatMap((one) => (one ? [call(one)] : [])),
  )
  put('lock', 'lock.places', [...read, ...send].map(written))
  put('lock', 'lock.for', roles.filter((role) => role !== 'create').toSorted())
  for (const name of ['locked', 'exists', 'lockLost'] as const) put('lock', `lock.${name}.status`, status(outcomes[name]))
}

export type Comparison = 'recovered' | 'weaker' | 'missed' | 'beyond' | 'invented'

/**
 * Holds what was recovered against the truth at one knob. `weaker`: it promises less than the truth; it counts as missed. `invented`: it
 * promises what is not so. `beyond`: how an answer looks in a point of which the truth says nothing; it was seen, so it is not invented.
 */
export function compared(knob: Knob, truth: Json | undefined, found: Json | undefined): Comparison {
  if (found === undefined) return 'missed'
  if (truth === undefined)
    return /\.(mediaType|where)$|\.reveal\.|^(guard\.(absent\.status|any)|key\.fingerprint)$/.test(knob) ? 'beyond' : 'invented'
  if (isDeepStrictEqual(truth, found)) return 'recovered'
  if (knob.endsWith('.where') && isOneOf(found, truth)) return 'recovered'
  if (knob.endsWith('.status')) return isSubset(found, truth) ? 'recovered' : 'invented'
  // any of the places where it is told will do; one that is not among them is invented
  if (knob === 'token.read') return isSubset(found, truth) ? 'recovered' : 'invented'
  // opaque says nothing about the form
  if (knob === 'token.format' && found === 'opaque') return 'weaker'
  if (/\.(send|for|place)$/.test(knob) && isSubset(found, truth)) return 'weaker'
  if (
    knob.endsWith('.where') &&
    typeof found === 'object' &&
    typeof truth === 'object' &&
    Object.entries(found!).every(([place, is]) => isDeepStrictEqual((truth as Record<string, Json>)[place], is))
  )
    return 'weaker'
  if (knob === 'key.onRepeat' && isSubset(truth, found)) return 'weaker'
  if (knob === 'guard.match' && ((found === 'equal' && truth === 'strong') || truth === 'greater')) return 'weaker'
  if (knob === 'createOnly.match' && found === 'equal') return 'weaker'
  if (knob === 'unique.compare' && found === 'exact') return 'weaker'
  if (knob === 'guard.required' && found === 'never') return 'weaker'
  return 'invented'
}

/** The same places, and what was found at each is one of those that the truth allows. */
function isOneOf(found: Json, truth: Json): boolean {
  const [seen, told] = [found, truth] as Record<string, { equals?: Json; oneOf?: Json[] }>[]
  return (
    isDeepStrictEqual(Object.keys(seen!), Object.keys(told!)) &&
    Object.entries(told!).every(([place, { oneOf }]) => oneOf?.includes(seen![place]!.equals!))
  )
}

function isSubset(inner: Json, outer: Json): boolean {
  return [inner].flat().every((one) => [outer].flat().some((other) => isDeepStrictEqual(one, other)))
}

/** A weak tag may be said as a tag, or as a text around what stands in it: that is the same. */
const weak = 'W/"{}"'

const written = (place: Place): string =>
  place.written.replace(
    /^\$(request|response)\.header\.(.*)$/,
    (_, message: string, name: string) => `$${message}.header.${name.toLowerCase()}`,
  ) + (place.text === undefined || place.text === weak ? '' : place.text)

/** The places of all parts of a token; what the parts are called is everybody's own. */
function together(parts: Record<string, readonly Place[]>): Json {
  return Object.values(parts)
    .flatMap((list) => list.map(written))
    .toSorted()
}

function places(list: readonly Place[] | undefined): Json | undefined {
  return list?.length ? list.map(written) : undefined
}

function facts(list: readonly Fact[] | undefined): Json | undefined {
  if (!list?.length) return undefined
  return Object.fromEntries(list.map(({ place, is }) => [written(place), is as Json]))
}

function status(outcome: Outcome | undefined): Json | undefined {
  return outcome && outcome.as !== 'done' ? outcome.status : undefined
}
