import type { Json } from '../spec/contract.ts'

/**
 * Values that are like the one that was wanted, and free.
 *
 * @param free says whether a value could be taken now
 * @returns at most three, in the order of their number; none where the value is no text
 */
export function suggest(wanted: Json | undefined, free: (candidate: string) => boolean): string[] {
  if (typeof wanted !== 'string' || wanted === '') return []
  const found: string[] = []
  for (let count = 2; count < 200 && found.length < 3; count += 1) {
    const candidate = numbered(wanted, count)
    if (free(candidate)) found.push(candidate)
  }
  return found
}

/** `ada` → `ada-2`, `report.txt` → `report-2.txt`, `ada@example.org` → `ada-2@example.org`. */
function numbered(wanted: string, count: number): string {
  const [, stem, rest] = /^(.+?)(@[^@]+|\.[a-z][a-z0-9]{1,4})?$/.exec(wanted) ?? [undefined, wanted, undefined]
  return `${stem}-${count}${rest ?? ''}`
}
