import { createRequire } from 'node:module'
import { readPointer, writePointer } from '../../http/pointer.ts'
import type { Json, Operation, Place, Schema } from '../contract.ts'
import { isTree } from '../tree.ts'
import { type Deref, hasMembers, isJson, propertiesOf, schemaAt } from '../schemas.ts'
import type { Inferred } from './inferred.ts'

/**
 * A body that create accepts: its example, else one drawn from its schema (openapi-sampler); members that are only read are left out,
 * places that must be unique get a `$unique`.
 */
export function inferSample(create: Operation, unique: readonly Place[], document: Json, deref: Deref): Inferred<Json> | undefined {
  const media = create.request?.content.find(isJson) ?? create.request?.content[0]
  if (!media) return undefined
  if (!hasMembers(media)) {
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

let sampler: typeof import('openapi-sampler') | undefined

function draw(schema: object, document: Json): Json | undefined {
  sampler ??= createRequire(import.meta.url)('openapi-sampler') as typeof import('openapi-sampler')
  try {
    return sampler.sample(
      schema as never,
      { skipReadOnly: true, quiet: true, maxSampleDepth: 8, enablePatterns: true },
      document as object,
    ) as Json
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
