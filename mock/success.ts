import { isDeepStrictEqual } from 'node:util'
import { writePointer } from '../http/pointer.ts'
import { isJson } from '../http/media-type.ts'
import type { Contract, Json, MediaType, Operation, Outcome, Place, ResponseSpec, Role } from '../spec/contract.ts'
import { makeAllTrue } from '../spec/facts.ts'
import { writePlace, type ResponseMessage } from '../spec/places.ts'
import { isMembers } from './conflicts.ts'
import type { Facts } from './decision.ts'
import type { Answer, HeaderLines } from './message.ts'
import { membersOf, within, type Model } from './model.ts'
import { named, type Representation } from './represent.ts'
import { filled, sampleOf } from './sample.ts'
import type { Item } from './kept.ts'
import { placesRead } from './token.ts'
import { treeOf, writtenAs } from './written.ts'

/** The declared answer of a success: 201 where something was created, else the first that is not 201; undefined where none is declared. */
export function successSpec(operation: Operation, created: boolean): ResponseSpec | undefined {
  const all = operation.responses.filter((response) => response.status.startsWith('2'))
  if (created) return all.find((response) => response.status === '201') ?? all[0]
  return all.find((response) => response.status !== '201') ?? all[0]
}

/** Answers of requests that were carried out, from the document's own responses. */
export class Successes {
  readonly #contract: Contract
  readonly #representation: Representation
  readonly #like = new WeakMap<MediaType, boolean>()

  constructor(contract: Contract, representation: Representation) {
    this.#contract = contract
    this.#representation = representation
  }

  /** The item itself (200). */
  read(item: Item, facts: Facts): Answer {
    const spec = successSpec(facts.operation, false)
    const body = this.#representation.read(item, facts.model)
    const isBytes = Buffer.isBuffer(item.value)
    const usual = isBytes ? 'application/octet-stream' : 'application/json'
    const type =
      (isBytes ? item.mediaType : undefined) ?? spec?.content.find((media) => isJson(media.type))?.type ?? spec?.content[0]?.type ?? usual
    const headers: HeaderLines = [['Content-Type', type], ...this.#representation.headers(item, facts.model, spec, true)]
    return { status: statusOf(spec, 200), headers: this.#others(headers, spec), body }
  }

  /** The items of a collection (200), in the document's own wrapping. */
  list(items: Item[], facts: Facts): Answer {
    const spec = successSpec(facts.operation, false)
    const media = spec?.content.find((each) => isJson(each.type)) ?? spec?.content[0]
    const list = items.map((item) => this.#listed(item, facts.model, media))
    const place = facts.model.resource.payload.list.find((each) => each.part === 'body')
    const body = place === undefined || place.name === '' ? list : this.#wrapList(list, place.name, media)
    return {
      status: statusOf(spec, 200),
      headers: this.#others([['Content-Type', media?.type ?? 'application/json']], spec),
      body: JSON.stringify(body),
    }
  }

  /**
   * A write that took effect.
   *
   * @param item as it is now; undefined where it is gone
   * @param done the outcome `done`, where the contract says how success looks
   */
  written(item: Item | undefined, role: Role, created: boolean, facts: Facts, done: Outcome | undefined): Answer {
    const spec = successSpec(facts.operation, created)
    const fallback = created ? 201 : role === 'delete' ? 204 : 200
    const status = done?.status[0] ?? statusOf(spec, fallback)
    let message: ResponseMessage = { status, headers: [], body: undefined }
    const media = spec?.content.find((each) => isJson(each.type)) ?? spec?.content[0]
    if (item !== undefined) {
      message.headers = this.#representation.headers(item, facts.model, spec, false)
      const location = created || spec?.headers.has('location') ? this.#representation.location(item, facts.model) : undefined
      if (location !== undefined) message.headers.push(['Location', location])
      if (done === undefined && media !== undefined && isJson(media.type) && status !== 204 && this.#isLikeReads(media, facts.model)) {
        const headers: HeaderLines = [['Content-Type', media.type], ...message.headers]
        return { status, headers: this.#others(headers, spec), body: this.#representation.read(item, facts.model) }
      }
      message = this.#withBody(message, item, facts, media)
    } else if (media !== undefined && isJson(media.type)) {
      message.body = named(facts.message.path, media.examples.values().next().value ?? sampleOf(media, this.#contract))
    }
    if (done !== undefined) message = makeAllTrue(done.where, { ...message, body: done.body ?? message.body })
    return this.#finished(message, item, media, spec)
  }

  /**
   * A lock that was taken or given back.
   *
   * @param token that of the lock, and where it is told
   */
  locked(
    item: Item,
    does: 'acquire' | 'release',
    token: string | undefined,
    read: Place[],
    facts: Facts,
    done: Outcome | undefined,
  ): Answer {
    // a LOCK of what is there makes nothing (RFC 4918 §9.10.1); elsewhere a lock is a thing that is made
    const spec = successSpec(facts.operation, does === 'acquire' && facts.operation.method !== 'LOCK')
    const media = spec?.content[0]
    const status = done?.status[0] ?? statusOf(spec, does === 'acquire' ? 200 : 204)
    let message: ResponseMessage = { status, headers: this.#representation.headers(item, facts.model, spec, false), body: undefined }
    const template = media === undefined ? undefined : this.#template(media)
    message.body = treeOf(template, media?.type ?? '')
    for (const place of token === undefined || does === 'release' ? [] : read) message = writePlace(place, token!, message)
    if (done !== undefined) message = makeAllTrue(done.where, { ...message, body: done.body ?? message.body })
    return this.#finished(message, undefined, media, spec, template)
  }

  #withBody(message: ResponseMessage, item: Item, { model }: Facts, media: MediaType | undefined): ResponseMessage {
    if (media === undefined) {
      const inBody = [
        ...model.tokens.flatMap((token) => placesRead(token).map(({ place }) => place)),
        ...(model.resource.identity.get(model.own) ?? []),
      ]
      return inBody.some((place) => place.part === 'body' && place.message === 'response') && model.readMedia !== undefined
        ? { ...message, body: this.#representation.body(item, model) }
        : message
    }
    if (!isJson(media.type)) return message
    const whole = this.#representation.body(item, model)
    if (this.#describesItem(media, whole, model)) return { ...message, body: whole }
    const known = { ...(isMembers(item.value) ? item.value : {}), ...item.params }
    const example = named(item.params, media.examples.values().next().value ?? filled(sampleOf(media, this.#contract), known))
    let next: ResponseMessage = { ...message, body: example }
    for (const token of model.tokens) {
      for (const at of placesRead(token)) {
        if (at.place.part === 'body' && membersOf(media.schema, this.#contract).has(at.place.name.split('/')[1] ?? '')) {
          next = writePlace(at.place, this.#representation.token(token, item, at, model, media), next)
        }
      }
    }
    const id = item.params[model.own]
    const idPlace = model.resource.identity.get(model.own)?.find((place) => place.message === 'response' && place.part === 'body')
    const names = membersOf(media.schema, this.#contract)
    if (id !== undefined && idPlace !== undefined && names.has(idPlace.name.split('/')[1] ?? '')) next = writePlace(idPlace, id, next)
    else if (id !== undefined && names.has('id') && isMembers(next.body)) next = { ...next, body: { ...next.body, id } }
    return next
  }

  /** Whether an answer is the item: the schema that reads have, or one whose members the item mostly has. */
  #describesItem(media: MediaType, whole: Json, model: Model): boolean {
    if (this.#isLikeReads(media, model)) return true
    if (within(media.schema, model.readPointer, this.#contract) === undefined) return false
    const names = [...membersOf(media.schema, this.#contract).keys()]
    if (!isMembers(whole) || names.length === 0) return names.length === 0
    return names.filter((name) => Object.hasOwn(whole, name)).length * 2 > names.length
  }

  /** Whether an answer has the schema that reads have; without a schema, there is no other. */
  #isLikeReads(media: MediaType, model: Model): boolean {
    let like = this.#like.get(media)
    if (like === undefined) {
      const [own, read] = [media.schema, model.readMedia?.schema].map((schema) =>
        schema === undefined ? undefined : this.#contract.deref(schema),
      )
      like = own === undefined || read === undefined || own === read || isDeepStrictEqual(own, read)
      this.#like.set(media, like)
    }
    return like
  }

  #listed(item: Item, model: Model, media: MediaType | undefined): Json {
    const value = this.#representation.json(item, model)
    if (!Buffer.isBuffer(item.value)) return value
    const place = model.resource.payload.list.find((each) => each.part === 'body')
    const list = media?.schema === undefined ? undefined : this.#contract.deref(media.schema)
    const member = place === undefined || list === undefined ? undefined : memberOfList(list, place.name, this.#contract)
    const names = member === undefined ? [] : [...membersOf(member, this.#contract).keys()]
    const known = Object.fromEntries(names.filter((name) => Object.hasOwn(item.params, name)).map((name) => [name, item.params[name]!]))
    return names.length === 0 ? value : known
  }

  #wrapList(list: Json[], pointer: string, media: MediaType | undefined): Json {
    const example = media?.examples.values().next().value ?? (media === undefined ? {} : sampleOf(media, this.#contract))
    let body = isMembers(example) ? example : {}
    for (const [name, value] of Object.entries(body)) {
      if (typeof value === 'number' && /^(total|count|size|totalItems|totalCount|totalResults)$/i.test(name))
        body = { ...body, [name]: list.length }
    }
    return writePointer(body, pointer, list) as Json
  }

  /** What stands in an answer that the document describes: its first example, else what its schema says. */
  #template(media: MediaType): Json | undefined {
    return media.examples.values().next().value ?? (isJson(media.type) ? sampleOf(media, this.#contract) : undefined)
  }

  #finished(
    message: ResponseMessage,
    item: Item | undefined,
    media: MediaType | undefined,
    spec: ResponseSpec | undefined,
    template?: Json,
  ): Answer {
    const noContent = message.status === 204 || message.status === 205
    if (noContent || message.body === undefined) {
      const bytes = !noContent && media !== undefined && item !== undefined && Buffer.isBuffer(item.value) ? item.value : ''
      const type: HeaderLines = bytes === '' ? [] : [['Content-Type', item?.mediaType ?? media!.type]]
      return { status: message.status, headers: this.#others([...type, ...message.headers], spec), body: bytes }
    }
    const headers: HeaderLines = [['Content-Type', media?.type ?? 'application/json'], ...message.headers]
    const body = writtenAs(message.body, media?.type ?? 'application/json', template)
    return { status: message.status, headers: this.#others(headers, spec), body }
  }

  /** Declared headers that must be there and that nothing else has set: by example. */
  #others(headers: HeaderLines, spec: ResponseSpec | undefined): HeaderLines {
    for (const header of spec?.headers.values() ?? []) {
      if (!header.required || header.example === undefined || headers.some(([name]) => name.toLowerCase() === header.name.toLowerCase()))
        continue
      headers.push([header.name, String(header.example)])
    }
    return headers
  }
}

function memberOfList(schema: MediaType['schema'], pointer: string, contract: Contract): MediaType['schema'] {
  let at = schema
  for (const name of pointer.split('/').slice(1)) at = membersOf(at, contract).get(name)
  const list = at === undefined ? undefined : contract.deref(at)
  return typeof list === 'object' ? (list['items'] as MediaType['schema']) : undefined
}

function statusOf(spec: ResponseSpec | undefined, fallback: number): number {
  const status = Number(spec?.status)
  return Number.isInteger(status) ? status : fallback
}
