import { parsePointer, readPointer } from '../http/pointer.ts'
import type { Json, Schema } from './contract.ts'
import { isTree } from './tree.ts'

/** Follows a schema's internal `$ref`s until there is none; what stands beside a `$ref` is kept over it. A circular or broken chain ends in `true`. */
export function derefSchema(document: Json, schema: Schema): Schema {
  const seen = new Set<string>()
  let at: unknown = schema
  while (isTree(at) && typeof at['$ref'] === 'string') {
    const { $ref: ref, ...beside } = at as { $ref: string }
    if (!ref.startsWith('#') || seen.has(ref)) return true
    seen.add(ref)
    const pointer = pointerOf(ref)
    const target = pointer === undefined ? undefined : readPointer(document, pointer)
    at = isTree(target) && Object.keys(beside).length ? { ...target, ...beside } : target
  }
  return typeof at === 'boolean' || isTree(at) ? at : true
}

/** The JSON Pointer of an internal `$ref` (RFC 6901 §6); undefined if it is none, as in `#anchor`. */
export function pointerOf(ref: string): string | undefined {
  try {
    const pointer = decodeURIComponent(ref.slice(1))
    parsePointer(pointer)
    return pointer
  } catch {
    return undefined
  }
}
