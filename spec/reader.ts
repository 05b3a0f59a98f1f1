import type { Call, Condition, Fact, Json, Operation, Place, Role } from './contract.ts'
import { isTree } from './tree.ts'
import { type Mark, markOf } from './marks.ts'
import { parsePlace } from './places.ts'
import { type Problems } from './problems.ts'
import { didYouMean } from './spelling.ts'

type Holder = Record<string, unknown> | readonly unknown[] | undefined

/** Reads the small things of the language (places, facts, calls) out of a map, and tells what is wrong with them. */
export class Reader {
  readonly #problems: Problems
  readonly #operations: readonly Operation[]

  constructor(problems: Problems, operations: readonly Operation[]) {
    this.#problems = problems
    this.#operations = operations
  }

  /** The alternatives at a key: a place, `{ at, text }`, or a list of these. `*` segments are for what an answer reveals. */
  places(holder: Holder, key: string | number, stars = false, item = false): Place[] {
    const written = valueAt(holder, key)
    if (Array.isArray(written)) return written.flatMap((_, at) => this.place(written, at, stars, item) ?? [])
    const place = this.place(holder, key, stars, item)
    return place ? [place] : []
  }

  /** The one place at a key. */
  place(holder: Holder, key: string | number, stars = false, item = false): Place | undefined {
    const written = valueAt(holder, key)
    if (written === undefined) return undefined
    const text = isTree(written) && typeof written['text'] === 'string' ? written['text'] : undefined
    return this.parse(
      isTree(written) ? written['at'] : written,
      markOf(isTree(written) ? written : holder, isTree(written) ? 'at' : key),
      text,
      stars,
      item,
    )
  }

  /** The parts at a key, each with its alternatives; undefined if what stands there is no map of parts. */
  parts(holder: Holder, key: string | number): Record<string, Place[]> | undefined {
    const written = valueAt(holder, key)
    if (!isTree(written) || 'at' in written) return undefined
    return Object.fromEntries(Object.keys(written).map((part) => [part, this.places(written, part)]))
  }

  /** Places in one result of a bulk request: `$item…`. */
  itemPlaces(holder: Holder, key: string): Place[] {
    const places = this.places(holder, key, false, true)
    const other = places.find((place) => place.message !== 'item')
    if (other)
      this.#problems.error(
        markOf(holder, key),
        `${other.written}: this stands in one result of the answer; write $item for the result, $item#/MEMBER for a member of it`,
        other.written,
        '$item#/MEMBER',
      )
    return places
  }

  parse(written: unknown, mark: Mark | undefined, text?: string, stars = false, item = false): Place | undefined {
    if (typeof written !== 'string') return undefined
    try {
      const place = parsePlace(written, text)
      if (!item && place.message === 'item') {
        this.#problems.error(
          mark,
          `${written}: there is one result of many only in status and answer of bulk; name a place in a request or a response here`,
          written,
          '$request… or $response…',
        )
        return undefined
      }
      if (!stars && place.part === 'body' && place.name.split('/').includes('*')) {
        this.#problems.error(
          mark,
          `${written}: a "*" segment may stand only in what an outcome reveals; name one member here`,
          written,
          'a pointer without "*"',
        )
        return undefined
      }
      return place
    } catch (error) {
      this.#problems.error(mark, (error as Error).message, written, '$request.header.NAME, $request.body#/MEMBER, …')
      return undefined
    }
  }

  /** The facts at a key: place → what holds there. */
  facts(holder: Holder, key: string): Fact[] {
    const written = valueAt(holder, key)
    if (!isTree(written)) return []
    return Object.entries(written).flatMap(([name, value]): Fact[] => {
      const place = this.parse(name, markOf(written, name), undefined, key === 'where')
      return place ? [{ place, is: condition(value) }] : []
    })
  }

  /**
   * The call at a key: an operationId, `METHOD /path`, a role or an action of this resource; or `{ call, with }`. A dialect speaks of
   * roles and actions that a resource need not have: then there is no such call, and no error.
   */
  call(holder: Holder, key: string | number, roles?: ReadonlyMap<Role, Call>): Call | undefined {
    const written = valueAt(holder, key)
    const inner = isTree(written) ? written['call'] : written
    if (typeof inner !== 'string') return undefined
    const own = isTree(written) ? this.facts(written, 'with') : []
    const known = roles?.get(inner)
    if (known) return { operation: known.operation, with: [...known.with, ...own] }
    const operation = this.#find(inner)
    if (operation) return { operation, with: own }
    const names = [
      ...this.#operations.map(({ method, path }) => `${method} ${path}`),
      ...this.#operations.flatMap(({ operationId }) => operationId ?? []),
      ...(roles?.keys() ?? []),
    ]
    const meant = didYouMean(inner, names)
    const mark = isTree(written) ? markOf(written, 'call') : markOf(holder, key)
    if (mark?.source.kind === 'dialect' && /^[\w-]+$/.test(inner)) return undefined
    this.#problems.error(
      mark,
      `there is no operation ${JSON.stringify(inner)} in this document${meant ? `; did you mean ${JSON.stringify(meant)}?` : '; name it by operationId or as "METHOD /path"'}`,
      inner,
      'an operationId, METHOD /path, a role or an action',
    )
    return undefined
  }

  #find(written: string): Operation | undefined {
    const [, method, path] = /^([A-Za-z-]+) +(\/.*)$/.exec(written) ?? []
    if (method) return this.#operations.find((operation) => operation.method === method.toUpperCase() && operation.path === path)
    return this.#operations.find(({ operationId }) => operationId === written)
  }
}

function valueAt(holder: Holder, key: string | number): unknown {
  return (holder as Record<string | number, unknown> | undefined)?.[key]
}

function condition(value: unknown): Condition {
  if (isTree(value) && Object.keys(value).some((key) => key === 'contains' || key === 'oneOf' || key === 'present')) {
    if (typeof value['contains'] === 'string') return { contains: value['contains'] }
    if (Array.isArray(value['oneOf'])) return { oneOf: value['oneOf'] as Json[] }
    if (typeof value['present'] === 'boolean') return { present: value['present'] }
  }
  return { equals: value as Json }
}
