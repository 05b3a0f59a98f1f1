import type { Resource } from '../spec/contract.ts'
import type { Facts } from './decision.ts'
import { keyOf } from './key.ts'
import { headerOf } from './message.ts'
import { once } from './once.ts'
import type { Draft, Item, View, Write } from './kept.ts'

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

/** A COPY puts the item at another place, a MOVE also takes it from its own (RFC 4918 §9.8, §9.9). */
export function copyOf(item: Item, params: Record<string, string>, facts: Facts, view: View): Write[] {
  const { resource } = facts.model
  const key = keyOf(resource, params)
  const over = view.item(resource.name, key)
  const now = view.now()
  const { created, modified } = over ?? { created: now, modified: now - 1 }
  const { value, mediaType, digest } = item
  const copy: Draft = {
    resource: resource.name,
    key,
    params,
    value,
    mediaType,
    digest,
    created,
    modified: Math.max(now, modified + 1),
    owner: facts.caller,
    sent: undefined,
    bumps: true,
    changes: facts.model.changeApart ? facts.model.tokens : undefined,
  }
  const put: Write[] = key === item.key ? [] : [{ kind: 'put', item: copy }]
  return facts.message.method === 'MOVE' && key !== item.key ? [...put, { kind: 'delete', resource: item.resource, key: item.key }] : put
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
