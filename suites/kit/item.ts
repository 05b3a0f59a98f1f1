import { isDeepStrictEqual } from 'node:util'
import type { Call, Guard, Json, Lock, Role } from '../../spec/contract.ts'
import { readPlaces } from '../../spec/places.ts'
import { fillValues } from '../../spec/values.ts'
import type { Answer } from './answer.ts'
import { shapedEntry } from './bulk.ts'
import { ItemReads } from './item-reads.ts'
import { type ItemState, performed } from './item-state.ts'
import { withKey } from './key.ts'
import type { BulkEntry, Item, ResourceKit, Snapshot, TokenValue } from './kit.ts'
import type { ActOptions, ReadOptions, RemoveOptions, RequestOptions, WriteOptions } from './options.ts'
import { aboutToHold } from './lock-turns.ts'
import { withLock } from './lock.ts'
import type { Identity, Request } from './request.ts'
import type { Scene } from './scene.ts'
import { guardsOn, withCurrent, withoutTokens, withProbe } from './sent-tokens.ts'
import { tokenIn, tokenWords } from './token.ts'
import { lookupIn } from './values.ts'
import { Inconclusive, Skip } from './verdict.ts'
import { callOf, finishRequest, madeTrue, type Making, mediaType, settled, startRequest } from './whole.ts'
import { showsBody, withWriteBody } from './write-body.ts'

/** A handle on an item through one identity's credentials. */
export class ItemHandle implements Item {
  readonly resource: ResourceKit
  readonly #scene: Scene
  readonly #state: ItemState
  readonly #as: Identity
  readonly #reads: ItemReads

  constructor(scene: Scene, resource: ResourceKit, state: ItemState, as: Identity) {
    this.#scene = scene
    this.resource = resource
    this.#state = state
    this.#as = as
    this.#reads = new ItemReads(scene, state, (options) => this.#making('read', { purpose: 'read the item', ...options }))
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

  read(options: ReadOptions = {}): Promise<Snapshot> {
    return this.#reads.read(options)
  }

  /** What a read of the item that was sent by somebody else was answered with: as if it were the first here. */
  seen(answer: Answer): Promise<Snapshot> {
    return this.#reads.seen(answer)
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
    await aboutToHold(this.#scene, this.#state)
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

  /** Takes back what a call did to the item, as a rule says; any answer. */
  async undo(call: Call): Promise<Answer> {
    return this.#call(call, { purpose: 'take back what the rule asked for' })
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
    return shapedEntry(shape, single, lookupIn(this.#scene, { unique: this.#state.unique, state: this.#state, token }))
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

  /** The request of a role, whole; `current` adds the current tokens where the contract asks for them or the check is about them. */
  async #whole(
    role: Role,
    options: WriteOptions & { purpose: string },
    current: boolean,
  ): Promise<{ request: Request; guard: Guard | undefined }> {
    const { resource } = this.#state
    const { bound } = this.#scene
    const guards = guardsOn(role, resource, bound, options.guard)
    const replaces = role === 'replace' && options.body === undefined
    if (this.#state.dirty && role !== 'read' && resource.operations.has('read') && (replaces || current))
      await this.read({ purpose: 'read the current version', as: options.as })
    const making = this.#making(role, options)
    let request = withWriteBody(startRequest(making), making, options, this.#state)
    request = withKey(request, resource, options.key, making.contract)
    request = finishRequest(request, making)
    request = withLock(request, resource, options.lock === undefined ? this.#state.lock : options.lock)
    // what the check is about, or what is said to be needed for it, must be in force
    if (guards.about && (guards.bound || options.token !== undefined)) request = madeTrue(guards.about.when, request, making)
    const said = (whole: Request): Request => settled(madeTrue(options.with ?? [], whole, making), making)
    if (options.token === null) return { request: said(withoutTokens(request, guards)), guard: undefined }
    if (options.token !== undefined) {
      const probe = withProbe(request, guards, options.token, { last: this.last, bound, at: options.at })
      return { request: said(probe), guard: guards.about }
    }
    if (!current) return { request: said(request), guard: undefined }
    const whole = withCurrent(request, guards, { last: this.last, bound, missing: () => this.token })
    return { request: said(whole.request), guard: whole.guard }
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

function probeOf(role: Role, token: TokenValue | null | undefined): string {
  return token === undefined
    ? `try ${role}`
    : token === null
      ? `try ${role} without a token`
      : `try ${role} with the token ${tokenWords(token)}`
}
