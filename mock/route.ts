import type { Call, Contract, Fact, Operation, Resource, Role } from '../spec/contract.ts'
import { factHolds, factsHold } from '../spec/facts.ts'
import { plain, readPlace, type RequestMessage } from '../spec/places.ts'
import { standardRoles } from '../spec/roles.ts'
import { namesIn } from '../spec/values.ts'
import type { BulkBinding } from './bulk.ts'
import type { Locking } from './decision.ts'

/** What an operation is for a resource. */
export interface Binding {
  resource: Resource
  role: Role
  call: Call
}

/** A call that takes a lock or gives it back. */
export interface LockBinding extends Locking {
  resource: Resource
  call: Call
}

const none: readonly BulkBinding[] = []

/** A path of the document with its operations by method. */
export interface Path {
  template: string
  pattern: RegExp
  names: string[]
  operations: Map<string, Operation>
}

/** A path that fits a request target, with its parameters decoded. */
export interface Match {
  path: Path
  params: Record<string, string>
}

/** Finds operations by request, and what they are for which resource. Built once for a contract. */
export class Router {
  readonly #paths: Path[] = []
  readonly #bindings = new Map<string, Binding[]>()
  readonly #lockings = new Map<string, LockBinding[]>()
  readonly #bulks = new Map<string, BulkBinding[]>()
  readonly #known = new Map<string, Match>()

  constructor(contract: Contract) {
    const paths = new Map<string, Path>()
    for (const operation of contract.operations) {
      const path = paths.get(operation.path) ?? compile(operation.path)
      paths.set(operation.path, path)
      path.operations.set(operation.method, operation)
    }
    this.#paths = [...paths.values()].toSorted((a, b) => literal(b) - literal(a) || a.names.length - b.names.length)
    for (const resource of contract.resources.values()) {
      for (const [role, call] of resource.operations) {
        const list = this.#bindings.get(call.operation.pointer) ?? []
        this.#bindings.set(call.operation.pointer, [...list, { resource, role, call }])
      }
      if (resource.bulk !== undefined) {
        const { pointer } = resource.bulk.call.operation
        this.#bulks.set(pointer, [...(this.#bulks.get(pointer) ?? []), { resource, bulk: resource.bulk }])
      }
      for (const lock of resource.locks) {
        for (const does of ['acquire', 'release'] as const) {
          const call = lock[does]
          if (call === undefined) continue
          const list = this.#lockings.get(call.operation.pointer) ?? []
          this.#lockings.set(call.operation.pointer, [...list, { resource, lock, does, call }])
        }
      }
    }
  }

  /** The path that fits; of several the one that says more itself, so that concrete ones go first (OpenAPI 3.1 §4.8.8.2). */
  find(pathname: string): Match | undefined {
    const known = this.#known.get(pathname)
    if (known !== undefined) return known
    for (const path of this.#paths) {
      const found = path.pattern.exec(pathname)
      if (found === null) continue
      const params = decodeAll(path.names, found.slice(1))
      if (params === undefined) continue
      const match = { path, params }
      if (this.#known.size >= 1000) this.#known.clear()
      this.#known.set(pathname, match)
      return match
    }
    return undefined
  }

  /**
   * What the operation is in this request: all roles that it plays for one resource. Of calls that differ by their facts (`with`), the
   * one whose facts hold in the request counts.
   */
  bindings(operation: Operation, message: RequestMessage): Binding[] {
    const all = this.#bindings.get(operation.pointer)
    if (all === undefined || all.length === 0) return []
    if (all.length === 1) return all
    const most = Math.max(...all.filter((each) => factsHold(each.call.with, message)).map((each) => each.call.with.length), 0)
    const fitting = all.filter((each) => each.call.with.length === most && factsHold(each.call.with, message))
    const chosen = fitting.length > 0 ? fitting : all
    return chosen.filter((each) => each.resource === chosen[0]!.resource)
  }

  /** The lock that a request is about: by its operation alone, or by its facts where the operation does other things too. */
  locking(operation: Operation, message: RequestMessage): LockBinding | undefined {
    const all = this.#lockings.size === 0 ? undefined : this.#lockings.get(operation.pointer)
    if (all === undefined) return undefined
    const others = (this.#bindings.get(operation.pointer) ?? []).filter(({ role }) => standardRoles.includes(role))
    if (all.length === 1 && others.length === 0) return all[0]
    // what the operation is always called with tells nothing
    const common = new Set(others.flatMap(({ call }) => call.with).map((fact) => JSON.stringify(fact)))
    const fitting = all.filter(({ call }) => {
      const own = call.with.filter((fact) => !common.has(JSON.stringify(fact)))
      return own.length > 0 && own.every((fact) => isLike(fact, message))
    })
    return fitting.toSorted((a, b) => b.call.with.length - a.call.with.length)[0]
  }

  /** The resources that take many items with this request; none where it is for one. */
  bulks(operation: Operation, message: RequestMessage): readonly BulkBinding[] {
    const all = this.#bulks.size === 0 ? undefined : this.#bulks.get(operation.pointer)
    if (all === undefined) return none
    return !this.#bindings.has(operation.pointer) || Array.isArray(readPlace(all[0]!.bulk.items, message)) ? all : none
  }

  /** The roles of an operation that is about a lock: its actions. */
  actions(operation: Operation): Role[] {
    return (this.#bindings.get(operation.pointer) ?? []).map(({ role }) => role).filter((role) => !standardRoles.includes(role))
  }
}

/** Whether a request is such a call: texts of its facts may have another number in them, and another value where they have a name. */
function isLike(fact: Fact, message: RequestMessage): boolean {
  if (factHolds(fact, message)) return true
  const seen = 'equals' in fact.is ? readPlace(fact.place, message) : undefined
  if (seen === undefined || !('equals' in fact.is) || typeof fact.is.equals !== 'string') return false
  if (namesIn(fact.is.equals).length > 0 || fact.place.part === 'body') return true
  return plain(seen).replace(/\d+/g, '0') === fact.is.equals.replace(/\d+/g, '0')
}

/** How much of a path stands as it is. */
function literal({ template }: Path): number {
  return template.replace(/\{[^{}]+\}/g, '').length
}

function compile(template: string): Path {
  const names: string[] = []
  const source = template.replace(/\{([^{}]+)\}|[^{}]+|[{}]/g, (piece, name: string | undefined) => {
    if (name === undefined) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    names.push(name)
    return '([^/]+?)'
  })
  return { template, names, pattern: new RegExp(`^${source}$`), operations: new Map() }
}

/** Undefined where a percent sign begins no escape of UTF-8 text. */
function decodeAll(names: string[], values: string[]): Record<string, string> | undefined {
  try {
    return Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(values[at]!)]))
  } catch {
    return undefined
  }
}

/** Fills a path template; what stands for a parameter is percent-encoded. */
export function fillPath(template: string, params: Record<string, string>): string {
  return template.replace(/\{([^{}]+)\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? encodeURIComponent(params[name]!) : whole,
  )
}
