import type { Json } from '../spec/contract.ts'
import { namesIn } from '../spec/values.ts'
import { isMembers } from './conflicts.ts'

/** What stood in a value where its shape has names, and how much of the shape was fixed. */
export interface Fit {
  bound: Map<string, Json>
  fixed: number
}

const alone = /^\$[a-z]+(?:\.[\w-]+)?$/
const inText = /\{(\$[a-z]+(?:\.[\w-]+)?)\}/

/** Names of what a client may leave out: a version where it has none, a word that it made up. */
const optional = /^\$(token|unique|uuid|marker|now|lock)\b/

/**
 * Holds a value against a shape such as `{ method: PUT, path: "/Users/{$id}", data: $body }`: what is fixed at the top must be the same,
 * names stand for anything.
 *
 * @param isExact whether what is fixed deeper down must be the same too
 * @returns undefined where it does not fit
 */
export function fitShape(shape: Json, value: Json | undefined, isExact = false): Fit | undefined {
  const fit: Fit = { bound: new Map(), fixed: 0 }
  return holds(shape, value, fit, isExact ? Number.NEGATIVE_INFINITY : 0) ? fit : undefined
}

function holds(shape: Json, value: Json | undefined, fit: Fit, depth: number): boolean {
  if (typeof shape === 'string' && alone.test(shape)) {
    if (value === undefined) return optional.test(shape)
    fit.bound.set(shape, value)
    return true
  }
  if (isMembers(shape)) {
    if (!isMembers(value)) return value === undefined && Object.values(shape).every((member) => holds(member, undefined, fit, depth + 1))
    return Object.entries(shape).every(([name, member]) => holds(member, memberOf(value, name, depth), fit, depth + 1))
  }
  if (Array.isArray(shape) && namesIn(shape).length > 0) {
    return Array.isArray(value) && shape.length === value.length && shape.every((member, at) => holds(member, value[at], fit, depth + 1))
  }
  // deeper down (header fields, say) a fixed value is only what is usual
  if (depth > 1 && !(typeof shape === 'string' && inText.test(shape))) return true
  if (typeof shape === 'string' && typeof value === 'string' && inText.test(shape)) return textHolds(shape, value, fit)
  fit.fixed += 1
  return JSON.stringify(shape) === JSON.stringify(value)
}

/** Deeper down names are compared without regard to case, as those of header fields are. */
function memberOf(value: { [name: string]: Json }, name: string, depth: number): Json | undefined {
  if (Object.hasOwn(value, name)) return value[name]
  const same = depth <= 0 ? undefined : Object.keys(value).find((other) => other.toLowerCase() === name.toLowerCase())
  return same === undefined ? undefined : value[same]
}

function textHolds(shape: string, value: string, fit: Fit): boolean {
  const pieces = shape.split(inText)
  const names = pieces.filter((_, at) => at % 2 === 1)
  const source = pieces.map((piece, at) => (at % 2 === 1 ? '(.+?)' : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')
  const found = new RegExp(`^${source}$`).exec(value)
  if (found === null) return false
  for (const [at, name] of names.entries()) fit.bound.set(name, decoded(found[at + 1]!))
  fit.fixed += pieces.some((piece, at) => at % 2 === 0 && piece !== '') ? 1 : 0
  return true
}

/** What stands in a path is percent-encoded there. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
