import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Condition, Json } from '../../spec/contract.ts'
import { factHolds, makeTrue } from '../../spec/facts.ts'
import { parsePlace, type RequestMessage, type ResponseMessage } from '../../spec/places.ts'
import { request, response } from './messages.ts'

const run = { seed: 9110, numRuns: 200 }

describe('facts', () => {
  const holds = (written: string, is: Condition, message: RequestMessage | ResponseMessage): boolean =>
    factHolds({ place: parsePlace(written), is }, message)
  test('in a body types count, elsewhere all is text', () => {
    expect(holds('$response.body#/code', { equals: 409 }, response({ body: { code: 409 } }))).toBe(true)
    expect(holds('$response.body#/code', { equals: '409' }, response({ body: { code: 409 } }))).toBe(false)
    expect(holds('$statusCode', { equals: 200 }, response())).toBe(true)
    expect(holds('$request.query.force', { equals: true }, request({ query: [['force', 'true']] }))).toBe(true)
  })
  test('a media type is compared without parameters and case', () =>
    expect(
      holds(
        '$request.header.Content-Type',
        { equals: 'application/merge-patch+json' },
        request({ headers: [['content-type', 'Application/Merge-Patch+JSON; charset=utf-8']] }),
      ),
    ).toBe(true))
  test('absence is a fact of its own message only', () => {
    expect(holds('$request.header.If-Match', { present: false }, request())).toBe(true)
    expect(holds('$request.header.If-Match', { present: false }, response())).toBe(false)
  })
  test('what is made true holds', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('$response.body#/a/0/b', '$response.header.X', '$response.body'),
        fc.oneof(
          fc.string({ minLength: 1 }).map((equals): Condition => ({ equals })),
          fc.string({ minLength: 1 }).map((contains): Condition => ({ contains })),
          fc.array(fc.string(), { minLength: 1 }).map((oneOf): Condition => ({ oneOf })),
          fc.boolean().map((present): Condition => ({ present })),
        ),
        fc.constantFrom<Json | undefined>(undefined, { a: [{ b: 'before' }] }, 'text'),
        (written, is, body) => {
          const fact = { place: parsePlace(written), is }
          expect(factHolds(fact, makeTrue(fact, response({ body })))).toBe(true)
        },
      ),
      run,
    ))
})
