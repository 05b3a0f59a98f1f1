import { isMap, isScalar, type LineCounter, type Node, type YAMLMap, type YAMLSeq } from 'yaml'

/** A text that a part of a contract was read from. */
export interface Source {
  /** As messages name it: the file or URL as it was given, or the name of a dialect. */
  name: string
  /** Where it really lies: an absolute path or a URL. */
  file: string
  kind: 'contract' | 'overlay' | 'dialect'
  lines: LineCounter
}

/** Where a member of a map or a list was written. */
export interface Mark {
  source: Source
  key?: Node
  value?: Node
}

interface Origin {
  source: Source
  node?: YAMLMap | YAMLSeq
  own?: Map<string, Mark>
}

/** By map or list; so a position survives overlays and layering, which only move values about. */
const origins = new WeakMap<object, Origin>()

/** Remembers the YAML that a map or list was read from. */
export function markContainer(container: object, source: Source, node: YAMLMap | YAMLSeq): void {
  origins.set(container, { source, node })
}

/** Says where a member of a container was written, over whatever was known. */
export function setMark(container: object, key: string | number, mark: Mark | undefined): void {
  if (!mark) return
  const origin = origins.get(container) ?? { source: mark.source }
  origin.own ??= new Map()
  origin.own.set(String(key), mark)
  origins.set(container, origin)
}

/** Where a member of a container was written; the container itself, if that is all that is known. */
export function markOf(container: unknown, key: string | number): Mark | undefined {
  if (typeof container !== 'object' || container === null) return undefined
  const origin = origins.get(container)
  if (!origin) return undefined
  const own = origin.own?.get(String(key))
  if (own) return own
  if (!origin.node) return undefined
  if (!isMap(origin.node)) return { source: origin.source, value: (origin.node.items[Number(key)] as Node | undefined) ?? origin.node }
  const pair = origin.node.items.find(({ key: written }) => isScalar(written) && keyText(written) === String(key))
  return { source: origin.source, key: pair?.key as Node | undefined, value: (pair?.value as Node | undefined) ?? origin.node }
}

/** Where a container as a whole was written. */
export function markOfContainer(container: unknown): Mark | undefined {
  const origin = typeof container === 'object' && container !== null ? origins.get(container) : undefined
  return origin?.node ? { source: origin.source, value: origin.node } : undefined
}

/** Gives `to` the marks of `from`. */
export function copyMarks(from: object, to: object): void {
  const origin = origins.get(from)
  if (origin) origins.set(to, { ...origin, own: origin.own && new Map(origin.own) })
}

/** A deep copy that knows where everything was written. */
export function cloneMarked<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  const copy = Array.isArray(value) ? value.map((member) => cloneMarked(member) as unknown) : ({} as Record<string, unknown>)
  if (!Array.isArray(copy)) for (const [key, member] of Object.entries(value)) put(copy, key, cloneMarked(member))
  copyMarks(value, copy)
  return copy as T
}

/** Sets a member, `__proto__` included, without touching prototypes. */
export function put(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}

/** A key as JSON knows it: `200:` is `"200"`. */
export function keyText(key: { value: unknown; source?: string }): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}

/** File, line and column (from 1) of a mark: of its key, else of its value. */
export function positionOf(mark: Mark | undefined, part: 'key' | 'value' = 'key'): { file: string; line: number; column: number } {
  const node = part === 'key' ? (mark?.key ?? mark?.value) : (mark?.value ?? mark?.key)
  const { line, col } = mark && node?.range ? mark.source.lines.linePos(node.range[0]) : { line: 1, col: 1 }
  return { file: mark?.source.name ?? '', line, column: col }
}
