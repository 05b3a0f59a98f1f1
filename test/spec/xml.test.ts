import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePlace, readPlace } from '../../spec/places.ts'
import { formatXml, parseXml } from '../../spec/xml.ts'
import { response } from './messages.ts'

const run = { seed: 9110, numRuns: 200 }

describe('XML', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/)
  const text = fc.stringMatching(/^[ -~]{1,12}$/).filter((value) => value.trim() === value)
  test('what is written is read again', () =>
    fc.assert(
      fc.property(
        name,
        fc.dictionary(name, fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 })), { minKeys: 1, maxKeys: 4 }),
        (root, members) => {
          expect(parseXml(formatXml({ [root]: members }))).toEqual({ [root]: members })
        },
      ),
      run,
    ))
  test('a place walks it by the names of its elements', () => {
    const body = formatXml({ Error: { Code: 'A & <b>', Message: '' } })
    expect(readPlace(parsePlace('$response.body#/Error/Code'), response({ body }))).toBe('A & <b>')
  })
})
