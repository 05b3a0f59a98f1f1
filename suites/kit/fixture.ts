import { isDeepStrictEqual } from 'node:util'
import type { Json, Resource, Role } from '../../spec/contract.ts'
import { readPlace } from '../../spec/places.ts'
import type { Answer } from './answer.ts'
import { ItemHandle } from './item.ts'
import { type ItemState, showsMarker } from './item-state.ts'
import { bulkAnswer, bulkRequest, shapedEntry, singleAnswer } from './bulk.ts'
import { Composer } from './composer.ts'
import type { BulkAnswer, BulkEntry, Item, Listing, ResourceKit, Snapshot } from './kit.ts'
import type { CreateOptions, ListOptions, RequestOptions } from './options.ts'
import { makes } from './made.ts'
import { lasting } from './once.ts'
import { idPlaces, pathIn } from './identity.ts'
import { existingPath } from './existing.ts'
import { itemAt } from './item-at.ts'
import type { Request } from './request.ts'
import type { Scene } from './scene.ts'
import { snapshotOf } from './snapshot.ts'
import { lookupIn } from './values.ts'
import { Inconclusive, Skip } from './verdict.ts'
import { type Making, ownName } from './whole.ts'
import type { Source } from './words.ts'

/** The fixture of one resource: makes requests from its contract and keeps track of what they create. */
export class Fixture implements ResourceKit {
  readonly name: string
  readonly spec: Resource
  readonly #scene: Scene
  readonly #composer: Composer

  constructor(scene: Scene, spec: Resource) {
    this.#scene = scene
    this.spec = spec
    this.name = spec.name
    this.#composer = new Composer(scene, spec, (name, options) => this.other(name).create(options))
  }

  get #words(): Source {
    return this.#scene.wordsFor(this.spec)
  }

  other(name: string): ResourceKit {
    if (name === this.name) return this
    const spec = this.#scene.session.target.loaded.resources.get(name)
    if (!spec) throw new Skip(`the contract has no resource "${name}"`)
    return new Fixture(this.#scene, spec)
  }

  async create(options: CreateOptions = {}): Promise<Item> {
    if (this.#scene.session.target.readOnly) return this.#existing(options)
    if (this.#scene.shares && this.spec === this.#scene.resource && isPlain(options)) return this.#shared()
    const answer = await this.tryCreate({ purpose: 'create an item', ...options })
    if (!answer.ok) throw new Inconclusive(`a step of the set-up (${answer.request.purpose}) is answered ${answer.shown}`)
    const item = await this.found(answer)
    if (!item) throw new Inconclusive(`no id of the new item in the answer to its create (${idPlaces(this.spec)}): ${answer.shown}`)
    if (!this.spec.operations.has('read') || (this.spec.payload.read === false && !this.spec.token)) return item
    const first = await item.read({ purpose: 'read the new item' })
    if (!first.exists) throw new Inconclusive(`the new item cannot be read: ${first.answer.shown}`)
    return item
  }

  /** In place of a new item, for a check that only reads: the one that all of them look at. It is deleted at the end of the session. */
  async #shared(): Promise<Item> {
    // there is one of it: who wants a second item makes it
    this.#scene.shares = false
    const { item, shown } = await lasting(this.#scene, 'shared', async (apart) => {
      const { last } = await new Fixture(apart, this.spec).create({ purpose: 'create an item for all checks that only read' })
      return { item: apart.items.at(-1)!, shown: last.answer }
    })
    // what one check learns of it is not for the others
    const own: ItemState = { ...item, last: snapshotOf(this.#scene, this.spec, shown) }
    const handle = new ItemHandle(this.#scene, this, own, 'a')
    if (own.dirty) return handle
    const first = await handle.seen(shown)
    const asked = this.#scene.exchanges.length
    this.#scene.stands = async () =>
      this.#scene.exchanges.length === asked ||
      sameVersion(first, await handle.read({ purpose: 'see whether the shared item is still the same' }))
    return handle
  }

  /** In place of a new item, where nothing may be made. It is not ours: nothing will delete it. */
  async #existing({ as = 'a' }: CreateOptions): Promise<Item> {
    const path = await existingPath(this.#scene, this)
    const state = itemAt(this.#scene, { resource: this.name, path, as, token: undefined })
    if (!state) throw new Skip(`read-only: the address of a ${this.name} is not whole`)
    const item = new ItemHandle(this.#scene, this, state, as)
    const first = await item.read({ purpose: 'read an item that is there' })
    if (!first.exists) throw new Inconclusive(`the item that is there cannot be read: ${first.answer.shown}`)
    return item
  }

  async tryCreate(options: CreateOptions = {}): Promise<Answer> {
    const request = await this.request('create', { purpose: 'try create', ...options })
    const answer = await this.#scene.send(request)
    if (answer.ok) await this.found(answer)
    return answer
  }

  async found(answer: Answer): Promise<Item | undefined> {
    const path = pathIn(answer, this.spec, this.#scene.session.url(answer.request).href)
    if (!path) return undefined
    const id = path[ownName(this.spec)] ?? ''
    const known = this.#scene.items.find((item) => item.resource === this.spec && !item.gone && same(item.path, path))
    if (known) this.#scene.made.is(answer, known)
    if (known) return new ItemHandle(this.#scene, this, known, answer.request.as)
    const last = snapshotOf(this.#scene, this.spec, answer)
    const unique = answer.request.unique ?? this.#words.word()
    const state: ItemState = {
      resource: this.spec,
      path,
      id,
      owner: answer.request.as,
      created: answer,
      sent: answer.request.body,
      last,
      dirty: true,
      gone: false,
      seen: false,
      // a create without a body stores nothing that a read could show
      shows: answer.request.body === undefined ? undefined : showsMarker(answer.request.marker),
      unique,
      lock: undefined,
    }
    this.#scene.items.push(state)
    this.#scene.made.is(answer, state)
    return new ItemHandle(this.#scene, this, state, answer.request.as)
  }

  async sample(): Promise<Json | undefined> {
    return (await this.request('create')).body
  }

  async list({ of, ...options }: ListOptions = {}): Promise<Listing> {
    const request = await this.request('list', { purpose: 'read the collection', ...options, ...(of && { path: of.path, of }) })
    const answer = await this.#scene.send(request)
    const places = this.spec.payload.list
    const found = places.length ? places.map((place) => readPlace(place, answer)).find(Array.isArray) : onlyArray(answer.body)
    return { answer, items: found ?? [] }
  }

  async entry(options: CreateOptions = {}): Promise<BulkEntry> {
    const shape = this.spec.bulk?.as['create']
    if (shape === undefined) throw new Skip('nobody says how one of many new items is written (bulk.as.create)')
    const single = await this.request('create', { purpose: 'create one of many', ...options })
    const lookup = lookupIn(this.#scene, { unique: single.unique! })
    return shapedEntry(shape, single, lookup)
  }

  async bulk(entries: readonly BulkEntry[], options: RequestOptions = {}): Promise<BulkAnswer> {
    const { bulk } = this.spec
    if (!bulk) throw new Skip('no request takes many items')
    const unique = this.#words.word()
    const making: Making = {
      contract: this.#scene.session.target.loaded,
      resource: this.spec,
      role: 'bulk',
      call: bulk.call,
      as: options.as ?? 'a',
      purpose: options.purpose ?? 'many items in one request',
      path: {},
      words: this.#words,
      lookup: lookupIn(this.#scene, { unique }),
    }
    for (const item of this.#scene.items) item.dirty = true
    const places = new Map(entries.flatMap(({ single }, at) => (single ? [[single, at] as const] : [])))
    const { answer, each } = await this.#scene.sendMany(bulkRequest(bulk, entries, making), [...places.keys()], (all, single) =>
      singleAnswer(bulk, all, single, places.get(single)!),
    )
    for (const one of each) if (one.ok && makes(one.request, one)) await this.found(one)
    return bulkAnswer(bulk, answer)
  }

  request(role: Role, options: CreateOptions & ListOptions = {}): Promise<Request> {
    return this.#composer.request(role, options)
  }
}

/** Is there nothing by which a client could see that the item has changed? */
function sameVersion(before: Snapshot, after: Snapshot): boolean {
  const same = (name: string): boolean => before.answer.header(name) === after.answer.header(name)
  return after.exists && isDeepStrictEqual(before.token, after.token) && same('etag') && same('last-modified')
}

/** Any item will do. */
function isPlain({ purpose: _, as = 'a', ...more }: CreateOptions): boolean {
  return as === 'a' && Object.values(more).every((value) => value === undefined)
}

function same(one: Record<string, string>, other: Record<string, string>): boolean {
  return Object.entries(one).every(([name, value]) => other[name] === value)
}

function onlyArray(body: Json | undefined): Json[] | undefined {
  if (Array.isArray(body)) return body
  const arrays = typeof body === 'object' && body !== null ? Object.values(body).filter(Array.isArray) : []
  return arrays.length === 1 ? (arrays[0] as Json[]) : undefined
}
