/** The value of `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header, §2.1). */

import { parseItem } from 'structured-headers'

/**
 * Reads an idempotency key. The draft makes it a structured string (RFC 9651 §3.3.3), most clients send it bare, and both name the same
 * key: `"8e03978e"` and `8e03978e`.
 *
 * @param text the field value
 * @returns the key, or undefined where the value is empty or begins like a string and is none
 */
export function parseIdempotencyKey(text: string): string | undefined {
  const value = text.trim()
  if (!value.startsWith('"')) return value === '' ? undefined : value
  try {
    const [key] = parseItem(value)
    return typeof key === 'string' && key !== '' ? key : undefined
  } catch {
    return undefined
  }
}
