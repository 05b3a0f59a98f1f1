import type { Place, Resource } from '../../spec/contract.ts'
import { readPlace } from '../../spec/places.ts'
import type { Answer } from './answer.ts'
import { parametersIn } from './location.ts'

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
