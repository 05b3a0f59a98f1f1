import type { Origin } from './contract.ts'
import { isTree } from './layers.ts'
import { type Mark, markOf, positionOf } from './marks.ts'

/** Collects where every line of the resolved contract comes from, by path: `resources/document/guards/update/match`. */
export class Origins {
  readonly map: Map<string, Origin> = new Map()

  /** Adds what is known of a resource's member; what is known already stays. */
  add(path: readonly string[], origin: Origin): void {
    const key = ['resources', ...path].join('/')
    if (!this.map.has(key)) this.map.set(key, origin)
  }

  /** Something that nobody said, and why we think so. */
  infer(path: readonly string[], why: string): void {
    this.add(path, { from: 'inferred', note: why })
  }

  /** Adds the origin of everything in a layered map, down to its leaves; over what was inferred. */
  trace(tree: unknown, path: readonly string[]): void {
    if (typeof tree !== 'object' || tree === null) return
    for (const [key, value] of Object.entries(tree)) {
      const mark = markOf(tree, key)
      if (mark) this.map.set(['resources', ...path, key].join('/'), originOf(mark))
      if (isTree(value) || Array.isArray(value)) this.trace(value, [...path, key])
    }
  }

  /** Adds a note to the origin of a path. */
  note(path: readonly string[], note: string): void {
    const key = ['resources', ...path].join('/')
    this.map.set(key, { ...this.nearest(key), note })
  }

  /** The origin of a path, else that of what it lies in. */
  nearest(key: string): Origin {
    return nearestOrigin(this.map, key)
  }
}

/** The origin of a path, else that of what it lies in; the default, if nobody said anything. */
export function nearestOrigin(origins: ReadonlyMap<string, Origin>, key: string): Origin {
  for (let path = key; path.split('/').length > 2; path = path.slice(0, path.lastIndexOf('/'))) {
    const origin = origins.get(path)
    if (origin) return origin
  }
  return { from: 'default' }
}

/** The origin that a mark stands for. */
export function originOf(mark: Mark): Origin {
  const { file, line, column } = positionOf(mark)
  return { from: mark.source.kind === 'dialect' ? 'dialect' : 'said', file, line, column }
}
