import type { Place } from '../contract.ts'
import { collectionOf } from '../pairs.ts'
import { parsePlace } from '../place.ts'

/** By resource: the path parameter of create that its id fills, where a collection lies under another's item. */
export function inferParents(
  collection: string | undefined,
  given: ReadonlySet<string>,
  items: ReadonlyMap<string, string>,
): Map<string, Place> {
  const shape = (path: string): string => path.replaceAll(/\{[^{}]*\}/g, '{}')
  const parents = new Map<string, Place>()
  const segments = (collection ?? '').split('/')
  for (let length = 2; length < segments.length; length++) {
    const prefix = segments.slice(0, length).join('/')
    const parameter = /\{([^{}]+)\}[^{}]*$/.exec(prefix)?.[1]
    if (!parameter || given.has(parameter) || collectionOf(prefix) === undefined) continue
    for (const [name, item] of items)
      if (shape(item).replace(/\/$/, '') === shape(prefix)) parents.set(name, parsePlace(`$request.path.${parameter}`))
  }
  return parents
}
