import type { Resource } from '../spec/contract.ts'
import type { Facts } from './decision.ts'
import { headerOf } from './message.ts'
import { once } from './once.ts'

/** The parameters of an item of this resource that a URL or a path names (`Destination`, RFC 4918 §10.3); undefined where it names none. */
export function paramsAt(resource: Resource, url: string): Record<string, string> | undefined {
  const { pattern, names } = patternOf(resource)
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/, '')
  const found = pattern?.exec(path)
  if (found === null || found === undefined) return undefined
  try {
    return Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1]!)]))
  } catch {
    return undefined
  }
}

/** Where a COPY or a MOVE goes (RFC 4918 §9.8, §9.9); undefined for every other request. */
export function destinationOf({ message, model }: Facts): Record<string, string> | undefined {
  if (message.method !== 'COPY' && message.method !== 'MOVE') return undefined
  const destination = headerOf(message.headers, 'destination')
  return destination === undefined ? undefined : paramsAt(model.resource, destination)
}

const patternOf = once(({ item }: Resource): { pattern: RegExp | undefined; names: string[] } => {
  const names: string[] = []
  const source = item?.replace(/\{([^{}]+)\}|[^{}]+/g, (piece, name: string | undefined) => {
    if (name === undefined) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    names.push(name)
    return '([^/]+?)'
  })
  return { pattern: source === undefined ? undefined : new RegExp(`^${source}$`), names }
})
