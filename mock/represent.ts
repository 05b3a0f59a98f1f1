import { writePointer } from '../http/pointer.ts'
import type { Contract, Json, Place, ResponseSpec, Token } from '../spec/contract.ts'
import { plain } from '../spec/places.ts'
import { isMembers } from './conflicts.ts'
import type { HeaderLines } from './message.ts'
import { within, type Model } from './model.ts'
import { once } from './once.ts'
import { fillPath } from './route.ts'
import type { Item } from './store.ts'
import { tokenAt } from './token.ts'

/** Writes one token at one place; a fault may put itself in its stead. */
export type TokenWriter = (token: Token, item: Item, place: Parameters<typeof tokenAt>[2], model: Model) => Json

/** How items look on the wire. */
export class Representation {
  readonly #contract: Contract
  readonly #write: TokenWriter
  readonly #bodyTokens = new Map<Model, { token: Token; pointer: string }[]>()

  constructor(contract: Contract, write: TokenWriter = (token, item, place) => tokenAt(token, item, place)) {
    this.#contract = contract
    this.#write = write
  }

  /** A token as it is written at a place of an answer. */
  token(token: Token, item: Item, place: Place, model: Model): Json {
    return this.#write(token, item, place, model)
  }

  /** An item as JSON, with its tokens, in the order in which its schema names the members; what is only for writing is left out. */
  json(item: Item, model: Model): Json {
    if (Buffer.isBuffer(item.value)) return item.value.toString('utf8')
    let value: Json = item.value
    for (const { token, pointer } of this.#tokensIn(model)) {
      value = writePointer(value, pointer, this.#write(token, item, { part: 'body' }, model)) as Json
    }
    if (!isMembers(value)) return value
    const shown = new Map<string, Json>()
    for (const name of visibleMembers(model)) if (Object.hasOwn(value, name)) shown.set(name, value[name]!)
    for (const name of Object.keys(value)) if (!model.members.has(name)) shown.set(name, value[name]!)
    return Object.fromEntries(shown)
  }

  /** What a read of the item has as its body. */
  read(item: Item, model: Model): string | Buffer {
    if (Buffer.isBuffer(item.value)) return item.value
    item.memo.text ??= JSON.stringify(this.#wrapped(this.json(item, model), model.readPointer))
    return item.memo.text
  }

  /** The item within the body that its operations give it in. */
  body(item: Item, model: Model): Json {
    return this.#wrapped(this.json(item, model), model.readPointer)
  }

  /**
   * The header lines that carry tokens.
   *
   * @param response the declared response
   * @param always the tokens in use are sent even if the document does not declare them: on reads, where clients learn them
   */
  headers(item: Item, model: Model, response: ResponseSpec | undefined, always: boolean): HeaderLines {
    const lines: HeaderLines = []
    for (const { token, place } of always ? usedTokens(model) : headerTokens(model)) {
      const isDeclared = response?.headers.has(place.name.toLowerCase()) ?? false
      if (always || isDeclared) lines.push([place.name, plain(this.#write(token, item, place, model))])
    }
    return lines
  }

  /** The path of an item, as a `Location` tells it. */
  location(item: Item, { resource }: Model): string | undefined {
    return resource.item === undefined ? undefined : fillPath(resource.item, item.params)
  }

  /** The places, in the item, of tokens that its schema declares; where it declares none, and no header carries one, the first. */
  #tokensIn(model: Model): { token: Token; pointer: string }[] {
    let found = this.#bodyTokens.get(model)
    if (found !== undefined) return found
    const schema = within(model.readMedia?.schema, model.readPointer, this.#contract)
    found = model.tokens.flatMap((token) => {
      const inBody = token.read.filter((place) => place.part === 'body' && place.name.startsWith(model.readPointer))
      const pointers = inBody.map((place) => place.name.slice(model.readPointer.length)).filter((pointer) => pointer !== '')
      const declared = pointers.filter((pointer) => within(schema, pointer, this.#contract) !== undefined)
      const needed = declared.length === 0 && !token.read.some((place) => place.part === 'header') && token === model.resource.token
      return (needed ? pointers.slice(0, 1) : declared).map((pointer) => ({ token, pointer }))
    })
    this.#bodyTokens.set(model, found)
    return found
  }

  #wrapped(value: Json, pointer: string): Json {
    return pointer === '' ? value : (writePointer({}, pointer, value) as Json)
  }
}

/** The declared members in their order, without those that are only for writing (`writeOnly`). */
const visibleMembers = once((model: Model) =>
  [...model.members].filter(([, schema]) => typeof schema !== 'object' || schema['writeOnly'] !== true).map(([name]) => name),
)

/** The tokens that stand in header fields, each field once. */
const headerTokens = once((model: Model) => {
  const all = model.tokens.flatMap((token) => token.read.filter((place) => place.part === 'header').map((place) => ({ token, place })))
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
