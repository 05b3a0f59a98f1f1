import type { Fact, Place, Resource } from '../spec/contract.ts'
import { plain, readPlaces, type RequestMessage } from '../spec/places.ts'
import { once } from './once.ts'

/** What names an item: the parameters of its path, and what else the contract calls its identity. */
function keyNames(resource: Resource): string[] {
  return [...resource.parameters, ...[...resource.identity.keys()].filter((name) => !resource.parameters.includes(name))]
}

/** The parameters of an item, in order, as one text. */
export function keyOf(resource: Resource, params: Record<string, string>): string {
  return keyNames(resource)
    .map((name) => encodeURIComponent(params[name] ?? ''))
    .join('/')
}

/** What a request says of the parameters of its item: those of the path, and (query, body) what the client chose. */
export function paramsOf(resource: Resource, message: RequestMessage): Record<string, string> {
  const params = { ...message.path }
  for (const name of keyNames(resource)) {
    if (Object.hasOwn(params, name)) continue
    const chosen = readPlaces(placesOfId(resource, name), message)
    if (chosen !== undefined) params[name] = plain(chosen)
  }
  return params
}

/** Where requests name an item: its identity, and the facts of calls that say `$id`. */
function placesOfId(resource: Resource, name: string): Place[] {
  const known = idPlaces(resource)
  let places = known.get(name)
  if (places === undefined) {
    const own = (resource.identity.get(name) ?? []).filter((place) => place.message === 'request')
    const isId = ({ is }: Fact): boolean => 'equals' in is && (is.equals === '$id' || is.equals === `$id.${name}`)
    const said = [...resource.operations.values()].flatMap((call) => call.with.filter(isId).map(({ place }) => place))
    known.set(name, (places = [...own, ...said]))
  }
  return places
}

const idPlaces = once((_resource: Resource) => new Map<string, Place[]>())

/** The names that a new item needs a value for, and a request did not give one. */
export function openNames(resource: Resource, params: Record<string, string>): string[] {
  return keyNames(resource).filter((name) => !Object.hasOwn(params, name))
}
