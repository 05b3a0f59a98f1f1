import { expect, test } from 'vitest'
import { parseRetryAfter } from '../../http/retry-after.ts'

const now = Date.UTC(2026, 0, 31, 9, 30, 0)

test.each([
  ['0', 0],
  [' 120 ', 120_000],
  ['Sat, 31 Jan 2026 09:31:30 GMT', 90_000],
  ['Saturday, 31-Jan-26 09:30:05 GMT', 5000],
  ['Sat, 31 Jan 2026 09:29:00 GMT', 0],
  ['1.5', undefined],
  ['-1', undefined],
  ['soon', undefined],
  ['2026-01-31T09:31:30Z', undefined],
])('%j is %j', (text, ms) => expect(parseRetryAfter(text, now)).toBe(ms))
