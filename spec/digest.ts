import { createHash } from 'node:crypto'

/** SHA-256, hex, over the canonical JSON of values (keys sorted, maps as objects): equal digests, equal values. */
export function digest(...values: unknown[]): string {
  const hash = createHash('sha256')
  for (const value of values) hash.update(canonical(value)).update('\n')
  return hash.digest('hex')
}

function canonical(value: unknown): string {
  if (value instanceof Map) return canonical(Object.fromEntries(value))
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, member]) => member !== undefined && typeof member !== 'function')
  return `{${members
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .join(',')}}`
}
