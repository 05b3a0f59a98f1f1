import { isJson } from '../../http/media-type.ts'
import { parsePointer, readPointer, writePointer } from '../../http/pointer.ts'
import type { Call, Contract, Fact, Json, MediaType, Operation, Parameter, Place, Resource, Role } from '../../spec/contract.ts'
import { fillFact, makeTrue } from '../../spec/facts.ts'
import { fillValues, namesIn } from '../../spec/values.ts'
import { fitted } from './fitting.ts'
import { bodyOf, schemasAt } from './prefix.ts'
import type { Identity, Request } from './request.ts'
import { declaredPlaces, placesSent } from './token.ts'
import type { Lookup } from './values.ts'
import { Skip } from './verdict.ts'
import type { Source } from './words.ts'

/** What a request is made from. */
export interface Making {
  contract: Contract
  resource: Resource
  role: Role
  as: Identity
  purpose: string
  path: Record<string, string>
  words: Source
  /** What `$id`, `$token`, `$unique` and the like stand for. */
  lookup: Lookup
  /** The call, where it is not that of the role. */
  call?: Call
}

/**
 * The call of a role, whole but for body, tokens and key: method, path, required parameters (by example, default, enum), media type.
 * @throws Skip if the resource has no such role.
 */
export function startRequest(making: Making): Request {
  const { resource, role, as, purpose, words } = making
  const { operation } = callIn(making)
  const cookies: string[] = []
  const request: Request = {
    purpose,
    role,
    operation,
    method: operation.method,
    path: { ...making.path },
    query: [],
    headers: [],
    body: undefined,
    as,
    resource: resource.name,
  }
  for (const parameter of operation.parameters) {
    if (parameter.in === 'path' ? request.path[parameter.name] !== undefined : !parameter.required || isSentOtherwise(parameter, resource))
      continue
    const value = valueFor(parameter, making.contract) ?? (parameter.in === 'path' ? words.word() : plainValue(parameter, making.contract))
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (parameter.in === 'path') request.path[parameter.name] = text
    else if (parameter.in === 'query') request.query.push([parameter.name, text])
    else if (parameter.in === 'header') request.headers.push([parameter.name, text])
    else cookies.push(`${parameter.name}=${encodeURIComponent(text)}`)
  }
  for (const { place, id } of namedElsewhere(making, operation)) {
    const others = ([name]: [string, string]): boolean => name.toLowerCase() !== place.name.toLowerCase()
    if (place.part === 'query') request.query = [...request.query.filter(others), [place.name, id]]
    else request.headers = [...request.headers.filter(others), [place.name, id]]
  }
  // all cookies stand in one line (RFC 6265 §5.4)
  if (cookies.length) request.headers.push(['Cookie', cookies.join('; ')])
  request.headers.push(['Accept', accepted(operation)])
  if (['GET', 'HEAD'].includes(operation.method)) request.headers.push(['Cache-Control', 'no-cache'])
  const type = mediaType(operation, role)
  if (type) request.headers.push(['Content-Type', type.type])
  return request
}

/** Where an operation names the item beside its path: in a parameter that clients choose its id with. */
function namedElsewhere({ resource, path }: Making, operation: Operation): { place: Place; id: string }[] {
  return [...resource.identity].flatMap(([name, places]) => {
    const id = path[name]
    const place = declaredPlaces(
      places.filter(({ message, part }) => message === 'request' && (part === 'query' || part === 'header')),
      operation,
    )[0]
    return id === undefined || place === undefined ? [] : [{ place, id }]
  })
}

/** The name by which an item's own id is known: its last path parameter, else whatever its identity is called. */
export function ownName({ parameters, identity }: Resource): string {
  return parameters.at(-1) ?? identity.keys().next().value ?? ''
}

/** A body has a media type, and what has none does not: a token may be the first thing in a body, or the last. */
export function settled(request: Request, making: Making): Request {
  const named = request.headers.some(([name]) => name.toLowerCase() === 'content-type')
  if (request.body === undefined && request.raw === undefined)
    return named ? { ...request, headers: request.headers.filter(([name]) => name.toLowerCase() !== 'content-type') } : request
  const type = mediaType(callIn(making).operation, making.role)?.type
  return named || type === undefined ? request : { ...request, headers: [...request.headers, ['Content-Type', type]] }
}

/** The last word: the facts that the contract makes true in every request of the resource, and in this call. */
export function finishRequest(request: Request, making: Making): Request {
  return settled(madeTrue([...making.resource.with, ...callIn(making).with], request, making), making)
}

/** The request with each fact made true in turn, so that a value may speak of what the ones before it wrote. */
export function madeTrue(facts: readonly Fact[], request: Request, { lookup }: Making): Request {
  return facts.reduce(
    (next, fact) =>
      makeTrue(
        fillFact(fact, (value) => fillValues(value, (name) => lookup(name, next))),
        next,
      ),
    request,
  )
}

/** What is called: the call itself, else that of the role. */
export function callIn({ call, resource, role }: Making): Call {
  return call ?? callOf(resource, role)
}

/** The operation of a role. */
export function callOf(resource: Resource, role: Role): Call {
  const call = resource.operations.get(role)
  if (!call) throw new Skip(`the contract has no ${role}`)
  return call
}

/** The media type that a body of the role is sent in: JSON where there is a choice, for a patch a merge patch. */
export function mediaType(operation: Operation, role: Role): MediaType | undefined {
  const types = operation.request?.content ?? []
  const named = (name: string): MediaType | undefined => types.find(({ type }) => type === name)
  if (role === 'patch') {
    const patch = named('application/merge-patch+json') ?? named('application/json-patch+json')
    if (patch) return patch
  }
  return named('application/json') ?? types.find(({ type }) => isJson(type)) ?? types[0]
}

/** Where clients may change an item freely so that reads show it; undefined where nothing is known, or nothing can be read back. */
export function markerOf({ marker, payload }: Resource): string | undefined {
  return payload.read === false ? undefined : marker
}

/** Where the item lies in a body that is sent. */
export function sendPointer(resource: Resource): string {
  return resource.payload.send.find((place) => place.part === 'body')?.name ?? ''
}

/** A pointer into a body that is sent, as one into the item that lies there; undefined: it points to something else. */
export function pointerInItem(pointer: string, resource: Resource): string | undefined {
  const at = sendPointer(resource)
  return pointer.startsWith(`${at}/`) ? pointer.slice(at.length) : undefined
}

/** A body that create accepts, its names filled in, what must be unique made unique, with a fresh value at the marker. */
export function sampleBody(making: Making, request: Request, marker: string): Json | undefined {
  const { resource, words } = making
  const { operation } = resource.operations.get('create') ?? callIn(making)
  if (!operation.request) return undefined
  let body: Json = resource.sample ?? {}
  for (const place of resource.unique.flatMap(({ fields }) => fields)) body = madeUnique(body, place, words)
  const says = namesIn(body).includes('$marker')
  body = fillValues(body, (name) => making.lookup(name, { ...request, marker }))
  for (const place of resource.unique.flatMap(({ fields }) => fields)) body = madeFit(body, place, making)
  const inside = markerOf(resource)
  if (inside === undefined || says) return body
  const at = sendPointer(resource) + inside
  // a text has no members: reads show the item in another form than creates send it
  if (at !== '' && typeof body === 'string') return body
  return at === '' ? marker : writeMember(body, at, marker)
}

/** The body with a member set by JSON Pointer. */
export function writeMember(body: Json | undefined, pointer: string, value: Json): Json {
  return writePointer(body, pointer, value) as Json
}

/** A sample that says one fixed value for what must be unique would collide with itself. */
function madeUnique(body: Json, place: Place, words: Source): Json {
  if (place.part !== 'body' || place.message !== 'request') return body
  const value = readPointer(body, place.name)
  if (typeof value !== 'string' || value.includes('$unique') || value.includes('$uuid')) return body
  const at = value.lastIndexOf('@')
  return writeMember(body, place.name, at > 0 ? words.word() + value.slice(at) : words.word())
}

/** What must be unique, as the document allows it there. */
function madeFit(body: Json, place: Place, { resource, contract }: Making): Json {
  if (place.part !== 'body' || place.message !== 'request') return body
  const value = readPointer(body, place.name)
  if (typeof value !== 'string') return body
  return writeMember(body, place.name, fitted(value, schemasAt(bodyOf(resource), parsePointer(place.name), contract), contract))
}

/** A fresh value for the marker, as the document allows it there. */
export function markerWord(resource: Resource, contract: Contract, words: Source): string {
  const at = markerOf(resource)
  const word = words.word()
  return at === undefined ? word : fitted(word, schemasAt(bodyOf(resource), parsePointer(sendPointer(resource) + at), contract), contract)
}

function isSentOtherwise(parameter: Parameter, resource: Resource): boolean {
  const name = parameter.name.toLowerCase()
  if (parameter.in === 'header' && ['accept', 'content-type', 'authorization'].includes(name)) return true
  const places = [
    ...resource.guards.flatMap(placesSent),
    ...(resource.idempotency?.key ?? []),
    ...resource.locks.flatMap(({ send }) => send),
  ]
  return places.some((place) => place.part === parameter.in && place.name.toLowerCase() === name)
}

function valueFor({ schema, example }: Parameter, contract: Contract): Json | undefined {
  if (example !== undefined) return example
  const at = schema === undefined ? true : contract.deref(schema)
  if (typeof at === 'boolean') return undefined
  const listed = (word: string): Json | undefined => (at[word] as Json[] | undefined)?.[0]
  return (at['example'] ?? listed('examples') ?? at['default'] ?? at['const'] ?? listed('enum')) as Json | undefined
}

/** Any value of the type: a length with room for something, the smallest number, a URL, a word. */
function plainValue({ name, schema }: Parameter, contract: Contract): Json {
  const at = schema === undefined ? true : contract.deref(schema)
  if (typeof at === 'boolean') return 'ifmatch'
  const [least, most] = [Number(at['minimum'] ?? 1), Number(at['maximum'] ?? Infinity)]
  if (at['type'] === 'integer' || at['type'] === 'number') return Math.min(most, /length|size/i.test(name) ? Math.max(least, 1000) : least)
  if (at['type'] === 'boolean') return false
  return at['format'] === 'uri' ? 'https://example.test/ifmatch' : 'ifmatch'
}

const ranges = new WeakMap<Operation, string>()

/** What an answer may be made of: the first success, problems, and less gladly all else. */
function accepted(operation: Operation): string {
  const known = ranges.get(operation) ?? rangesOf(operation)
  ranges.set(operation, known)
  return known
}

function rangesOf(operation: Operation): string {
  const types = operation.responses.filter(({ status }) => status.startsWith('2')).flatMap(({ content }) => content.map(({ type }) => type))
  const problems = operation.responses.flatMap(({ content }) => content.map(({ type }) => type)).filter((type) => type.endsWith('+json'))
  return types.length ? [...new Set([...types.slice(0, 1), ...problems]), '*/*;q=0.1'].join(', ') : '*/*'
}
