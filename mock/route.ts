import type { Call, Contract, Operation, Resource, Role } from '../spec/contract.ts'
import type { RequestMessage } from '../spec/places.ts'
import { factsHold } from '../spec/facts.ts'

/** What an operation is for a resource. */
export interface Binding {
  resource: Resource
  role: Role
  call: Call
}

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
