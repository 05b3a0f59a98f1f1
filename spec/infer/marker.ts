import type { Place, Resource, Schema } from '../contract.ts'
import { responsesFor } from '../room.ts'
import { type Deref, hasMembers, isJson, propertiesOf, schemaAt } from '../schemas.ts'
import type { Inferred } from './inferred.ts'

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
  if (!hasMembers(sent)) return { value: '', why: `all of a text (${sent.type})` }
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
