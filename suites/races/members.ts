import { isJson } from '../../http/media-type.ts'
import type { Contract, Json, Schema } from '../../spec/contract.ts'
import type { Item, Kit } from '../kit/kit.ts'
import { bodyOf } from '../kit/prefix.ts'
import { mediaType } from '../kit/whole.ts'

/** Members that take any text, that of the marker first: at least two. */
export async function membersOf(kit: Kit, item: Item): Promise<string[]> {
  const { spec } = kit.resource
  const type = mediaType(spec.operations.get('patch')!.operation, 'patch')
  if (!type || !isJson(type.type) || type.type === 'application/json-patch+json' || spec.marker === undefined || spec.marker === '')
    kit.skip('patches do not name members here')
  const unique = new Set(spec.unique.flatMap(({ fields }) => fields.map(({ name }) => name)))
  const said = propertiesOf(kit.contract, type!.schema)
  const properties = Object.keys(said).length > 0 ? said : propertiesOf(kit.contract, bodyOf(spec))
  // what was sent to create it and is read back as it was
  const plain = Object.entries(objectOf(item.sent))
    .filter(([name, value]) => typeof value === 'string' && objectOf(item.last.payload)[name] === value && !unique.has(`/${name}`))
    .filter(([name]) => isFree(kit.contract, properties[name]))
    .map(([name]) => `/${name}`)
  const members = [spec.marker!, ...plain.filter((pointer) => pointer !== spec.marker)]
  return members.length > 1 ? members : kit.skip('only one member is known that clients may change freely')
}

const free = new Set(['type', 'title', 'description', 'example', 'examples', 'maxLength', 'minLength', 'default'])

/** A text of any kind, with room for a word of ours. */
function isFree(contract: Contract, property: Schema | undefined): boolean {
  const schema = property === undefined ? undefined : contract.deref(property)
  if (typeof schema !== 'object' || schema['type'] !== 'string' || Object.keys(schema).some((keyword) => !free.has(keyword))) return false
  return typeof schema['maxLength'] !== 'number' || schema['maxLength'] >= 40
}

function propertiesOf(contract: Contract, schema: Schema | undefined): { [name: string]: Schema } {
  const whole = schema === undefined ? undefined : contract.deref(schema)
  return typeof whole === 'object' ? ((whole['properties'] ?? {}) as { [name: string]: Schema }) : {}
}

function objectOf(value: Json | undefined): { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
