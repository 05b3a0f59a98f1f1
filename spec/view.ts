import type { Call, Fact, Json, Mechanism, Outcome, Outcomes, Place, Resource, Sentinel, Token } from './contract.ts'

export type Shown = Json | undefined

/** Has this part of the view a line for each of its members? Everything else stands in one line. */
export function isGroup(path: string, value: Shown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && groups.test(path) && Object.keys(value).length > 0
}

const groups =
  /^resources\/[^/]+\/(operations|identity|parents|payload|token|outcomes|idempotency|idempotency\/outcomes|bulk|bulk\/as|checks|(guards|unique|locks|rules)(\/[^/]+(\/(token|outcomes))?)?)$/

/** The paths of all lines of a resource, as `Contract.origins` has them. */
export function leavesOf(resource: Resource): string[] {
  const leaves: string[] = []
  const walk = (path: string, value: Shown): void => {
    if (value === undefined) return
    if (isGroup(path, value)) for (const [name, inner] of Object.entries(value as Record<string, Json>)) walk(`${path}/${name}`, inner)
    else leaves.push(path)
  }
  for (const [name, value] of Object.entries(viewOf(resource))) walk(`resources/${resource.name}/${name}`, value)
  return leaves
}

/** A resource in the words of the language, everything resolved. */
export function viewOf(resource: Resource): Record<string, Shown> {
  return {
    collection: resource.collection,
    item: resource.item,
    operations: Object.fromEntries([...resource.operations].map(([role, call]) => [role, ofCall(call)])),
    with: ofFacts(resource.with),
    identity: Object.fromEntries([...resource.identity].map(([parameter, places]) => [parameter, ofPlaces(places)])) as Json,
    parents: resource.parents.size ? Object.fromEntries([...resource.parents].map(([name, place]) => [name, ofPlace(place)])) : undefined,
    arrange: resource.arrange.length ? resource.arrange.map(ofCall) : undefined,
    sample: resource.sample,
    payload: {
      send: ofPlaces(resource.payload.send),
      read: resource.payload.read === false ? false : ofPlaces(resource.payload.read),
      list: ofPlaces(resource.payload.list),
    } as Json,
    marker: resource.marker,
    token: resource.token && ofToken(resource.token),
    reads: resource.reads,
    access: resource.access,
    guards: byName(resource.guards, (guard) => ({
      send: guard.sendParts ? ofParts(guard.sendParts) : ofPlaces(guard.send),
      match: guard.match,
      required: guard.required,
      any: ofSentinel(guard.any),
      none: ofSentinel(guard.none),
      item: guard.item && ofPlace(guard.item),
      token: guard.token === resource.token ? undefined : ofToken(guard.token),
    })),
    unique: byName(resource.unique, (unique) => ({
      fields: ofPlaces(unique.fields),
      within: ofPlaces(unique.within),
      compare: unique.compare,
    })),
    idempotency:
      resource.idempotency &&
      view(resource.idempotency, {
        key: ofPlaces(resource.idempotency.key),
        schema: resource.idempotency.schema as Json,
        required: resource.idempotency.required,
        scope: resource.idempotency.scope,
        fingerprint: resource.idempotency.fingerprint.map((part) => (typeof part === 'string' ? part : ofPlace(part))),
        onRepeat: resource.idempotency.onRepeat,
        stores: resource.idempotency.stores,
        expires: ofDuration(resource.idempotency.expires),
      }),
    locks: byName(resource.locks, (lock) => ({
      acquire: ofCall(lock.acquire),
      release: lock.release && ofCall(lock.release),
      read: ofPlaces(lock.read),
      send: ofPlaces(lock.send),
      expires: ofDuration(lock.expires),
    })),
    rules: byName(resource.rules, (rule) => ({
      kind: rule.kind,
      ...('children' in rule ? { children: rule.children } : {}),
      ...('parent' in rule ? { parent: ofPlace(rule.parent) } : {}),
      ...('places' in rule ? { places: rule.places.map(ofPlace) } : {}),
      ...(rule.kind === 'transition' ? { state: rule.state, allowed: rule.allowed as Json } : {}),
      ...(rule.kind === 'merge' ? { base: ofPlace(rule.base), ours: ofPlace(rule.ours), into: rule.into } : {}),
      ...(rule.kind === 'described' ? { arrange: rule.arrange.map(ofCall), act: ofCall(rule.act) } : {}),
      ...(rule.kind === 'described' && rule.undo.length > 0 ? { undo: rule.undo.map(ofCall) } : {}),
    })),
    bulk:
      resource.bulk &&
      known({
        call: ofCall(resource.bulk.call),
        items: ofPlace(resource.bulk.items),
        as: resource.bulk.as,
        results: ofPlace(resource.bulk.results),
        status: ofPlaces(resource.bulk.status),
        answer: ofPlaces(resource.bulk.answer),
        atomic: resource.bulk.atomic,
      }),
    order: resource.order.length ? resource.order : undefined,
    checks: resource.checks as Shown,
  }
}

function byName<M extends Mechanism>(list: readonly M[], own: (mechanism: M) => Record<string, Shown>): Shown {
  return list.length ? Object.fromEntries(list.map((mechanism) => [mechanism.name, view(mechanism, own(mechanism))])) : undefined
}

function view(mechanism: Mechanism, own: Record<string, Shown>): Json {
  return known({
    ...own,
    for: mechanism.for,
    unpromised: mechanism.unpromised.length ? mechanism.unpromised : undefined,
    when: ofFacts(mechanism.when),
    override: ofFacts(mechanism.override),
    outcomes: ofOutcomes(mechanism.outcomes),
  })
}

function ofOutcomes(outcomes: Outcomes): Json {
  return Object.fromEntries(
    Object.values(outcomes).map((outcome) => [
      outcome.name,
      known({
        as: outcome.as === outcome.name ? undefined : outcome.as,
        status: outcome.status.length ? single(outcome.status) : undefined,
        mediaType: outcome.mediaType,
        where: ofFacts(outcome.where),
        reveal: ofReveal(outcome),
        headers: Object.keys(outcome.headers).length ? outcome.headers : undefined,
        body: outcome.body,
        retry: outcome.retry,
      }),
    ]),
  )
}

function ofReveal({ reveal, revealParts }: Outcome): Shown {
  const told = [
    ...Object.entries(reveal).map(([name, places]) => [name, ofPlaces(places)] as const),
    ...Object.entries(revealParts).map(([name, parts]) => [name, ofParts(parts)] as const),
  ]
  return told.length ? known(Object.fromEntries(told)) : undefined
}

function ofToken(token: Token): Json {
  return known({
    read: token.parts ? ofParts(token.parts) : ofPlaces(token.read),
    format: token.format,
    bumps: token.bumps,
    by: token.by,
    promised: token.promised,
  })
}

function ofPlace(place: Place): Json {
  return place.text === undefined ? place.written : { at: place.written, text: place.text }
}

function ofPlaces(places: readonly Place[]): Shown {
  return places.length ? single(places.map(ofPlace)) : undefined
}

function ofParts(parts: Readonly<Record<string, readonly Place[]>>): Json {
  return known(Object.fromEntries(Object.entries(parts).map(([part, places]) => [part, ofPlaces(places)])))
}

function ofCall(call: Call): Json {
  const name = `${call.operation.method} ${call.operation.path}`
  return call.with.length ? known({ call: name, with: ofFacts(call.with) }) : name
}

function ofDuration(milliseconds: number | undefined): Shown {
  return milliseconds === undefined ? undefined : `${milliseconds / 1000} s`
}

function ofFacts(facts: readonly Fact[]): Shown {
  if (!facts.length) return undefined
  return Object.fromEntries(facts.map(({ place, is }) => [place.written, 'equals' in is ? is.equals : (is as Json)]))
}

function ofSentinel(sentinel: Sentinel | undefined): Shown {
  return sentinel && ('omitted' in sentinel ? { present: false } : sentinel.value)
}

function single(list: Json[]): Json {
  return list.length === 1 ? list[0]! : list
}

function known(view: Record<string, Shown>): Json {
  return Object.fromEntries(Object.entries(view).filter((entry): entry is [string, Json] => entry[1] !== undefined))
}
