import type { MediaType, Operation, Place, Schema } from './contract.ts'
import { parsePointer } from '../http/pointer.ts'
import { type Deref, matches } from './schemas.ts'

/** Does a message have room for a place? `declared`: it says so; `open`: it says nothing against it; `closed`: it cannot stand there. */
export type Room = 'declared' | 'open' | 'closed'

/** The room that a request of this operation has for a place; undefined if the operation says nothing of a body. */
export function roomInRequest(place: Place, operation: Operation, deref: Deref): Room | undefined {
  if (place.part === 'body') return bodyRoom(place, operation.request?.content ?? [], deref)
  if (place.part === 'path') return operation.path.includes(`{${place.name}}`) ? 'declared' : 'closed'
  if (place.part === 'header' && place.name.toLowerCase() === 'content-type') return operation.request ? 'declared' : 'open'
  const same =
    place.part === 'header' ? (name: string) => name.toLowerCase() === place.name.toLowerCase() : (name: string) => name === place.name
  return operation.parameters.some((parameter) => parameter.in === place.part && same(parameter.name)) ? 'declared' : 'open'
}

/** The room that the responses of this operation have for a place: those with one of these statuses, all successes if none is given. Undefined if none of them says anything of a body. */
export function roomInResponse(place: Place, operation: Operation, statuses: readonly number[], deref: Deref): Room | undefined {
  if (place.part === 'status') return 'declared'
  const responses = responsesFor(operation, statuses)
  if (!responses.length) return undefined
  return some(
    responses.map((response) => {
      if (place.part === 'header') return response.headers.has(place.name.toLowerCase()) ? 'declared' : 'open'
      return bodyRoom(place, response.content, deref)
    }),
  )
}

/** The documented responses with one of these statuses (a range or the default, if there is no exact one); without statuses, all successes. */
export function responsesFor(operation: Operation, statuses: readonly number[]): Operation['responses'] {
  if (!statuses.length) return operation.responses.filter(({ status }) => status.startsWith('2'))
  return statuses.flatMap((status) => {
    const found = [String(status), `${Math.floor(status / 100)}XX`, 'default'].map((name) =>
      operation.responses.find((response) => response.status === name),
    )
    return found.find((response) => response !== undefined) ?? []
  })
}

function bodyRoom(place: Place, content: MediaType[], deref: Deref): Room | undefined {
  const tokens = parsePointer(place.name)
  if (!content.length) return undefined
  return best(content.map((media) => (/\bjson$/.test(media.type) ? schemaRoom(media.schema, tokens, deref) : 'open')))
}

/** The room that a schema has for what a pointer (in tokens; `*` is any member of a list) names. */
export function schemaRoom(schema: Schema | undefined, tokens: readonly string[], deref: Deref, depth = 0): Room {
  if (schema === undefined || depth > 50) return 'open'
  const at = deref(schema)
  if (at === false) return 'closed'
  if (at === true) return 'open'
  const [token, ...rest] = tokens
  if (token === undefined) return Object.keys(at).length ? 'declared' : 'open'
  const here = ownRoom(at, token, rest, deref, depth)
  const inner = (list: unknown): Room[] =>
    Array.isArray(list) ? list.map((member) => schemaRoom(member as Schema, tokens, deref, depth + 1)) : []
  const every = [here, ...inner(at['allOf'])]
  const choices = [inner(at['anyOf']), inner(at['oneOf'])].filter((list) => list.length).map(best)
  const all = [...every, ...choices]
  if (all.includes('closed')) return 'closed'
  if (all.includes('declared')) return 'declared'
  return at['unevaluatedProperties'] === false ? 'closed' : 'open'
}

function ownRoom(schema: Record<string, unknown>, token: string, rest: string[], deref: Deref, depth: number): Room {
  const types = [schema['type']].flat().filter((type) => typeof type === 'string')
  const isIndex = token === '*' || /^\d+$/.test(token)
  const mayBeMap = !types.length || types.includes('object')
  const mayBeList = isIndex && (!types.length || types.includes('array'))
  if (!mayBeMap && !mayBeList) return 'closed'
  if (mayBeList && (schema['items'] !== undefined || schema['prefixItems'] !== undefined)) {
    const fixed = token === '*' ? undefined : (schema['prefixItems'] as Schema[] | undefined)?.[Number(token)]
    return schemaRoom(fixed ?? (schema['items'] as Schema | undefined), rest, deref, depth + 1)
  }
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>
  if (Object.hasOwn(properties, token))
    return schemaRoom(properties[token], rest, deref, depth + 1) === 'closed' ? 'closed' : restRoom(properties[token]!, rest, deref, depth)
  const pattern = Object.entries((schema['patternProperties'] ?? {}) as Record<string, Schema>).find(([name]) => matches(name, token))
  if (pattern) return schemaRoom(pattern[1], rest, deref, depth + 1)
  if (schema['additionalProperties'] === false) return 'closed'
  if (schema['additionalProperties'] !== undefined && schema['additionalProperties'] !== true)
    return schemaRoom(schema['additionalProperties'] as Schema, rest, deref, depth + 1) === 'closed' ? 'closed' : 'open'
  return 'open'
}

/** A member that is named, if only by `{}`, is declared; what lies deeper is as its schema says. */
function restRoom(schema: Schema, rest: string[], deref: Deref, depth: number): Room {
  return rest.length ? schemaRoom(schema, rest, deref, depth + 1) : 'declared'
}

/** What the most generous of several alternatives has: one way that fits is enough. Those that say nothing have no voice. */
export function best(rooms: readonly (Room | undefined)[]): Room {
  return some(rooms) ?? 'open'
}

function some(rooms: readonly (Room | undefined)[]): Room | undefined {
  return (['declared', 'open', 'closed'] as const).find((room) => rooms.includes(room))
}
