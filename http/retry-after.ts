import { parseHttpDate } from './http-date.ts'

/**
 * Reads a `Retry-After` (RFC 9110 §10.2.3): seconds, or an HTTP date.
 *
 * @param text the field's value
 * @param now the reader's clock, in milliseconds since 1970
 * @returns milliseconds to wait, 0 for a date that has passed; undefined where the value is neither
 */
export function parseRetryAfter(text: string, now: number = Date.now()): number | undefined {
  const value = text.trim()
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const at = parseHttpDate(value, now)
  return at === undefined ? undefined : Math.max(0, at - now)
}
