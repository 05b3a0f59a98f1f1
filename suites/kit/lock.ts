import type { Json, Resource } from '../../spec/contract.ts'
import { writePlace } from '../../spec/places.ts'
import type { Request } from './request.ts'

/** The request with the token of a lock where the resource's locks are looked for; undefined or null: none. */
export function withLock(request: Request, { locks }: Resource, token: Json | undefined): Request {
  if (token === undefined || token === null) return request
  const places = locks.filter((lock) => [...lock.for, ...lock.unpromised].includes(request.role)).flatMap(({ send }) => send.slice(0, 1))
  return places.reduce((next, place) => writePlace(place, token, next), request)
}
