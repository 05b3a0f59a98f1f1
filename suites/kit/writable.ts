import type { Contract, Json, Schema } from '../../spec/contract.ts'
import { isMap } from './volatile.ts'

/**
 * What was read, as a client may write it back: without what the schema marks `readOnly`, and without what neither the schema names nor was ever
 * sent. Both are the server's own, and it may refuse them.
 *
 * @param sent what the item was created from
 */
export function writable(payload: Json, schema: Schema | undefined, sent: Json | undefined, contract: Contract): Json {
  if (schema === undefined || !isMap(payload)) return payload
  const isOurs = (name: string): boolean => isNamed(schema, name, contract) || (isMap(sent) && Object.hasOwn(sent, name))
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !isReadOnly(schema, name, contract) && isOurs(name)))
}

function isReadOnly(schema: Schema, name: string, contract: Contract): boolean {
  const at = contract.deref(schema)
  if (typeof at === 'boolean') return false
  const own = propertyOf(at, name)
  if (own !== undefined) {
    const property = contract.deref(own)
    return typeof property === 'object' && property['readOnly'] === true
  }
  return partsOf(at).some((part) => isReadOnly(part, name, contract))
}

/** Does the schema speak of a member of this name? One that names no members at all speaks of all of them. */
function isNamed(schema: Schema, name: string, contract: Contract): boolean {
  const at = contract.deref(schema)
  if (typeof at === 'boolean') return at
  const parts = partsOf(at)
  if (at['additionalProperties'] || at['patternProperties'] || propertyOf(at, name) !== undefined) return true
  if (at['properties'] === undefined && parts.length === 0) return true
  return parts.some((part) => isNamed(part, name, contract))
}

function propertyOf(schema: { [word: string]: unknown }, name: string): Schema | undefined {
  const properties = schema['properties'] as Record<string, Schema> | undefined
  return properties && Object.hasOwn(properties, name) ? properties[name] : undefined
}

function partsOf(schema: { [word: string]: unknown }): Schema[] {
  return ['allOf', 'anyOf', 'oneOf'].flatMap((word) => (schema[word] as Schema[] | undefined) ?? [])
}
