import type { Json, Place, Reveal } from '../spec/contract.ts'
import { parsePlace, readPlace, removePlace, writePlace, type ResponseMessage } from '../spec/places.ts'
import type { Evidence } from './decision.ts'

/** What is told of one member in conflict. */
export type Row = Partial<Record<Reveal, Json>>

/** One row for each member in conflict; undefined where it is not known which they are. */
export function rowsOf({ conflicts, fields, sentValue }: Evidence): Row[] | undefined {
  return (
    conflicts?.map(({ field, base, yours, theirs }) => ({ fields: field, base, sentValue: yours, theirs })) ??
    fields?.map((field) => ({ fields: field, sentValue }))
  )
}

/** Writes a list of which every member tells of one conflict; what the example says besides stays, as often as it is needed. */
export function writeRows(
  message: ResponseMessage,
  pointer: string,
  listed: { what: Reveal; place: Place }[],
  rows: Row[] | undefined,
): ResponseMessage {
  const at = parsePlace(`$response.body#${pointer}`)
  if (rows === undefined) return removePlace(at, message)
  const template = readPlace(at, message)
  const members = Array.isArray(template) ? template : []
  let next: ResponseMessage = writePlace(
    at,
    rows.map((_, index) => members[index] ?? members[0] ?? {}),
    message,
  )
  for (const [index, row] of rows.entries()) {
    for (const { what, place } of listed) {
      const exact = { ...place, name: place.name.replace('/*', `/${index}`) }
      next = removePlace(exact, next)
      const value = row[what]
      if (value !== undefined) next = writePlace(exact, value, next)
    }
  }
  return next
}
