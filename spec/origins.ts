import type { Origin } from './contract.ts'
import { isTree } from './tree.ts'
import { type Mark, markOf, positionOf } from './marks.ts'

/** Collects where every line of the resolved contract comes from, by path: `resources/document/guards/update/match`. */
export class Origins {
  readonly map: Map<string, Origin> = new Map()

  /** Adds what is known of a resource's member; what is known already stays. */
  add(path: readonly string[], origin: Origin): void {
    const key = ['resources', ...path].join('/')
    if (!this.map.has(key)) this.map.set(key, origin)
  }

  /** Something that was written there. */
  set(path: readonly string[], mark: Mark | undefined): void {
    if (mark) this.map.set(['resources', ...path].join('/'), originOf(mark))
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
      this.set([...path, key], mark)
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

/** Members of these are said one by one: one that nobody said is a default. */
const holders = /^resources\/[^/]+(\/(token|payload|idempotency|bulk|(guards|unique|locks|rules)\/[^/]+(\/token)?))?$/

/** The origin of a path, else that of the value that it lies in; the default, if nobody said anything. */
export function nearestOrigin(origins: ReadonlyMap<string, Origin>, key: string): Origin {
  for (let path = key; path.includes('/'); path = path.slice(0, path.lastIndexOf('/'))) {
    const origin = origins.get(path)
    if (origin) return origin
    if (holders.test(path.slice(0, path.lastIndexOf('/')))) return { from: 'default' }
  }
  return { from: 'default' }
}

/** The origin that a mark stands for. */
export function originOf(mark: Mark): Origin {
  const { file, line, column } = positionOf(mark)
  return { from: mark.source.kind === 'dialect' ? 'dialect' : 'said', file, line, column }
}
