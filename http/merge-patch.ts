/** JSON Merge Patch (RFC 7396). */

/** Its media type (RFC 7396 §4). */
export const mergePatchMediaType = 'application/merge-patch+json'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/**
 * Applies a merge patch (RFC 7396 §2): an object is merged member by member, `null` takes a member out, anything else replaces.
 *
 * @param target what is patched; it is not changed
 * @param patch the patch
 * @returns the result, which may share parts with both
 */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  const result = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name)
    else result.set(name, applyMergePatch(result.get(name), value))
  }
  // fromEntries defines members, so that one named __proto__ stays a member
  return Object.fromEntries(result)
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
