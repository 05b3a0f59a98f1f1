import type { Json, Lock, Resource } from '../../spec/contract.ts'
import { writePlace } from '../../spec/places.ts'
import type { Request } from './request.ts'

/** The request with the token of a lock where the resource's locks are looked for; undefined or null: none. */
export function withLock(request: Request, { locks }: Resource, token: Json | undefined): Request {
  if (token === undefined || token === null) return request
  const places = locks.filter((lock) => [...lock.for, ...lock.unpromised].includes(request.role)).flatMap(({ send }) => send.slice(0, 1))
  return places.reduce((next, place) => writePlace(place, token, next), request)
}

/**
 * Asks, when a lock did not do what it should, whether it was still held: on a slow machine or line it may have been over.
 *
 * @param lock about to be taken
 * @returns to be called with whether it did not do what it should; ends the check where that proves nothing
 */
export function watched({ expires }: Lock, inconclusive: (reason: string) => never): (failed: boolean) => void {
  const taken = performance.now()
  return (failed) => {
    const ms = performance.now() - taken
    if (failed && expires !== undefined && ms > expires * 0.9)
      inconclusive(`the lock was taken ${Math.round(ms)} ms ago and is held for ${expires} ms: it may have been over`)
  }
}
