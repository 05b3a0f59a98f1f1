import { formatPointer, parsePointer } from '../../http/pointer.ts'
import type { Contract, Json, Resource, Schema } from '../../spec/contract.ts'
import { matches } from '../../spec/schemas.ts'
import { fillValues } from '../../spec/values.ts'
import { mediaType, sendPointer } from './whole.ts'

/** As long as every fresh word is without a prefix. */
const word = 'w00000000000'

/**
 * With what the fresh words of a resource begin: the prefix where the document allows it wherever such a word goes (path parameters, the
 * marker, what is unique, `$unique` in the sample), else its letters and digits alone, else nothing.
 */
export function prefixOf(resource: Resource, contract: Contract, prefix: string): string {
  const fitting = [prefix, prefix.replace(/[^A-Za-z0-9]+/g, '')].find((one) => isAllowed(one, resource, contract))
  return fitting ?? ''
}

function isAllowed(prefix: string, resource: Resource, contract: Contract): boolean {
  const text = prefix + word
  const inPath = [...resource.operations.values()].flatMap(({ operation }) => operation.parameters.filter((one) => one.in === 'path'))
  const places = [...resource.identity.values()].flat().filter(({ message, part }) => message === 'request' && part === 'path')
  const chosen = new Set(places.map((place) => place.name))
  const own = inPath.filter(({ name }) => chosen.has(name) || name === resource.parameters.at(-1))
  return (
    own.every(({ schema }) => schema === undefined || fits(text, schema, contract)) &&
    placesOf(resource, text).every(([pointer, value]) =>
      schemasAt(bodyOf(resource), pointer, contract).every((schema) => fits(value, schema, contract)),
    )
  )
}

/** What the body of a create must be. */
export function bodyOf(resource: Resource): Schema {
  const create = resource.operations.get('create')
  return (create && mediaType(create.operation, 'create')?.schema) ?? true
}

/** Where in the body of a create a word stands, and in what text. */
function placesOf(resource: Resource, text: string): [pointer: string[], text: string][] {
  const filled = fillValues(resource.sample ?? {}, (name) => (name === '$unique' || name === '$marker' ? text : undefined))
  const said = [...texts(filled)].filter(([, value]) => value.includes(text))
  const unique = resource.unique.flatMap(({ fields }) => fields.filter((place) => place.part === 'body').map((place) => place.name))
  const whole = [...unique, ...(resource.marker === undefined ? [] : [sendPointer(resource) + resource.marker])]
  // an address stays one: the word stands in front of its @
  const known = new Set(said.map(([pointer]) => formatPointer(pointer)))
  return [...said, ...whole.filter((pointer) => !known.has(pointer)).map((pointer): [string[], string] => [parsePointer(pointer), text])]
}

function* texts(value: Json, at: string[] = []): Generator<[string[], string]> {
  if (typeof value === 'string') yield [at, value]
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) yield* texts(member, [...at, name])
}

/** All that is said of the member at a pointer. */
export function schemasAt(schema: Schema, pointer: readonly string[], contract: Contract, depth = 0): Schema[] {
  const at = contract.deref(schema)
  if (pointer.length === 0) return [at]
  if (typeof at === 'boolean' || depth > 20) return []
  const [name, ...rest] = pointer
  const properties = at['properties'] as Record<string, Schema> | undefined
  const own =
    properties && Object.hasOwn(properties, name!)
      ? properties[name!]
      : /^\d+$/.test(name!)
        ? (at['items'] as Schema | undefined)
        : undefined
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((word) => (at[word] as Schema[] | undefined) ?? [])
  return [
    ...(own === undefined ? [] : schemasAt(own, rest, contract, depth + 1)),
    ...parts.flatMap((part) => schemasAt(part, pointer, contract, depth + 1)),
  ]
}

/** Formats that leave no room for a word. */
const closed = new Set(['uuid', 'date', 'date-time', 'time', 'duration', 'ipv4', 'ipv6', 'byte', 'binary'])

/** Is the text one that the schema allows, for all that it says of texts? What it says of other types does not matter here. */
export function fits(text: string, schema: Schema, contract: Contract, depth = 0): boolean {
  const at = contract.deref(schema)
  if (typeof at === 'boolean' || depth > 20) return true
  const { maxLength, minLength, pattern, format, enum: list, const: only } = at as Record<string, Json | undefined>
  const length = [...text].length
  if (typeof maxLength === 'number' && length > maxLength) return false
  if (typeof minLength === 'number' && length < minLength) return false
  if (typeof pattern === 'string' && !matches(pattern, text)) return false
  if (typeof format === 'string' && (closed.has(format) || (format === 'uri' && !URL.canParse(text)))) return false
  if (Array.isArray(list) || only !== undefined) return false
  const parts = (word: string): Schema[] => (at[word] as Schema[] | undefined) ?? []
  const some = (word: string): boolean => parts(word).length === 0 || parts(word).some((part) => fits(text, part, contract, depth + 1))
  return parts('allOf').every((part) => fits(text, part, contract, depth + 1)) && some('anyOf') && some('oneOf')
}
