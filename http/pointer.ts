/**
 * JSON Pointer (RFC 6901): parse, print, read and write. Pure: writing returns a changed copy and shares what did not change.
 */

/**
 * The reference tokens of a pointer, unescaped (RFC 6901 §4).
 * @throws SyntaxError if it is neither empty nor begins with `/`, or holds a `~` that is no `~0` or `~1` (RFC 6901 §3).
 */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) throw new SyntaxError(`a JSON Pointer is empty or begins with "/": ${pointer}`)
  if (/~(?![01])/.test(pointer)) throw new SyntaxError(`"~" in a JSON Pointer is written "~0", "/" is written "~1": ${pointer}`)
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The tokens of pointers that were read or written with: a contract has a few, and each is used with every message. */
const parsed = new Map<string, readonly string[]>()

/** So many are kept; pointers out of contents could be any. */
const keptAtMost = 1000

function tokensOf(pointer: string | readonly string[]): readonly string[] {
  if (typeof pointer !== 'string') return pointer
  const known = parsed.get(pointer)
  if (known) return known
  const tokens = parsePointer(pointer)
  if (parsed.size < keptAtMost) parsed.set(pointer, tokens)
  return tokens
}

/** One reference token, escaped (RFC 6901 §3). */
export function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The pointer made of these tokens; no tokens give `''`, the whole document. */
export function formatPointer(tokens: readonly (string | number)[]): string {
  return tokens.map((token) => `/${escapeToken(String(token))}`).join('')
}

const index = /^(0|[1-9]\d*)$/

/** A list grows by no more than this at once, so that no pointer can ask for a billion members. */
const maxGap = 1000

/** The value that the pointer names, or undefined if there is none. Array indexes have no leading zeros (RFC 6901 §4). */
export function readPointer(value: unknown, pointer: string | readonly string[]): unknown {
  let at = value
  for (const token of tokensOf(pointer)) {
    if (Array.isArray(at)) at = index.test(token) ? at[Number(token)] : undefined
    else if (typeof at === 'object' && at !== null && Object.hasOwn(at, token)) at = (at as Record<string, unknown>)[token]
    else return undefined
  }
  return at
}

/**
 * A copy of `value` in which the pointer names `next`. What is missing on the way is made: a list where the token is an index or `-`
 * (the member after the last), else a map. What stands in the way (a text, a number) gives way; a gap before an index is filled with null.
 *
 * @throws RangeError if an index lies more than 1000 behind the end of its list
 */
export function writePointer(value: unknown, pointer: string | readonly string[], next: unknown): unknown {
  const [token, ...rest] = tokensOf(pointer)
  if (token === undefined) return next
  const isIndex = index.test(token) || token === '-'
  if (Array.isArray(value) ? isIndex : isIndex && !isMap(value)) {
    const list = Array.isArray(value) ? [...value] : []
    const at = token === '-' ? list.length : Number(token)
    if (at - list.length > maxGap) throw new RangeError(`a list of ${list.length} members has no room at ${token}`)
    while (list.length < at) list.push(null)
    list[at] = writePointer(list[at], rest, next)
    return list
  }
  const map: Record<string, unknown> = isMap(value) ? value : {}
  return { ...map, [token]: writePointer(Object.hasOwn(map, token) ? map[token] : undefined, rest, next) }
}

/** A copy of `value` without what the pointer names; without change if there is nothing. Removing the whole gives undefined. */
export function removePointer(value: unknown, pointer: string | readonly string[]): unknown {
  const tokens = tokensOf(pointer)
  const [token, ...rest] = tokens
  if (token === undefined) return undefined
  if (readPointer(value, tokens) === undefined) return value
  if (Array.isArray(value)) {
    return rest.length ? value.with(Number(token), removePointer(value[Number(token)], rest)) : value.toSpliced(Number(token), 1)
  }
  const { [token]: inner, ...others } = value as Record<string, unknown>
  return rest.length ? { ...(value as object), [token]: removePointer(inner, rest) } : others
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
