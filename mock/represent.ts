import { writePointer } from '../http/pointer.ts'
import type { Contract, Json, MediaType, Place, ResponseSpec, Token } from '../spec/contract.ts'
import { plain, writePlace, type ResponseMessage } from '../spec/places.ts'
import { isMembers } from './conflicts.ts'
import type { HeaderLines } from './message.ts'
import { inside, within, type Model } from './model.ts'
import { once } from './once.ts'
import { fillPath } from './route.ts'
import { sampleOf } from './sample.ts'
import type { Item } from './kept.ts'
import { placesRead, tokenAt, type PartPlace } from './token.ts'

/** Writes one token, or a part of it, at one place; a fault may put itself in its stead. */
export type TokenWriter = (token: Token, item: Item, place: Pick<Place, 'part'>, model: Model, part: string | undefined) => Json

/** A place of a body at which a token stands, with how. */
interface Told extends PartPlace {
  token: Token
  /** A number stands there as a text. */
  isText: boolean
}

/** The tokens of a body: those in the item, with their pointers there, and those around it. */
interface Tellings {
  inside: (Told & { pointer: string })[]
  outside: Told[]
}

/** How items look on the wire. */
export class Representation {
  readonly #contract: Contract
  readonly #write: TokenWriter
  readonly #told = new Map<Model, Tellings>()
  readonly #envelopes = new Map<Model, Json>()

  constructor(contract: Contract, write: TokenWriter = (token, item, place, _model, part) => tokenAt(token, item, place, part)) {
    this.#contract = contract
    this.#write = write
  }

  /** A token, or a part of it, as it is written at a place of an answer of this media type. */
  token(token: Token, item: Item, { place, part }: PartPlace, model: Model, media: MediaType | undefined): Json {
    const written = this.#write(token, item, place, model, part)
    return typeof written === 'number' && this.#isText(token, { place, part }, model, media) ? String(written) : written
  }

  /** An item as JSON, with its tokens, in the order in which its schema names the members; what is only for writing is left out. */
  json(item: Item, model: Model): Json {
    if (Buffer.isBuffer(item.value)) return item.value.toString('utf8')
    let value: Json = item.value
    for (const told of this.#tokensIn(model).inside) value = writePointer(value, told.pointer, this.#tell(told, item, model)) as Json
    if (!isMembers(value)) return value
    const shown = new Map<string, Json>()
    for (const name of visibleMembers(model)) if (Object.hasOwn(value, name)) shown.set(name, value[name]!)
    for (const name of Object.keys(value)) if (!model.members.has(name)) shown.set(name, value[name]!)
    return Object.fromEntries(shown)
  }

  /** What a read of the item has as its body. */
  read(item: Item, model: Model): string | Buffer {
    if (Buffer.isBuffer(item.value) && model.readPointer === '') return item.value
    item.memo.text ??= JSON.stringify(this.body(item, model))
    return item.memo.text
  }

  /** The item within the body that its operations give it in; what else stands there is as in the example of a read. */
  body(item: Item, model: Model): Json {
    const value = this.json(item, model)
    const { outside } = this.#tokensIn(model)
    if (model.readPointer === '' && outside.length === 0) return value
    const body = model.readPointer === '' ? value : (writePointer(this.#around(model), model.readPointer, value) as Json)
    const around = named(item.params, body)
    return outside.reduce<ResponseMessage>((next, told) => writePlace(told.place, this.#tell(told, item, model), next), {
      status: 200,
      headers: [],
      body: around,
    }).body!
  }

  /**
   * The header lines that carry tokens.
   *
   * @param response the declared response
   * @param always the tokens in use are sent even if the document does not declare them: on reads, where clients learn them
   */
  headers(item: Item, model: Model, response: ResponseSpec | undefined, always: boolean): HeaderLines {
    const lines: HeaderLines = []
    for (const { token, place, part } of always ? usedTokens(model) : headerTokens(model)) {
      const isDeclared = response?.headers.has(place.name.toLowerCase()) ?? false
      if (!always && !isDeclared) continue
      const text = plain(this.#write(token, item, place, model, part))
      lines.push([place.name, place.text === undefined ? text : place.text.replace('{}', () => text)])
    }
    return lines
  }

  /** The path of an item, as a `Location` tells it; undefined where the path does not name it. */
  location(item: Item, { resource }: Model): string | undefined {
    return resource.item?.includes('{') ? fillPath(resource.item, item.params) : undefined
  }

  /** What stands around the item in the body of a read: as in its example, else as its schema says. */
  #around(model: Model): Json {
    let around = this.#envelopes.get(model)
    if (around === undefined) {
      const { readMedia } = model
      around = readMedia?.examples.values().next().value ?? (readMedia === undefined ? {} : sampleOf(readMedia, this.#contract))
      this.#envelopes.set(model, around)
    }
    return around
  }

  #tell({ token, place, part, isText }: Told, item: Item, model: Model): Json {
    const written = this.#write(token, item, place, model, part)
    return isText ? plain(written) : written
  }

  /**
   * The places of tokens in the body of a read, in the item and around it: those that its schema declares; where it declares none, and no
   * header carries one, the first.
   */
  #tokensIn(model: Model): Tellings {
    let found = this.#told.get(model)
    if (found !== undefined) return found
    const { readMedia, readPointer } = model
    const told = model.tokens.flatMap((token) => {
      const groups = token.parts === undefined ? [undefined] : Object.keys(token.parts)
      return groups.flatMap((part): Told[] => {
        const all = placesRead(token).filter((each) => each.part === part)
        const inBody = all.filter(({ place }) => place.part === 'body' && !(place.name === '' && place.text === undefined))
        const declared = inBody.filter(({ place }) => within(readMedia?.schema, place.name, this.#contract) !== undefined)
        const isNeeded = declared.length === 0 && !all.some(({ place }) => place.part === 'header') && token === model.resource.token
        return (isNeeded ? inBody.slice(0, 1) : declared).map((each) => ({
          token,
          ...each,
          isText: token.format === 'integer' && this.#isText(token, each, model, readMedia),
        }))
      })
    })
    found = { inside: [], outside: [] }
    for (const each of told) {
      const pointer = inside(each.place, readPointer)
      if (pointer === undefined || pointer === '') found.outside.push(each)
      else found.inside.push({ ...each, pointer })
    }
    this.#told.set(model, found)
    return found
  }

  /** Whether the schema has a text at a place where a number is to be told; where it says nothing, as it is in reads. */
  #isText(token: Token, { place, part }: PartPlace, model: Model, media: MediaType | undefined): boolean {
    if (place.part !== 'body') return false
    const here = within(media?.schema, place.name, this.#contract)
    const reads = placesRead(token).map((each) =>
      each.part === part && each.place.part === 'body' ? within(model.readMedia?.schema, each.place.name, this.#contract) : undefined,
    )
    const schema = [here, ...reads].find((each) => each !== undefined)
    const types = typeof schema === 'object' ? [schema['type']].flat() : []
    return types.includes('string') && !types.includes('integer') && !types.includes('number')
  }
}

/** A body in which the members that are named like the parameters of a path (`_id` like `id`) say what these are. */
export function named(params: Record<string, string>, body: Json): Json {
  if (!isMembers(body)) return body
  const known = Object.entries(params)
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const found = known.find(([parameter]) => parameter.toLowerCase() === name.replace(/^[_@$]+/, '').toLowerCase())
      return [name, found !== undefined && typeof value === 'string' ? found[1] : value]
    }),
  )
}

/** The declared members in their order, without those that are only for writing (`writeOnly`). */
const visibleMembers = once((model: Model) =>
  [...model.members].filter(([, schema]) => typeof schema !== 'object' || schema['writeOnly'] !== true).map(([name]) => name),
)

/** The tokens that stand in header fields, each field once. */
const headerTokens = once((model: Model) => {
  const all = model.tokens.flatMap((token) =>
    placesRead(token)
      .filter(({ place }) => place.part === 'header')
      .map((each) => ({ token, ...each })),
  )
  return all.filter((each, at) => all.findIndex(({ place }) => place.name.toLowerCase() === each.place.name.toLowerCase()) === at)
})

/** Those of them that a read tells: the resource's own, what some guard compares, and what the document declares. */
const usedTokens = once((model: Model) => {
  const declared = model.resource.operations.get('read')?.operation.responses.find((each) => each.status.startsWith('2'))?.headers
  return headerTokens(model).filter(
    ({ token, place }) =>
      token === model.resource.token ||
      model.resource.guards.some((guard) => guard.token === token && guard.for.length > 0) ||
      declared?.has(place.name.toLowerCase()),
  )
})
