import { isJson } from '../http/media-type.ts'
import { formatPointer, parsePointer, readPointer } from '../http/pointer.ts'
import type { Contract, Json, MediaType, Operation, Place, Resource, ResponseSpec, Schema, Token } from '../spec/contract.ts'
import { placesOf, placesRead } from './token.ts'

/** A resource of the contract with what the mock needs to know of its schemas; computed once. */
export interface Model {
  resource: Resource
  /** The parameter of the item's path that names the item itself. */
  own: string
  /** Pointer, in the item, to the member that tells its id. */
  idPointer: string | undefined
  /** Pointers, in a request body, to the item: the first that is there counts. */
  sendPointers: string[]
  /** Pointer, in the body of a read, to the item. */
  readPointer: string
  /** What a read gives: its media type and schema. */
  readMedia: MediaType | undefined
  /** Members of the item by name, and their schemas with references followed. */
  members: Map<string, Schema>
  /** Names of members that only the server writes. */
  serverMembers: Set<string>
  /** Pointers, in the item, of members that hold a token: rendered, never stored. */
  tokenPointers: string[]
  /** Every token that some guard compares, the resource's own first; with the places it is read from. */
  tokens: Token[]
  /** Whether some of them change at other writes than the others. */
  changeApart: boolean
  /** Whether clients send content of any kind, and read what is said about it. */
  isDescribed: boolean
  /** Whether one of them is made of the content. */
  isHashed: boolean
  /** Where the state of its transition rule stands, and the state that a new item begins with. */
  state: { pointer: string; initial: string | undefined } | undefined
  /** The names of members that the request body of an operation declares. */
  requestMembers(operation: Operation): Set<string>
  /** What its ids are, for making new ones. */
  idSchema: Schema | undefined
}

export type Models = Map<string, Model>

/** What the mock knows of each resource of the contract, by name. */
export function modelsOf(contract: Contract): Models {
  return new Map([...contract.resources].map(([name, resource]) => [name, modelOf(resource, contract)]))
}

function modelOf(resource: Resource, contract: Contract): Model {
  const read = resource.operations.get('read')?.operation
  const readMedia = read && successContent(read.responses)
  const sendPointers = bodyPointers(resource.payload.send)
  const sendPointer = sendPointers[0]!
  const readPlaces = resource.payload.read === false ? [] : resource.payload.read
  const readAt = bodyPointers(readPlaces)[0]!
  const schema = within(readMedia?.schema ?? requestSchema(resource, contract), readMedia ? readAt : sendPointer, contract)
  const members = membersOf(schema, contract)
  const tokens = [...new Set([...(resource.token ? [resource.token] : []), ...resource.guards.map((guard) => guard.token)])]
  const own = ownParameter(resource)
  const sentTokens = resource.guards.flatMap((guard) => placesOf(guard.send, guard.sendParts).map(({ place }) => place))
  const tokenPointers = [
    ...tokens.flatMap((token) => placesRead(token).map(({ place }) => inside(place, readAt))),
    ...sentTokens.flatMap((place) => sendPointers.map((pointer) => inside(place, pointer))),
  ].filter((pointer) => pointer !== undefined)
  const requestMembers = new Map<Operation, Set<string>>()
  const idPointer = idPointerOf(resource, own, members, readAt, sendPointer)
  return {
    resource,
    own,
    idPointer,
    sendPointers,
    readPointer: readAt,
    readMedia,
    members,
    serverMembers: new Set(
      [...members].filter(([, member]) => typeof member === 'object' && member['readOnly'] === true).map(([name]) => name),
    ),
    tokenPointers: [...new Set(tokenPointers)].filter((pointer) => pointer !== ''),
    tokens,
    changeApart: new Set(tokens.map(({ by }) => by?.toSorted().join())).size > 1,
    isDescribed: members.size > 0 && readMedia !== undefined && isJson(readMedia.type),
    isHashed: tokens.some(({ bumps }) => bumps === 'content-hash'),
    state: stateOf(resource, schema, contract),
    requestMembers(operation) {
      let names = requestMembers.get(operation)
      if (names === undefined) {
        const content = operation.request?.content.filter((media) => isJson(media.type)) ?? []
        const payload = (media: MediaType): Schema | undefined =>
          sendPointers.map((pointer) => within(media.schema, pointer, contract)).find((schema) => schema !== undefined)
        names = new Set(content.flatMap((media) => [...membersOf(payload(media), contract).keys()]))
        requestMembers.set(operation, names)
      }
      return names
    },
    idSchema:
      (idPointer === undefined ? undefined : within(schema, idPointer, contract)) ??
      resource.operations.get('read')?.operation.parameters.find((each) => each.in === 'path' && each.name === own)?.schema,
  }
}

/** The content of the first success that has one, JSON preferred. */
export function successContent(responses: ResponseSpec[]): MediaType | undefined {
  const content = responses.filter((response) => response.status.startsWith('2')).flatMap((response) => response.content)
  return content.find((media) => isJson(media.type)) ?? content[0]
}

/** The schema at a pointer of a value that has this schema; undefined where it says nothing of it. */
export function within(schema: Schema | undefined, pointer: string, contract: Contract): Schema | undefined {
  let at = schema === undefined ? undefined : contract.deref(schema)
  for (const token of parsePointer(pointer)) {
    if (at === undefined || typeof at === 'boolean') return undefined
    const items = at['items'] as Schema | undefined
    const next: Schema | undefined = /^(\d+|\*|-)$/.test(token) && items !== undefined ? items : membersOf(at, contract).get(token)
    at = next === undefined ? undefined : contract.deref(next)
  }
  return at
}

/** The members that a schema declares, those of `allOf` included; references followed. */
export function membersOf(schema: Schema | undefined, contract: Contract): Map<string, Schema> {
  const members = new Map<string, Schema>()
  const plain = schema === undefined ? undefined : contract.deref(schema)
  if (plain === undefined || typeof plain === 'boolean') return members
  for (const part of (plain['allOf'] as Schema[] | undefined) ?? []) {
    for (const [name, member] of membersOf(part, contract)) members.set(name, member)
  }
  for (const [name, member] of Object.entries((plain['properties'] as Record<string, Schema> | undefined) ?? {})) {
    const target = contract.deref(member)
    // what stands beside a $ref counts too: `{ $ref: …, readOnly: true }`
    members.set(name, typeof member === 'object' && typeof target === 'object' ? { ...target, ...withoutRef(member) } : target)
  }
  return members
}

function withoutRef(schema: { [keyword: string]: unknown }): { [keyword: string]: unknown } {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$ref'))
}

/** A place in a body as a pointer into the item that lies at `base`; undefined where it lies elsewhere. */
export function inside(place: Place, base: string): string | undefined {
  if (place.part !== 'body' || place.text !== undefined || place.name.includes('*')) return undefined
  if (base === '') return place.name
  return place.name === base || place.name.startsWith(`${base}/`) ? place.name.slice(base.length) : undefined
}

/** Where the payload lies in a body; all of it, if nothing is said. */
function bodyPointers(places: Place[]): string[] {
  const pointers = places.filter((place) => place.part === 'body').map((place) => place.name)
  return pointers.length > 0 ? pointers : ['']
}

/** The item in the body of a request. */
export function itemIn(body: Json, { sendPointers }: Pick<Model, 'sendPointers'>): Json | undefined {
  for (const pointer of sendPointers) {
    const item = readPointer(body, pointer) as Json | undefined
    if (item !== undefined) return item
  }
  return undefined
}

function requestSchema(resource: Resource, contract: Contract): Schema | undefined {
  for (const role of ['create', 'replace']) {
    const media = resource.operations.get(role)?.operation.request?.content[0]
    if (media?.schema !== undefined) return contract.deref(media.schema)
  }
  return undefined
}

/** The parameter that is learnt or chosen when an item is created and does not stand in the path of the collection. */
function ownParameter(resource: Resource): string {
  const outer = new Set([...(resource.collection ?? '').matchAll(/\{([^{}]+)\}/g)].map((found) => found[1]!))
  return (
    resource.parameters.findLast((name) => !outer.has(name)) ?? resource.parameters.at(-1) ?? [...resource.identity.keys()].at(-1) ?? 'id'
  )
}

function idPointerOf(resource: Resource, own: string, members: Map<string, Schema>, readAt: string, sendAt: string): string | undefined {
  for (const place of resource.identity.get(own) ?? []) {
    const pointer = inside(place, place.message === 'response' ? readAt : sendAt)
    if (pointer !== undefined && pointer !== '' && (members.size === 0 || members.has(parsePointer(pointer)[0]!))) return pointer
  }
  const chosen = (resource.identity.get(own) ?? []).filter(({ part }) => part === 'query' || part === 'path').map((place) => place.name)
  const name = [own, ...chosen, 'id'].find((each) => members.has(each))
  return name === undefined ? undefined : formatPointer([name])
}

/** A new item is in the default state, else in the first that its enum names and some rule leads from, else in the first that leads on. */
function stateOf(resource: Resource, schema: Schema | undefined, contract: Contract): Model['state'] {
  const rule = resource.rules.find((each) => each.kind === 'transition')
  if (rule?.kind !== 'transition') return undefined
  const member = within(schema, rule.state, contract)
  const said = typeof member === 'object' ? member : {}
  const moves = Object.values(rule.allowed)
  const reached = new Set(moves.flatMap((from) => Object.values(from)).flat())
  const from = moves.flatMap((each) => Object.keys(each))
  const initial = (said['default'] ?? from.find((state) => !reached.has(state)) ?? readPointer(said, '/enum/0') ?? from[0]) as
    | string
    | undefined
  return { pointer: rule.state, initial }
}
