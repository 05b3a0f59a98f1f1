import { readPointer } from '../../http/pointer.ts'
import type { Json, Place, Resource } from '../../spec/contract.ts'
import { readPlace } from '../../spec/places.ts'
import { namesIn } from '../../spec/values.ts'
import type { Answer } from './answer.ts'
import { parametersIn } from './location.ts'
import type { Request } from './request.ts'
import { pointerInItem } from './whole.ts'

/**
 * The path parameters of the item that an answer speaks of: from its identity places, else from a Location; those of parents from the
 * request. Undefined where one is not told.
 *
 * @param base the URL that the request went to, for Locations that are relative
 */
export function pathIn(answer: Answer, resource: Resource, base: string): Record<string, string> | undefined {
  const path: Record<string, string> = {}
  const names = resource.parameters.length ? resource.parameters : [...resource.identity.keys()]
  const location = answer.header('location')
  for (const name of names) {
    // what the answer says comes before what was asked for: it may be about what was made before
    const value =
      learnt(name, answer, 'response', resource, base) ??
      (location === undefined ? undefined : matched(location, resource, base)?.[name]) ??
      learnt(name, answer, 'request', resource, base) ??
      answer.request.path[name]
    if (value === undefined) return undefined
    path[name] = value
  }
  return path
}

/**
 * The path parameters that are known of a new item before its create is answered: those of the request, and an id that the client chose
 * in its content. Only where a part of it is fresh: what has the same id for ever may be somebody else's.
 */
export function pathSent(request: Request, resource: Resource): Record<string, string> {
  const path = { ...request.path }
  let fresh = false
  for (const [name, places] of resource.identity) {
    if (path[name] !== undefined) continue
    for (const place of places) {
      if (place.message !== 'request' || place.part !== 'body') continue
      const value = readPlace(place, request)
      if (typeof value !== 'string' && typeof value !== 'number') continue
      path[name] ??= String(value)
      const pointer = pointerInItem(place.name, resource)
      const names = pointer === undefined ? [] : namesIn((readPointer(resource.sample, pointer) ?? null) as Json)
      fresh ||= names.includes('$unique') || names.includes('$uuid')
    }
  }
  return fresh ? path : request.path
}

/** The places at which the id of a new item is looked for, in words. */
export function idPlaces({ identity }: Resource): string {
  const places = [...identity.values()].flat().map((place) => place.written)
  return [...places, '$response.header.Location'].filter((place, at, all) => all.indexOf(place) === at).join(', ')
}

function learnt(name: string, answer: Answer, from: Place['message'], resource: Resource, base: string): string | undefined {
  for (const place of resource.identity.get(name) ?? []) {
    if (place.message !== from) continue
    const value = readPlace(place, place.message === 'request' ? answer.request : answer)
    if (typeof value !== 'string' && typeof value !== 'number') continue
    if (place.part === 'header' && String(value).includes('/')) {
      const located = matched(String(value), resource, base)?.[name]
      if (located !== undefined) return located
    } else return String(value)
  }
  return undefined
}

/** A URL held against the path template of `item`. */
function matched(location: string, { item }: Resource, base: string): Record<string, string> | undefined {
  const url = URL.parse(location, base)
  return item && url ? parametersIn(item, url.pathname) : undefined
}
