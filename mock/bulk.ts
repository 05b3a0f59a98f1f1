import { isJson } from '../http/media-type.ts'
import { readPointer, writePointer } from '../http/pointer.ts'
import type { Bulk, Json, Resource, Role } from '../spec/contract.ts'
import { makeAllTrue } from '../spec/facts.ts'
import { plain, readPlace, readPlaces, writePlace, type RequestMessage } from '../spec/places.ts'
import { namesIn } from '../spec/values.ts'
import { isMembers } from './conflicts.ts'
import type { Request } from './message.ts'
import type { Model } from './model.ts'
import { fillPath } from './route.ts'
import { fitShape, type Fit } from './shape.ts'

/** A resource that takes many items in one request. */
export interface BulkBinding {
  resource: Resource
  bulk: Bulk
}

/** One item of many: what it asks for, and the single request that would ask the same. */
export interface BulkItem extends BulkBinding {
  role: Role
  fit: Fit
}

/** What the item asks for: of the shapes that fit, the one with most in it that is fixed. */
export function readItem(item: Json, bindings: readonly BulkBinding[]): BulkItem | undefined {
  const all = bindings.flatMap(({ resource, bulk }) =>
    Object.entries(bulk.as).flatMap(([role, shape]): BulkItem[] => {
      const fit = fitShape(shape, item)
      return fit === undefined ? [] : [{ resource, bulk, role, fit }]
    }),
  )
  return all.toSorted((a, b) => b.fit.fixed - a.fit.fixed)[0]
}

/**
 * The single request that asks for the same as an item of many.
 *
 * @param envelope the request that the item came in
 * @param makeId an id for what the item does not name
 */
export function singleRequest({ resource, role, fit }: BulkItem, model: Model, envelope: RequestMessage, makeId: () => string): Request {
  const { bound } = fit
  const { operation, with: facts } = resource.operations.get(role)!
  const content = bound.get('$body')
  let message: RequestMessage = {
    method: operation.method,
    path: {},
    query: [],
    headers: envelope.headers.filter(([name]) => /^(authorization|cookie|accept-language|user-agent)$|^x-/i.test(name)),
    body: content === undefined ? undefined : payloadOf(content, model),
  }
  const isSayable = (fact: (typeof facts)[number]): boolean =>
    !(content !== undefined && fact.place.part === 'body') && !('equals' in fact.is && namesIn(fact.is.equals).length > 0)
  message = makeAllTrue([...resource.with, ...facts].filter(isSayable), message)
  for (const [, name] of operation.path.matchAll(/\{([^{}]+)\}/g)) {
    const id = bound.get(`$id.${name}`) ?? (name === model.own ? bound.get('$id') : undefined)
    const chosen = id ?? envelope.path[name!] ?? readPlaces(resource.identity.get(name!) ?? [], message) ?? message.path[name!]
    message.path[name!] = chosen === undefined ? makeId() : plain(chosen)
  }
  message = withToken(message, bound.get('$token'), role, resource)
  const query = new URLSearchParams(message.query).toString()
  const type = operation.request?.content.find((media) => isJson(media.type))?.type ?? operation.request?.content[0]?.type
  return {
    method: operation.method,
    target: `${fillPath(operation.path, message.path)}${query === '' ? '' : `?${query}`}`,
    headers: message.body === undefined ? message.headers : [...message.headers, ['Content-Type', type ?? 'application/json']],
    body:
      message.body === undefined
        ? Buffer.alloc(0)
        : Buffer.from(isJson(type ?? 'application/json') ? JSON.stringify(message.body) : plain(message.body)),
  }
}

/** The payload where the body of a request has it. */
function payloadOf(content: Json, { sendPointers }: Model): Json {
  const isThere = sendPointers.some((pointer) => readPointer(content, pointer) !== undefined)
  return isThere ? content : (writePointer({}, sendPointers[0]!, content) as Json)
}

function withToken(message: RequestMessage, token: Json | undefined, role: Role, { guards }: Resource): RequestMessage {
  const guard = guards.find((each) => each.for.includes(role) && each.match !== 'differs' && each.match !== 'modified-since')
  if (token === undefined || token === null || guard === undefined) return message
  if (guard.sendParts === undefined) return guard.send[0] === undefined ? message : writePlace(guard.send[0], token, message)
  return Object.entries(guard.sendParts).reduce((next, [part, [place]]) => {
    const value = isMembers(token) ? token[part] : undefined
    return place === undefined || value === undefined ? next : writePlace(place, value, next)
  }, message)
}

/** What later items call by the name that the client gave it (`bulkId:one`), called by its id. */
export function withReferences(item: Json, references: ReadonlyMap<string, string>): Json {
  if (references.size === 0) return item
  if (typeof item === 'string') return [...references].reduce((text, [name, id]) => text.replaceAll(name, () => id), item)
  if (Array.isArray(item)) return item.map((member) => withReferences(member, references))
  if (!isMembers(item)) return item
  return Object.fromEntries(Object.entries(item).map(([name, member]) => [name, withReferences(member, references)]))
}

/** The names that the client gave to a new item, as later ones write them: the member of the shape that is `$unique`, and its value. */
export function referencesOf(item: Json, { bulk, role }: BulkItem): string[] {
  const shape = bulk.as[role]
  if (!isMembers(shape) || !isMembers(item)) return []
  return Object.entries(shape).flatMap(([name, member]) =>
    member === '$unique' && typeof item[name] === 'string' ? [`${name}:${item[name]}`] : [],
  )
}

/** The items of a request; undefined where there is no list. */
export function itemsOf({ items }: Bulk, message: RequestMessage): Json[] | undefined {
  const list = readPlace(items, message)
  return Array.isArray(list) ? list : undefined
}
