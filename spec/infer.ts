import { createRequire } from 'node:module'
import { readPointer, writePointer } from '../http/pointer.ts'
import type { Json, MediaType, Operation, Place, Resource, Schema } from './contract.ts'
import { isTree } from './layers.ts'
import { collectionOf } from './pairs.ts'
import { parsePlace } from './places.ts'
import { responsesFor, schemaRoom } from './room.ts'

type Deref = (schema: Schema) => Schema

/** A value that was inferred, and why. */
export interface Inferred<T> {
  value: T
  why: string
}

const isJson = (media: MediaType): boolean => /\bjson$/.test(media.type)

/** What a Location says is a URL; around the id stands what the item's path has around its own parameter. */
export function locationText(item: string, parameter: string): string | undefined {
  const [before = '', after = ''] = item.split(`{${parameter}}`)
  if (before.endsWith('}')) return undefined
  const literal = before.slice(before.lastIndexOf('}') + 1)
  return `${literal}{}${/^[^{]*/.exec(after)![0]}`
}

/**
 * Where the id of a new item is learnt: a Link of create that fills the parameter, `Location`, a member named like the parameter or
 * `id`; the path of the request, where create is a PUT on the item. If the document declares none of these, all are tried in order.
 */
export function inferIdentity(parameter: string, item: string, create: Operation, document: Json, deref: Deref): Inferred<Place[]> {
  if (create.path === item) return { value: [parsePlace(`$request.path.${parameter}`)], why: 'create is a request to the item itself' }
  const link = linkTo(parameter, item, create, document)
  if (link) return { value: [link], why: 'a Link of create fills the parameter' }
  const text = locationText(item, parameter)
  const location = text === undefined ? [] : [parsePlace('$response.header.Location', text)]
  const names = [...new Set([parameter, 'id'])]
  const schemas = responsesFor(create, []).flatMap(({ content }) => content.filter(isJson).map(({ schema }) => schema))
  const members = names
    .filter((name) => schemas.some((schema) => schemaRoom(schema, [name], deref) === 'declared'))
    .map((name) => parsePlace(`$response.body#/${name}`))
  const hasLocation = responsesFor(create, []).some(({ headers }) => headers.has('location'))
  if (hasLocation || members.length) {
    const why = [
      hasLocation && location.length ? 'create declares Location' : '',
      members.length ? `create answers with a member ${members[0]!.name.slice(1)}` : '',
    ]
      .filter(Boolean)
      .join('; ')
    return { value: [...(hasLocation ? location : []), ...members], why }
  }
  return {
    value: [...location, ...names.map((name) => parsePlace(`$response.body#/${name}`))],
    why: 'the document declares neither Link, Location nor member: all are tried',
  }
}

function linkTo(parameter: string, item: string, create: Operation, document: Json): Place | undefined {
  const responses = readPointer(document, `${create.pointer.slice(1)}/responses`)
  const targets = new Set<unknown>()
  const path = readPointer(document, ['paths', item])
  if (isTree(path))
    for (const operation of Object.values(path))
      if (isTree(operation) && typeof operation['operationId'] === 'string') targets.add(operation['operationId'])
  for (const response of isTree(responses) ? Object.values(responses) : []) {
    const links = isTree(response) && isTree(response['links']) ? Object.values(response['links']) : []
    for (const link of links) {
      if (!isTree(link) || !isTree(link['parameters'])) continue
      const there =
        typeof link['operationId'] === 'string'
          ? targets.has(link['operationId'])
          : String(link['operationRef']).includes(item.replaceAll('~', '~0').replaceAll('/', '~1'))
      const written = link['parameters'][parameter] ?? link['parameters'][`path.${parameter}`]
      if (!there || typeof written !== 'string') continue
      try {
        return parsePlace(written)
      } catch {
        continue
      }
    }
  }
  return undefined
}

/** Where the items stand in the answer of a list: the whole, or its only array; nothing if neither is declared. */
export function inferList(list: Operation | undefined, deref: Deref): Inferred<Place[]> | undefined {
  for (const { content } of list ? responsesFor(list, []) : []) {
    for (const media of content.filter(isJson)) {
      const schema = media.schema === undefined ? true : deref(media.schema)
      if (schema === true || schema === false) continue
      if (isArray(schema)) return { value: [parsePlace('$response.body')], why: 'the list is an array' }
      const arrays = Object.entries(propertiesOf(schema, deref)).filter(([, member]) => isArray(deref(member)))
      if (arrays.length === 1)
        return {
          value: [parsePlace(`$response.body#/${arrays[0]![0].replaceAll('~', '~0').replaceAll('/', '~1')}`)],
          why: 'its only array',
        }
    }
  }
  return undefined
}

function isArray(schema: Schema): boolean {
  return typeof schema === 'object' && [schema['type']].flat().includes('array')
}

/** The members that a schema declares, those of `allOf` included. */
export function propertiesOf(schema: Schema, deref: Deref, depth = 0): Record<string, Schema> {
  const at = deref(schema)
  if (typeof at !== 'object' || depth > 20) return {}
  const parts = Array.isArray(at['allOf']) ? (at['allOf'] as Schema[]) : []
  return Object.assign(
    {},
    ...parts.map((part) => propertiesOf(part, deref, depth + 1)),
    (at['properties'] ?? {}) as Record<string, Schema>,
  ) as Record<string, Schema>
}

/**
 * A body that create accepts: its example, else one drawn from its schema (openapi-sampler); members that are only read are left out,
 * places that must be unique get a `$unique`.
 */
export function inferSample(create: Operation, unique: readonly Place[], document: Json, deref: Deref): Inferred<Json> | undefined {
  const media = create.request?.content.find(isJson) ?? create.request?.content[0]
  if (!media) return undefined
  if (!isJson(media)) {
    const [example] = media.examples.values()
    return typeof example === 'string' ? { value: example, why: 'example' } : { value: 'text {$unique}', why: `a text, for ${media.type}` }
  }
  const schema = media.schema === undefined ? undefined : deref(media.schema)
  const [named] = media.examples.values()
  const own = typeof schema === 'object' ? (schema['example'] ?? (schema['examples'] as Json[] | undefined)?.[0]) : undefined
  let value: Json | undefined
  let why = 'example'
  if (named !== undefined) value = named
  else if (own !== undefined) [value, why] = [own as Json, 'example of the schema']
  else if (typeof schema === 'object') {
    ;[value, why] = [draw(schema, document), 'sampled from the schema']
  }
  if (value === undefined) return undefined
  if (media.schema !== undefined) value = withoutReadOnly(value, media.schema, deref)
  for (const place of unique) {
    if (place.message !== 'request' || place.part !== 'body') continue
    const present = readPointer(value, place.name)
    const at = media.schema === undefined ? undefined : schemaAt(media.schema, place.name, deref)
    if (present === undefined || typeof present === 'string') value = writePointer(value, place.name, uniqueText(present, at)) as Json
  }
  return { value, why }
}

function uniqueText(present: string | undefined, schema: Schema | undefined): string {
  const format = typeof schema === 'object' ? schema['format'] : undefined
  if (format === 'uuid') return '$uuid'
  const [, host] = /^[^@\s]+@([^@\s]+\.[^@\s]+)$/.exec(present ?? '') ?? []
  if (format === 'email' || host) return `{$unique}@${host ?? 'example.test'}`
  const prefix = /^(urn:[^\s]*:|https?:\/\/[^\s]*\/|\/)[^/:]*$/.exec(present ?? '')?.[1]
  return prefix ? `${prefix}{$unique}` : '$unique'
}

/** The schema that a pointer leads to, through `properties` and `items`. */
export function schemaAt(schema: Schema, pointer: string, deref: Deref): Schema | undefined {
  let at: Schema | undefined = deref(schema)
  for (const token of pointer.split('/').slice(1)) {
    if (typeof at !== 'object') return undefined
    const member: Schema | undefined =
      /^\d+$/.test(token) && isArray(at)
        ? (at['items'] as Schema | undefined)
        : propertiesOf(at, deref)[token.replaceAll('~1', '/').replaceAll('~0', '~')]
    at = member === undefined ? undefined : deref(member)
  }
  return at
}

let sampler: typeof import('openapi-sampler') | undefined

function draw(schema: object, document: Json): Json | undefined {
  sampler ??= createRequire(import.meta.url)('openapi-sampler') as typeof import('openapi-sampler')
  try {
    return sampler.sample(schema as never, { skipReadOnly: true, quiet: true, maxSampleDepth: 8 }, document as object) as Json
  } catch {
    return undefined
  }
}

function withoutReadOnly(value: Json, schema: Schema, deref: Deref, depth = 0): Json {
  const at = deref(schema)
  if (typeof at !== 'object' || depth > 20) return value
  if (Array.isArray(value))
    return at['items'] === undefined ? value : value.map((member) => withoutReadOnly(member, at['items'] as Schema, deref, depth + 1))
  if (!isTree(value)) return value
  const properties = propertiesOf(at, deref)
  const kept = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const of = Object.hasOwn(properties, name) ? properties[name]! : undefined
    const inner = of === undefined ? undefined : deref(of)
    if (typeof inner === 'object' && inner['readOnly'] === true) return []
    return [[name, of === undefined ? (member as Json) : withoutReadOnly(member as Json, of, deref, depth + 1)]]
  })
  return Object.fromEntries(kept)
}

/**
 * Pointer, in the payload, to a member that clients may change freely: the first plain string (no format, enum, pattern or constant)
 * that is writable and read back, at the top or one level down, and that nothing in the contract uses; `''` is all of a text.
 */
export function inferMarker(
  resource: Pick<Resource, 'operations' | 'payload'>,
  used: ReadonlySet<string>,
  deref: Deref,
): Inferred<string> | undefined {
  const write = (resource.operations.get('replace') ?? resource.operations.get('patch') ?? resource.operations.get('create'))?.operation
  const read = resource.operations.get('read')?.operation
  const sent = write?.request?.content.find(isJson) ?? write?.request?.content[0]
  if (!sent || resource.payload.read === false) return undefined
  const seen = read ? responsesFor(read, []).flatMap(({ content }) => content) : []
  if (!isJson(sent)) return { value: '', why: `all of a text (${sent.type})` }
  const from = (schema: Schema | undefined, place: Place | undefined): Schema | undefined =>
    schema === undefined ? undefined : schemaAt(schema, place?.name ?? '', deref)
  const sends = from(sent.schema, resource.payload.send[0])
  const reads = from(seen.find(isJson)?.schema, resource.payload.read[0])
  if (sends === undefined || reads === undefined) return undefined
  const there = strings(reads, deref).map(({ pointer }) => pointer)
  const found = strings(sends, deref).find(({ pointer, schema }) => there.includes(pointer) && !used.has(pointer) && isPlain(schema))
  return found && { value: found.pointer, why: 'the first plain string that clients may write and read, and that nothing else uses' }
}

function strings(schema: Schema, deref: Deref): { pointer: string; schema: Record<string, unknown> }[] {
  const level = (at: Schema, above: string): { pointer: string; schema: Schema }[] =>
    Object.entries(propertiesOf(at, deref)).map(([name, member]) => ({
      pointer: `${above}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      schema: deref(member),
    }))
  const top = level(schema, '')
  const below = top
    .filter(({ schema: member }) => typeof member === 'object' && member['readOnly'] !== true)
    .flatMap(({ pointer, schema: member }) => level(member, pointer))
  return [...top, ...below].filter(
    (entry): entry is { pointer: string; schema: Record<string, unknown> } =>
      typeof entry.schema === 'object' && entry.schema['type'] === 'string',
  )
}

function isPlain(schema: Record<string, unknown>): boolean {
  const short = typeof schema['maxLength'] === 'number' && schema['maxLength'] < 12
  return (
    !short &&
    ['format', 'enum', 'pattern', 'const', 'contentEncoding', 'contentMediaType'].every((key) => schema[key] === undefined) &&
    schema['readOnly'] !== true &&
    schema['writeOnly'] !== true
  )
}

/** By resource: the path parameter of create that its id fills, where a collection lies under another's item. */
export function inferParents(
  collection: string | undefined,
  given: ReadonlySet<string>,
  items: ReadonlyMap<string, string>,
): Map<string, Place> {
  const shape = (path: string): string => path.replaceAll(/\{[^{}]*\}/g, '{}')
  const parents = new Map<string, Place>()
  const segments = (collection ?? '').split('/')
  for (let length = 2; length < segments.length; length++) {
    const prefix = segments.slice(0, length).join('/')
    const parameter = /\{([^{}]+)\}[^{}]*$/.exec(prefix)?.[1]
    if (!parameter || given.has(parameter) || collectionOf(prefix) === undefined) continue
    for (const [name, item] of items) if (shape(item) === shape(prefix)) parents.set(name, parsePlace(`$request.path.${parameter}`))
  }
  return parents
}
