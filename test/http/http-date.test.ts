import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatHttpDate, parseHttpDate } from '../../http/http-date.ts'

const now = Date.UTC(2026, 10, 22)
const example = Date.UTC(1994, 10, 6, 8, 49, 37)

test.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
  'the three formats of RFC 9110 §5.6.7: %s',
  (text) => expect(parseHttpDate(text, now)).toBe(example),
)

test.each([
  'yesterday',
  '1994-11-06T08:49:37Z',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'sun, 06 nov 1994 08:49:37 gmt',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Mon, 06 Nov 1994 08:49:37 GMT',
  'Sun, 31 Feb 1993 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
  'Sun Nov 06 08:49:37 94',
  '',
])('%j is no date', (text) => expect(parseHttpDate(text, now)).toBeUndefined())

test('a year of two digits lies at most 50 years ahead', () => {
  const year = (text: string): number => new Date(parseHttpDate(text, now)!).getUTCFullYear()
  expect(year('Sunday, 22-Nov-26 00:00:00 GMT')).toBe(2026)
  expect(year('Sunday, 22-Nov-76 00:00:00 GMT')).toBe(2076)
  expect(year('Tuesday, 22-Nov-77 00:00:00 GMT')).toBe(1977)
})

test('a leap second is the second after it', () => {
  expect(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT')).toBe(Date.UTC(2017, 0, 1))
})

test('what is written is read again, in whole seconds', () => {
  const instants = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) })
  fc.assert(
    fc.property(instants, (ms) => void expect(parseHttpDate(formatHttpDate(ms))).toBe(Math.floor(ms / 1000) * 1000)),
    { seed: 9110 },
  )
})
