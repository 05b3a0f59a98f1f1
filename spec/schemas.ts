import type { MediaType, Schema } from './contract.ts'

/** Follows the `$ref`s of a schema. */
export type Deref = (schema: Schema) => Schema

/** Is this media type JSON, or something written in it? */
export const isJson = (media: MediaType): boolean => /\bjson$/.test(media.type)

/** Does a body of this media type have members: is it JSON, or a form (URL Standard §5.1)? */
export const hasMembers = (media: MediaType): boolean => isJson(media) || media.type === 'application/x-www-form-urlencoded'

/** May a value be a list? */
export function isArray(schema: Schema): boolean {
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

/** Does a pattern of a schema (JSON Schema 2020-12 §6.3.3) find itself in the text? One that cannot be read is taken for a refusal. */
export function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return false
  }
}
