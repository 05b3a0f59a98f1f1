import { isDeepStrictEqual } from 'node:util'
import type { Finding } from '../../spec/candidates/finding.ts'
import type { Json, Place } from '../../spec/contract.ts'
import { readPlace, writePlace } from '../../spec/places.ts'
import type { Item } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import { ownName } from '../kit/whole.ts'
import type { Creation } from './creation.ts'
import { outcomeOf } from './outcome.ts'
import type { Shot, Subject } from './subject.ts'
import { within } from './unique.ts'

/** Statuses that speak of the caller, the form or the pace of a request, not of what is there. */
const elsewhere = [400, 401, 403, 404, 410, 415, 422, 429, 501]

/** Where requests name an item by the id that its client chose: in the path, the query, a header or a member. */
export function chosenAt({ resource }: Subject): Place[] {
  return (resource.identity.get(ownName(resource)) ?? []).filter(({ message }) => message === 'request')
}

/** The same request for another item, whose id nobody has. */
export function readdressed(subject: Subject, request: Request, id: string = subject.word()): Request {
  const own = ownName(subject.resource)
  const places = chosenAt(subject).filter((place) => place.part !== 'path' && readPlace(place, request) !== undefined)
  return places.reduce((next, place) => writePlace(place, id, next), { ...request, path: { ...request.path, [own]: id } })
}

/**
 * Whether a create under an id that is taken is refused, where creates go to the address of the item (PUT, MKCOL) and nothing replaces it.
 * What is stored must be as it was, and a create of the same content under a free id must be performed.
 */
export async function probeChosen(subject: Subject, creation: Creation, item: Item, now: Shot): Promise<Finding[]> {
  const place = chosenAt(subject).find(({ part }) => part === 'path' || part === 'query')
  const call = subject.call('create')
  if (!place) return []
  const body = creation.varied(creation.body)
  const request = await creation.request(body, [])
  const taken = await subject.send(readdressed(subject, request, item.id))
  if (taken.ok || taken.status >= 500 || elsewhere.includes(taken.status)) return []
  const after = await subject.read(item)
  if (!after.answer.ok || !isDeepStrictEqual(after.payload, now.payload)) return []
  const free = await subject.create(readdressed(subject, request, idLike(subject, item.id)))
  if (!free.answer.ok || !free.item) return []
  const because = [`${call} under an id that is taken → ${taken.status}, nothing changed; under one that is free → ${free.answer.status}`]
  const outcomes: { [name: string]: Json } = { duplicate: outcomeOf(taken, { existing: item.id }) }
  const same = body === undefined ? taken : await subject.send(readdressed(subject, request, free.item.id))
  if (same.ok) {
    outcomes['repeated'] = { status: same.status }
    because.push(`${call} with the same content under the same id → ${same.status}`)
  }
  const value = { fields: place.written, ...within(subject), for: ['create'], outcomes }
  return [
    { at: ['unique', 'id'], value, sure: true, because },
    ...(subject.resource.operations.get('replace')?.operation === subject.resource.operations.get('create')!.operation
      ? [{ at: ['operations', 'replace'], value: false, sure: true, because: [`${call} never changes what is there`] }]
      : []),
  ]
}

function idLike(subject: Subject, id: string): string {
  return /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/.test(id) ? subject.uuid() : subject.word()
}
