import { parsePointer } from '../../http/pointer.ts'
import type { Json, Lack, Outcome, Place, Warning } from '../contract.ts'

/** What an operation is to declare beside what it does: members as OpenAPI has them. */
export interface Declaration {
  /** The steps to the operation in the document: `['paths', '/notes/{id}', 'put']`. */
  at: readonly string[]
  update: { [member: string]: Json }
}

/**
 * What the operations of a document lack, as warnings tell it, so that a contract and its document agree: parameters that carry versions
 * and keys, and answers that refuse, each with the members and headers that the contract looks at.
 */
export function declarationsOf(warnings: readonly Warning[]): Declaration[] {
  const lacks = Map.groupBy(
    warnings.flatMap((warning) => warning.lacks ?? []),
    ({ operation }) => operation,
  )
  return [...lacks].map(([operation, own]) => {
    const parameters = own.flatMap(({ declare }) => ('parameter' in declare ? [declare.parameter] : []))
    const names = new Set(parameters.map((one) => JSON.stringify(one)))
    const responses = responsesOf(own)
    return {
      at: parsePointer(operation.slice(1)),
      update: {
        ...(names.size && {
          parameters: [...names].map((text): Json => ({ ...(JSON.parse(text) as object), schema: { type: 'string' } })),
        }),
        ...(Object.keys(responses).length && { responses }),
      },
    }
  })
}

function responsesOf(lacks: readonly Lack[]): { [status: string]: Json } {
  const outcomes = Map.groupBy(
    lacks.flatMap(({ declare }) => ('response' in declare ? [declare.response] : [])),
    ({ status }) => String(status[0]),
  )
  return Object.fromEntries([...outcomes].map(([status, own]) => [status, responseOf(own)]))
}

/** One answer for all outcomes of a status. */
function responseOf(outcomes: readonly Outcome[]): Json {
  const places = outcomes.flatMap(({ where, reveal, revealParts }) => [
    ...where.map(({ place }) => place),
    ...Object.values(reveal).flat(),
    ...Object.values(revealParts).flatMap((parts) => Object.values(parts).flat()),
  ])
  const headers = new Set(places.filter(({ part }) => part === 'header').map(({ name }) => name))
  const schema = schemaOf(places.filter(({ part }) => part === 'body').map((place: Place) => parsePointer(place.name)))
  const types = [...new Set(outcomes.flatMap(({ mediaType }) => mediaType ?? []))]
  const named = types.length || schema === undefined ? types : ['application/json']
  const response: { [member: string]: Json } = { description: `Refused: ${[...new Set(outcomes.map(({ name }) => name))].join(', ')}.` }
  if (headers.size)
    response['headers'] = Object.fromEntries([...headers].map((name): [string, Json] => [name, { schema: { type: 'string' } }]))
  if (named.length) response['content'] = Object.fromEntries(named.map((type): [string, Json] => [type, schema ? { schema } : {}]))
  return response
}

/** A schema in which each of these pointers names something; undefined where there are none. */
function schemaOf(pointers: readonly (readonly string[])[]): { [keyword: string]: Json } | undefined {
  const deeper = pointers.filter((steps) => steps.length)
  if (!deeper.length) return pointers.length ? {} : undefined
  if (deeper.every(([first]) => /^(\d+|\*)$/.test(first!)))
    return { type: 'array', items: schemaOf(deeper.map((steps) => steps.slice(1))) ?? {} }
  const members = Map.groupBy(deeper, ([first]) => first!)
  return {
    type: 'object',
    properties: Object.fromEntries([...members].map(([name, own]) => [name, schemaOf(own.map((steps) => steps.slice(1))) ?? {}])),
  }
}
