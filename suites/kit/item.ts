import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { isJson } from '../../http/media-type.ts'
import type { Call, Guard, Json, Lock, Place, Resource, Role } from '../../spec/contract.ts'
import { readPlaces, writePlace } from '../../spec/places.ts'
import { factsHold } from '../../spec/facts.ts'
import { fillValues } from '../../spec/values.ts'
import type { Answer } from './answer.ts'
import { shapedEntry } from './bulk.ts'
import { freshKey } from './key.ts'
import type {
  ActOptions,
  BulkEntry,
  Item,
  ReadOptions,
  RemoveOptions,
  RequestOptions,
  ResourceKit,
  Snapshot,
  TokenValue,
  WriteOptions,
} from './kit.ts'
import { withLock } from './lock.ts'
import { type Identity, type Request, withHeader } from './request.ts'
import type { Scene } from './scene.ts'
import { settled as settledRead } from './settled.ts'
import {
  isIfMatch,
  isUpdate,
  neverMatches,
  placesSent,
  sameToken,
  sendPlace,
  switchesOff,
  tokenIn,
  tokenWords,
  withoutToken,
  withToken,
} from './token.ts'
import { lookupIn } from './values.ts'
import { Inconclusive, Skip } from './verdict.ts'
import { learnVolatile } from './volatile.ts'
import {
  callIn,
  callOf,
  finishRequest,
  madeTrue,
  markerOf,
  markerWord,
  type Making,
  mediaType,
  sendPointer,
  settled,
  startRequest,
  withoutReadOnly,
  writeMember,
} from './whole.ts'

/** What is known of an item, shared by all handles on it. */
export interface ItemState {
  resource: Resource
  path: Record<string, string>
  id: string
  /** Who created it. */
  owner: Identity
  created: Answer
  sent: Json | undefined
  last: Snapshot
  /** Something was written since it was last read. */
  dirty: boolean
  gone: boolean
  /** A read has shown it. */
  seen: boolean
  /** Does a read show the last write that was answered with success? Undefined: one did, or nothing can tell. */
  shows: ((read: Snapshot) => boolean) | undefined
  /** The word that `$unique` stands for in all that belongs to it. */
  unique: string
  /** The token of the lock that we hold on it. */
  lock: Json | undefined
}

/** How long a write may take to show in reads, in steps of milliseconds: HTTP promises nobody that they read what they wrote (RFC 9110 §9.3.4). */
const patience = [20, 50, 200, 500, 1000]

/** A handle on an item through one identity's credentials. */
export class ItemHandle implements Item {
  readonly resource: ResourceKit
  readonly #scene: Scene
  readonly #state: ItemState
  readonly #as: Identity

  constructor(scene: Scene, resource: ResourceKit, state: ItemState, as: Identity) {
    this.#scene = scene
    this.resource = resource
    this.#state = state
    this.#as = as
  }

  get path(): Record<string, string> {
    return this.#state.path
  }

  get id(): string {
    return this.#state.id
  }

  get created(): Answer {
    if (this.#scene.session.target.readOnly) throw new Skip('read-only: nothing is created')
    return this.#state.created
  }

  get sent(): Json | undefined {
    return this.#state.sent
  }

  get last(): Snapshot {
    return this.#state.last
  }

  get lock(): Json | undefined {
    return this.#state.lock
  }

  get token(): TokenValue {
    return this.last.token ?? this.#scene.noToken(this.#scene.tokenOf(this.#state.resource))
  }

  as(identity: Identity): Item {
    return new ItemHandle(this.#scene, this.resource, this.#state, identity)
  }

  async read({ strong = false, ...options }: ReadOptions = {}): Promise<Snapshot> {
    let snapshot = await this.#look(options)
    for (const ms of this.#state.resource.reads === 'latest' ? [] : patience) {
      if (!this.#lags(snapshot)) break
      await sleep(ms, undefined, { signal: this.#scene.signal })
      snapshot = await this.#look({ ...options, purpose: 'read again, since the last write does not show yet' })
    }
    // what does not show by now never will
    this.#state.shows = undefined
    snapshot = await settledRead(this.#scene, this.#state.resource, snapshot, strong, () =>
      this.#look({ ...options, purpose: 'read again, since the tag was weak: some turn strong when the version is a second old' }),
    )
    if (!snapshot.exists) return snapshot
    Object.assign(this.#state, { last: snapshot, dirty: false, seen: true })
    await this.#learnVolatile(snapshot)
    return snapshot
  }

  /** One read, whatever it shows. */
  async #look(options: Omit<ReadOptions, 'strong'>): Promise<Snapshot> {
    const making = this.#making('read', { purpose: 'read the item', ...options })
    const request = finishRequest(startRequest(making), making)
    const answer = await this.#scene.send(options.accept ? withHeader(request, 'Accept', options.accept) : request)
    return snapshotOf(this.#scene, this.#state.resource, answer)
  }

  /** Is this how it was before the last write? */
  #lags(read: Snapshot): boolean {
    const { gone, seen, shows } = this.#state
    if (!read.exists) return !seen && !gone && read.answer.status === 404
    return gone || shows?.(read) === false
  }

  /** The first read of a run is made twice: what differs between the two differs by itself. */
  async #learnVolatile(first: Snapshot): Promise<void> {
    if (this.#scene.cleaning) return
    const { resource } = this.#state
    const { volatile } = this.#scene.session
    if (!volatile.has(resource.name))
      volatile.set(
        resource.name,
        learnVolatile(first, () => this.#look({ purpose: 'see what differs between two reads anyway' })),
      )
    const found = await volatile.get(resource.name)!
    if (resource === this.#scene.resource) this.#scene.volatile = found
  }

  async write(options: WriteOptions = {}): Promise<Answer> {
    if (options.token !== undefined) return this.tryWrite(options)
    const role = this.#roleFor(options)
    const { request, guard } = await this.#whole(role, { purpose: `write with the ${role} of a well-behaved client`, ...options }, true)
    const answer = await this.#send(request)
    this.#insist(answer, role, guard)
    if (request.marker !== undefined) await this.#storedSoon(request.marker)
    return answer
  }

  /** How an item is written; by the other way, where only that can change what is to be set. */
  #roleFor({ role, set }: WriteOptions): 'replace' | 'patch' {
    const { operations } = this.#state.resource
    const usual = role ?? this.#scene.bound.role
    const shown = set !== undefined && usual === 'patch' && showsBody(operations.get('patch')!)
    return shown && operations.has('replace') ? 'replace' : usual
  }

  async tryWrite(options: WriteOptions = {}): Promise<Answer> {
    const role = this.#roleFor(options)
    const { request } = await this.#whole(role, { purpose: probeOf(role, options.token), ...options }, options.token === undefined)
    return this.#send(request)
  }

  async remove(options: RemoveOptions = {}): Promise<Answer> {
    if (options.token !== undefined) return this.tryRemove(options)
    const { request, guard } = await this.#whole('delete', { purpose: 'delete the item', ...options }, true)
    const answer = await this.#send(request)
    this.#insist(answer, 'delete', guard)
    return answer
  }

  async tryRemove(options: RemoveOptions = {}): Promise<Answer> {
    const { request } = await this.#whole('delete', { purpose: probeOf('delete', options.token), ...options }, options.token === undefined)
    return this.#send(request)
  }

  async act(action: Role, options: ActOptions = {}): Promise<Answer> {
    if (options.token !== undefined) return this.tryAct(action, options)
    const { request, guard } = await this.#whole(action, { purpose: `call ${action}`, ...options }, true)
    const answer = await this.#send(request)
    this.#insist(answer, action, guard)
    return answer
  }

  async tryAct(action: Role, options: ActOptions = {}): Promise<Answer> {
    const { request } = await this.#whole(action, { purpose: probeOf(action, options.token), ...options }, options.token === undefined)
    return this.#send(request)
  }

  async acquire(lock: Lock, options: RequestOptions = {}): Promise<Answer> {
    const answer = await this.#call(lock.acquire, { purpose: `take the lock ${lock.name}`, ...options })
    if (answer.ok) this.#state.lock = readPlaces(lock.read, answer)
    return answer
  }

  async release(lock: Lock, options: RequestOptions = {}): Promise<Answer> {
    if (!lock.release) throw new Skip(`nothing gives the lock ${lock.name} back`)
    const answer = await this.#call(lock.release, { purpose: `give the lock ${lock.name} back`, ...options })
    if (answer.ok) this.#state.lock = undefined
    return answer
  }

  /** A call that is no role of the item. */
  async #call(call: Call, options: RequestOptions & { purpose: string }): Promise<Answer> {
    const making: Making = { ...this.#making('read', options), role: 'call', call }
    const [example] = mediaType(call.operation, 'call')?.examples.values() ?? []
    const body = example === undefined ? undefined : fillValues(example, making.lookup)
    return this.#send(finishRequest({ ...startRequest(making), body }, making))
  }

  async entry(role: Role, options: WriteOptions = {}): Promise<BulkEntry> {
    const { resource } = this.#state
    const shape = resource.bulk?.as[role]
    if (shape === undefined) throw new Skip(`nobody says how one of many items is written (bulk.as.${role})`)
    const single = await this.request(role, options)
    const token = options.token === undefined ? this.last.token : (options.token ?? undefined)
    this.#state.dirty = true
    return shapedEntry(shape, single, {
      ...this.#making(role, { purpose: single.purpose, ...options }),
      lookup: lookupIn(this.#scene, { unique: this.#state.unique, state: this.#state, token }),
    })
  }

  async request(named: Role, options: WriteOptions = {}): Promise<Request> {
    const role = named === 'write' ? (options.role ?? this.#scene.bound.role) : named
    return (await this.#whole(role, { purpose: probeOf(role, options.token), ...options }, options.token === undefined)).request
  }

  async #send(request: Request): Promise<Answer> {
    // marked before the answer: one that never comes may have changed it all the same
    this.#state.dirty = true
    const answer = await this.#scene.send(request)
    if (answer.ok) performed(this.#state, request)
    return answer
  }

  /** The request of a role, whole; `current` adds the current token where the contract asks for one or the check is about it. */
  async #whole(
    role: Role,
    options: WriteOptions & { purpose: string },
    current: boolean,
  ): Promise<{ request: Request; guard: Guard | undefined }> {
    const { resource } = this.#state
    const guards = resource.guards.filter((guard) => isUpdate(guard) && [...guard.for, ...guard.unpromised].includes(role))
    const bound =
      options.guard ??
      [...this.#scene.bound.guards.values()].find(
        (guard) => [...guard.for, ...guard.unpromised].includes(role) && resource.guards.includes(guard),
      )
    const about = bound ?? guards.find((guard) => guard.for.includes(role)) ?? guards[0]
    const replaces = role === 'replace' && options.body === undefined
    if (this.#state.dirty && role !== 'read' && resource.operations.has('read') && (replaces || current))
      await this.read({ purpose: 'read the current version', as: options.as })
    const making = this.#making(role, options)
    let request = this.#withBody(startRequest(making), making, options)
    request = this.#withKey(request, options)
    request = finishRequest(request, making)
    request = withLock(request, resource, options.lock === undefined ? this.#state.lock : options.lock)
    // what the check is about, or what is said to be needed for it, must be in force
    if (about && (bound || options.token !== undefined)) request = madeTrue(about.when, request, making)
    if (options.token === null) {
      const bare = guards.reduce((next, guard) => withoutToken(next, guard), request)
      return { request: settled(bare, making), guard: undefined }
    }
    if (options.token !== undefined) {
      if (!about) throw new Skip(`no guard on ${role} takes a token`)
      const alone = this.#others(request, about, guards)
      return { request: settled(withToken(alone, about, options.token, options.at ?? this.#place(about, alone)), making), guard: about }
    }
    const asked = current ? guards.filter((guard) => this.#asks(guard, request)) : []
    let sent: Guard | undefined
    for (const guard of asked) {
      const token = tokenIn(this.last.answer, guard.token) ?? (guard === about ? this.token : undefined)
      if (token === undefined) continue
      if (neverMatches(token, guard)) {
        if (guard.required === 'never') continue
        throw new Skip(
          `the tag ${tokenWords(token)} is weak, so If-Match can never match it (RFC 9110 §13.1.1), but "${guard.name}" requires a match`,
        )
      }
      // where any version from the current one on will do, a write that is to change the version names the next
      const next = guard.match === 'greater-or-equal' ? { ...guard, match: 'greater' as const } : guard
      request = withToken(request, next, token, this.#place(guard, request))
      if (guard === about) sent = guard
    }
    return { request: settled(request, making), guard: sent }
  }

  /** What the other guards are told while a token for one is tried: nothing, where this one switches them off; the current token, where they always ask for one. */
  #others(request: Request, about: Guard, guards: readonly Guard[]): Request {
    const places = new Set(placesSent(about).map(({ written }) => written))
    return guards.reduce((next, guard) => {
      if (guard === about) return next
      if (switchesOff(about, guard)) return withoutToken(next, guard)
      const token = tokenIn(this.last.answer, guard.token)
      const shared = switchesOff(guard, about) || placesSent(guard).some(({ written }) => places.has(written))
      const asks = guard.required === 'always' && guard.for.includes(request.role) && inForce(guard, request)
      return asks && !shared && token !== undefined && !neverMatches(token, guard) ? withToken(next, guard, token) : next
    }, request)
  }

  #place(guard: Guard, request: Request): Place | undefined {
    if (guard.sendParts) return undefined
    const needs = new Set([...this.#scene.bound.guards].filter(([, bound]) => bound === guard).map(([need]) => need))
    return sendPlace(guard, request.operation, (place) =>
      needs.has('guard.if-match') ? isIfMatch(place) : needs.has('guard.body') && place.part === 'body',
    )
  }

  /** Would a well-behaved client send a token here? Where one is promised to protect it, where silence means "must not exist", where it lies in the body. */
  #asks(guard: Guard, request: Request): boolean {
    if ([...this.#scene.bound.guards.values()].includes(guard)) return true
    if (!inForce(guard, request)) return false
    if (guard.for.includes(request.role)) return true
    return placesSent(guard).some((place) => place.part === 'body' && readPlaces([place], request) !== undefined)
  }

  #withBody(request: Request, making: Making, options: WriteOptions): Request {
    const { resource } = this.#state
    const { role } = making
    const at = sendPointer(resource)
    const finish = (payload: Json, marker?: string): Request => {
      const whole = Object.entries(options.set ?? {}).reduce<Json>((next, [pointer, value]) => writeMember(next, pointer, value), payload)
      return { ...request, body: at === '' ? whole : writeMember(undefined, at, whole), marker }
    }
    if (options.body !== undefined) return finish(options.body, options.marker)
    if (role !== 'replace' && role !== 'patch') {
      const [example] = mediaType(request.operation, role)?.examples.values() ?? []
      const body = example ?? (request.operation.request?.required ? {} : undefined)
      return body === undefined ? request : finish(fillValues(body, (name) => making.lookup(name, request)))
    }
    const inside = markerOf(resource)
    const marker = options.marker ?? markerWord(resource, making.contract, making.words)
    const type = mediaType(request.operation, role)
    // a patch of a form of its own is shown in the contract, with `$marker` in it
    if (showsBody(callIn(making))) {
      if (options.set) throw new Skip(`the contract shows a ${role} that changes ${inside}, and no other member`)
      return inside === undefined ? request : { ...request, marker }
    }
    if (inside === undefined && resource.payload.read !== false)
      throw new Skip('no member is known that clients may change freely (marker)')
    if (role === 'patch' && resource.token?.bumps === 'append-length' && inside === undefined) return { ...request, body: marker }
    if (role === 'patch' && resource.token?.bumps === 'append-length')
      return { ...request, body: marker, marker: readsLength(resource) ? lengthAfter(this.last, marker) : marker }
    if (role === 'patch' && type && !isJson(type.type) && inside !== '')
      throw new Skip(`nobody says how a patch in ${type.type} looks; show one in the contract: "operations: { patch: { call, with } }"`)
    if (role === 'patch' && type?.type === 'application/json-patch+json')
      return { ...request, marker, body: [{ op: 'replace', path: at + inside, value: marker }] }
    // what cannot be read back is changed all the same: a text as a whole, of anything else what the contract names
    if (inside === undefined && type && !isJson(type.type)) return { ...request, body: marker }
    if (inside === undefined) {
      if (resource.marker === undefined) throw new Skip('no member is known that clients may change freely (marker)')
      const sent = finish(writeMember(role === 'patch' ? {} : (this.#state.sent ?? {}), resource.marker, marker))
      return { ...sent, marker: undefined }
    }
    if (inside === '') return finish(marker, marker)
    if (role === 'patch') return finish(writeMember({}, inside, marker), marker)
    const base = this.last.payload ?? this.#state.sent ?? {}
    const writable = withoutReadOnly(base, at === '' ? type?.schema : undefined, this.#scene.session.target.loaded)
    return finish(writeMember(writable, inside, marker), marker)
  }

  #withKey(request: Request, { key }: RequestOptions): Request {
    const { idempotency } = this.#state.resource
    if (!idempotency?.key[0] || key === null) return request
    const asked = idempotency.required === 'always' && idempotency.for.includes(request.role)
    return key === undefined && !asked ? request : writePlace(idempotency.key[0], key ?? freshKey(), request)
  }

  #making(role: Role, options: RequestOptions & { purpose: string }): Making {
    const state = this.#state
    const token = this.#scene.tokenOf(state.resource)
    callOf(state.resource, role)
    return {
      contract: this.#scene.session.target.loaded,
      resource: state.resource,
      role,
      as: options.as ?? this.#as,
      purpose: options.purpose,
      path: state.path,
      words: this.#scene.wordsFor(state.resource),
      lookup: lookupIn(this.#scene, { unique: state.unique, state, token: token && tokenIn(state.last.answer, token) }),
    }
  }

  #insist(answer: Answer, role: Role, guard: Guard | undefined): void {
    if (answer.ok) return
    if (guard && this.#scene.bound.promised && answer.status < 500) this.#scene.guardFailed(guard, role, answer.shown)
    throw new Inconclusive(`a step of the set-up (${answer.request.purpose}) is answered ${answer.shown}`)
  }

  /** Positive control: what was written is what reads give back, at the latest after a while. */
  async #storedSoon(marker: string): Promise<void> {
    const after = await this.read({ purpose: 'see that the write was stored' })
    if (isDeepStrictEqual(after.marker, marker)) return
    const at = this.#state.resource.marker || 'the whole content'
    throw new Inconclusive(
      `a write that was answered with success does not show: ${at} was written as "${marker}", reads give ${JSON.stringify(this.last.marker ?? null)}`,
    )
  }
}

/** What an item is expected to show from now on, since this request was answered with success. */
export function performed(state: ItemState, request: Request): void {
  const { last, resource } = state
  if (['create', 'read', 'list'].includes(request.role)) return
  if (request.role === 'delete') state.gone = true
  else if (request.role !== 'replace' && request.role !== 'patch') state.shows = ({ payload }) => !isDeepStrictEqual(payload, last.payload)
  else if (!resource.guards.some(refusesWithSuccess))
    state.shows = markerOf(resource) === undefined ? ({ token }) => !sameToken(token, last.token) : showsMarker(request.marker)
}

/** Does the contract show the whole body of this call? */
function showsBody({ with: facts }: Call): boolean {
  return facts.some(({ place }) => place.part === 'body' && place.name === '')
}

/** Is a guard in force for this request: all of `when`, not all of `override`? Facts with names in them cannot be told; they count as met. */
function inForce({ when, override }: Guard, request: Request): boolean {
  return factsHold(when, request) && !(override.length > 0 && factsHold(override, request))
}

/** Reads show a write by what it put at the marker. */
export function showsMarker(written: string | undefined): ItemState['shows'] {
  return written === undefined ? undefined : ({ marker }) => isDeepStrictEqual(marker, written)
}

/** Some APIs answer 200 and say in the content that nothing was done. */
function refusesWithSuccess({ outcomes }: Guard): boolean {
  return Object.values(outcomes).some(({ status, as }) => as !== 'done' && status.some((code) => code < 300))
}

/** Does a read show nothing but how much there is? */
function readsLength({ payload, token }: Resource): boolean {
  return payload.read !== false && payload.read.some(({ written }) => token?.read.some((place) => place.written === written))
}

/** How much there is when this was appended, as a read shows it. */
function lengthAfter({ token }: Snapshot, appended: string): string {
  return String(Number(token) + Buffer.byteLength(appended))
}

/** The place of a member of what stands at a place. */
function below(place: Place, pointer: string): Place {
  return place.part === 'body' ? { ...place, name: place.name + pointer } : place
}

/** A read as a snapshot. */
export function snapshotOf(scene: Scene, resource: Resource, answer: Answer): Snapshot {
  const token = scene.tokenOf(resource)
  const exists = answer.ok
  const places = resource.payload.read === false ? [] : resource.payload.read
  const payload = exists ? readPlaces(places, answer) : undefined
  const at = markerOf(resource)
  const marker =
    exists && at !== undefined
      ? readPlaces(
          places.map((place) => below(place, at)),
          answer,
        )
      : undefined
  return { answer, exists, token: exists && token ? tokenIn(answer, token) : undefined, payload, marker }
}

function probeOf(role: Role, token: TokenValue | null | undefined): string {
  return token === undefined
    ? `try ${role}`
    : token === null
      ? `try ${role} without a token`
      : `try ${role} with the token ${tokenWords(token)}`
}
