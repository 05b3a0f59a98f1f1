import type { Json } from '../../spec/contract.ts'
import { type Message, parsePlace, readPlace } from '../../spec/places.ts'
import type { ItemState } from './item-state.ts'
import type { TokenValue } from './kit.ts'
import type { Request } from './request.ts'
import type { Scene } from './scene.ts'
import { ownName } from './whole.ts'

/** What the names in a value may speak of, beside what is fresh. */
export interface Known {
  /** The word of all that belongs to one item. */
  unique: string
  state?: ItemState | undefined
  token?: TokenValue | undefined
}

/** What the names in a contract's values stand for (`docs/contract.md`, "value"), in a request that is being made. */
export type Lookup = (name: string, request?: Request) => Json | undefined

/** @throws Inconclusive for a variable that is not there */
export function lookupIn(scene: Scene, { unique, state, token }: Known): Lookup {
  return (name, request) => {
    if (name === '$unique') return unique
    if (name === '$marker') return request?.marker ?? scene.words.word()
    if (name === '$uuid') return scene.words.uuid()
    if (name === '$now') return new Date().toISOString()
    if (name === '$body') return request?.body
    if (name === '$lock') return state?.lock
    if (name === '$token') return token as Json | undefined
    if (name.startsWith('$env.')) return scene.variable(name.slice(5))
    if (name === '$id') return state?.id ?? (request && idIn(request, scene))
    if (name.startsWith('$id.')) return (state?.path ?? request?.path)?.[name.slice(4)]
    return valueIn(name, request, state?.last.answer)
  }
}

/** The id in a request for an item. */
function idIn(request: Request, scene: Scene): string | undefined {
  const resource = scene.session.target.loaded.resources.get(request.resource)
  return resource && request.path[ownName(resource)]
}

/** What a name that is a place (`$request.path.id`, `$response.body#/version`) stands for in these messages; undefined for all others. */
export function valueIn(name: string, ...messages: (Message | undefined)[]): Json | undefined {
  if (!/^\$(?:request|response|statusCode)\b/.test(name)) return undefined
  const place = parsePlace(name)
  for (const message of messages) {
    const value = message && readPlace(place, message)
    if (value !== undefined) return value
  }
  return undefined
}
