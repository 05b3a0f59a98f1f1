import fc from 'fast-check'
import { expect, test } from 'vitest'
import { client } from './reference.ts'

/**
 * RFC 9110 §13.2.2, once more and by hand: what a server of its own would answer. It knows versions by number and shares nothing with the
 * mock.
 */
interface Condition {
  /** Numbers of versions; 0 was never one. `*` stands for any. */
  ifMatch: { versions: number[]; weak: boolean } | '*' | undefined
  ifNoneMatch: { versions: number[]; weak: boolean } | '*' | undefined
  /** Seconds from the time of the last change. */
  ifUnmodifiedSince: number | undefined
  ifModifiedSince: number | undefined
}

function model(method: 'GET' | 'PUT', exists: boolean, current: number, c: Condition, creates: boolean): number {
  const plain = exists ? 200 : method === 'PUT' && creates ? 201 : 404
  if (plain === 404) return 404
  if (method === 'PUT') {
    // step 1 and 2
    if (c.ifMatch !== undefined) {
      const holds = exists && (c.ifMatch === '*' || (!c.ifMatch.weak && c.ifMatch.versions.includes(current)))
      if (!holds) return 412
    } else if (c.ifUnmodifiedSince !== undefined && exists && c.ifUnmodifiedSince < 0) return 412
  }
  // step 3: weak comparison
  if (c.ifNoneMatch !== undefined) {
    const holds = !exists || (c.ifNoneMatch !== '*' && !c.ifNoneMatch.versions.includes(current))
    if (!holds) return method === 'GET' ? 304 : 412
  } else if (method === 'GET' && c.ifModifiedSince !== undefined && c.ifModifiedSince >= 0) return 304
  // a file that is there must not be overwritten without a condition
  if (method === 'PUT' && exists && c.ifMatch === undefined && c.ifNoneMatch === undefined && c.ifUnmodifiedSince === undefined) return 428
  return plain === 200 && method === 'PUT' ? 200 : plain
}

const tags = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*' as const) },
  {
    weight: 4,
    arbitrary: fc.record({ versions: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }), weak: fc.boolean() }),
  },
)
const seconds = fc.constantFrom(-5, 0, 5)
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined })

test('any mix of conditions is answered as a hand-made model of RFC 9110 §13.2.2 answers it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET' as const, 'PUT' as const),
      fc.constantFrom('documents', 'files', 'nothing'),
      fc.record({ ifMatch: maybe(tags), ifNoneMatch: maybe(tags), ifUnmodifiedSince: maybe(seconds), ifModifiedSince: maybe(seconds) }),
      async (method, kind, condition) => {
        const api = client()
        const path = kind === 'documents' ? '/documents/doc-handbook' : '/files/one.txt'
        const body = kind === 'documents' ? { title: 'a', text: 'b' } : 'text'
        const type = kind === 'documents' ? 'application/json' : 'text/plain'
        const known = ['"never"']
        if (kind !== 'nothing') {
          // two versions, so that there is an old one
          for (const text of ['first', 'second']) {
            const content = kind === 'documents' ? { title: text, text } : text
            await api.send('PUT', path, {
              body: content,
              type,
              headers: text === 'second' || kind === 'documents' ? { 'If-Match': '*' } : {},
            })
            known.push((await api.send('GET', path)).header('ETag')!)
          }
        }
        const changed = Math.floor(api.clock.now / 1000) * 1000
        api.clock.now += 60_000
        // of the dates, only documents promise something
        const c = kind === 'documents' ? condition : { ...condition, ifModifiedSince: undefined, ifUnmodifiedSince: undefined }
        // If-None-Match on writes is promised for files alone
        const applied = method === 'PUT' && kind === 'documents' ? { ...c, ifNoneMatch: undefined } : c
        const list = (given: Condition['ifMatch']): string =>
          given === '*' ? '*' : given!.versions.map((version) => (given!.weak ? 'W/' : '') + (known[version] ?? '"never"')).join(', ')
        const headers: [string, string][] = []
        if (applied.ifMatch !== undefined) headers.push(['If-Match', list(applied.ifMatch)])
        if (applied.ifNoneMatch !== undefined) headers.push(['If-None-Match', list(applied.ifNoneMatch)])
        if (applied.ifUnmodifiedSince !== undefined)
          headers.push(['If-Unmodified-Since', new Date(changed + applied.ifUnmodifiedSince * 1000).toUTCString()])
        if (applied.ifModifiedSince !== undefined)
          headers.push(['If-Modified-Since', new Date(changed + applied.ifModifiedSince * 1000).toUTCString()])
        const before = await api.send('GET', path)
        const answer = await api.send(method, path, { headers, ...(method === 'PUT' && { body, type }) })
        const expected = model(method, kind !== 'nothing', 2, applied, kind === 'nothing')
        expect(answer.status === 204 ? 200 : answer.status).toBe(expected)
        if (answer.status >= 300) expect((await api.send('GET', path)).text).toBe(before.text)
      },
    ),
    { seed: 9110, numRuns: 400 },
  )
})
