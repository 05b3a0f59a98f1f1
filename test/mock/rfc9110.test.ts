import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import { loadContract } from '../../spec/index.ts'
import { type Conditions, type DateCondition, rfc9110, type Result, type Tag, type TagCondition } from './rfc9110.ts'

/**
 * Cases for each of strong and weak tags. IFMATCH_CASES=50000 makes a hundred thousand of them, in half a minute.
 */
const cases = Number(process.env['IFMATCH_CASES'] ?? 4000)

/** A tag as it is sent; which one `current` is, is known only when the item is there. */
type SentTag = 'current' | 'current, marked' | 'longer' | 'shorter' | 'in capitals' | 'split' | 'before' | Tag

/** A field with tags as it is written. */
interface TagField {
  what: '*' | 'unreadable' | readonly SentTag[]
  unreadable: string
  between: string
  around: string
  lines: boolean
}

/** A date field: seconds from Last-Modified, and how it is spelled. */
interface DateField {
  seconds: number
  spelling: 'IMF' | 'RFC 850' | 'asctime' | 'unreadable' | 'twice'
}

interface Case {
  method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'DELETE'
  there: boolean
  step: number
  ifMatch: TagField | null
  ifNoneMatch: TagField | null
  ifModifiedSince: DateField | null
  ifUnmodifiedSince: DateField | null
}

const opaque = fc.string({ unit: fc.constantFrom('a', '1', ',', '*', 'W', '/', '!', '~', '\u00e9'), maxLength: 5 })
const sentTag: fc.Arbitrary<SentTag> = fc.oneof(
  fc.constantFrom<SentTag>('current', 'current', 'current', 'current, marked', 'longer', 'shorter', 'in capitals', 'split', 'before'),
  fc.record({ weak: fc.boolean(), opaque }),
)
const tagField: fc.Arbitrary<TagField> = fc.record({
  what: fc.oneof(
    { weight: 6, arbitrary: fc.array(sentTag, { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant('*' as const) },
    { weight: 1, arbitrary: fc.constant('unreadable' as const) },
  ),
  unreadable: fc.constantFrom('abc', '"abc', 'abc"', "'abc'", 'w/"abc"', '"a" "b"', '*, "a"', '"a", *', '"a"b', '**', 'W/', '"a b"'),
  between: fc.constantFrom(',', ', ', ' , ', ',,', ', , ', ',\t'),
  around: fc.constantFrom('', ' ', ', ', ','),
  lines: fc.boolean(),
})
const dateField: fc.Arbitrary<DateField> = fc.record({
  seconds: fc.oneof(fc.constantFrom(-1, 0, 0, 1), fc.integer({ min: -100_000, max: 100_000 })),
  spelling: fc.constantFrom('IMF', 'IMF', 'IMF', 'RFC 850', 'asctime', 'unreadable', 'twice'),
})
const oneCase: fc.Arbitrary<Case> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'),
  there: fc.boolean(),
  step: fc.integer({ min: 1, max: 3000 }),
  ifMatch: fc.option(tagField),
  ifNoneMatch: fc.option(tagField),
  ifModifiedSince: fc.option(dateField),
  ifUnmodifiedSince: fc.option(dateField),
})

/** What a sent tag is, beside the one that stands and the one before. */
function tagOf(sent: SentTag, current: Tag, before: Tag): Tag[] {
  switch (sent) {
    case 'current':
      return [current]
    case 'before':
      return [before]
    case 'current, marked':
      return [{ ...current, weak: !current.weak }]
    case 'longer':
      return [{ ...current, opaque: `${current.opaque}x` }]
    case 'shorter':
      return [{ ...current, opaque: current.opaque.slice(0, -1) }]
    case 'in capitals':
      return [{ ...current, opaque: current.opaque.toUpperCase() }]
    case 'split':
      return [{ ...current, opaque: `a,${current.opaque},b` }]
    default:
      return [sent]
  }
}

const written = ({ weak, opaque }: Tag): string => `${weak ? 'W/' : ''}"${opaque}"`

function tagLines(name: string, field: TagField, tags: readonly Tag[]): [string, string][] {
  if (field.what === '*') return [[name, '*']]
  if (field.what === 'unreadable') return [[name, field.unreadable]]
  const texts = tags.map(written)
  const values = field.lines && texts.length > 0 ? texts : [texts.join(field.between)]
  return values.map((value) => [name, field.around + value + field.around.split('').toReversed().join('')])
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** The three spellings of RFC 9110 §5.6.7, and what is none. */
function dateText(ms: number, spelling: DateField['spelling']): string {
  const date = new Date(ms)
  const [, day, month, year, time] = date.toUTCString().split(' ')
  switch (spelling) {
    case 'IMF':
      return date.toUTCString()
    case 'RFC 850':
      return `${days[date.getUTCDay()]}, ${day}-${month}-${year!.slice(2)} ${time} GMT`
    case 'asctime':
      return `${days[date.getUTCDay()]!.slice(0, 3)} ${month} ${day!.replace(/^0/, ' ')} ${time} ${year}`
    case 'unreadable':
      return 'the day before yesterday'
    case 'twice':
      return `${date.toUTCString()}, ${date.toUTCString()}`
  }
}

const readable = ({ spelling }: DateField): boolean => spelling !== 'unreadable' && spelling !== 'twice'

const contract = await loadContract(new URL('./things.openapi.yaml', import.meta.url).pathname)
const weakContract = await loadContract(new URL('./things.openapi.yaml', import.meta.url).pathname, {
  overlays: [new URL('./weak-things.overlay.yaml', import.meta.url).pathname],
})

const results: Record<number, Result> = {
  200: 'performed',
  201: 'performed',
  204: 'performed',
  304: 'not modified',
  404: 'not found',
  412: 'precondition failed',
}

describe.for([
  ['strong', contract],
  ['weak', weakContract],
] as const)('conditions on an item with %s tags', ([strength, loaded]) => {
  test(`are evaluated as RFC 9110 §13 says, in ${cases} cases`, { timeout: 600_000 }, async () => {
    const clock = { now: Date.UTC(2026, 2, 3, 9, 30) }
    const mock = createMock(loaded, { seed: 'rfc9110', clock: () => clock.now })
    const seen = new Map<Result, number>()
    let number = 0
    const send = (method: string, target: string, headers: [string, string][] = [], body?: unknown) =>
      mock.handle({
        method,
        target,
        headers:
          body === undefined
            ? headers
            : [...headers, ['Content-Type', method === 'PATCH' ? 'application/merge-patch+json' : 'application/json']],
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      })
    const tagIn = (headers: readonly [string, string][]): Tag => {
      const value = headers.find(([name]) => name === 'ETag')![1]
      return { weak: value.startsWith('W/'), opaque: value.replace(/^W\//, '').slice(1, -1) }
    }
    await fc.assert(
      fc.asyncProperty(oneCase, async (given) => {
        if (++number % 500 === 0) mock.reset()
        const target = `/things/thing-${number}`
        clock.now += given.step
        const before = tagIn((await send('PUT', target, [], { text: 'first' })).headers)
        clock.now += given.step
        const stored = await send('PUT', target, [], { text: 'second' })
        const current = tagIn(stored.headers)
        expect(current.weak).toBe(strength === 'weak')
        const modified = Math.floor(clock.now / 1000) * 1000
        if (!given.there) await send('DELETE', target)
        clock.now += given.step

        const conditions: Conditions = {}
        const headers: [string, string][] = []
        for (const [key, name] of [
          ['ifMatch', 'If-Match'],
          ['ifNoneMatch', 'If-None-Match'],
        ] as const) {
          const field = given[key]
          if (field === null) continue
          const tags = typeof field.what === 'string' ? [] : field.what.flatMap((sent) => tagOf(sent, current, before))
          headers.push(...tagLines(name, field, tags))
          conditions[key] = typeof field.what === 'string' ? (field.what satisfies TagCondition) : tags
        }
        for (const [key, name] of [
          ['ifModifiedSince', 'If-Modified-Since'],
          ['ifUnmodifiedSince', 'If-Unmodified-Since'],
        ] as const) {
          const field = given[key]
          if (field === null) continue
          const ms = modified + field.seconds * 1000
          headers.push([name, dateText(ms, field.spelling)])
          conditions[key] = (readable(field) ? ms : 'unreadable') satisfies DateCondition
        }
        const wanted = rfc9110(given.method, conditions, given.there ? { tag: current, modified } : undefined)
        const hasBody = given.method === 'PUT' || given.method === 'PATCH'
        const answer = await send(given.method, target, headers, hasBody ? { text: 'third' } : undefined)
        expect(results[answer.status] ?? answer.status, JSON.stringify(headers)).toBe(wanted)
        seen.set(wanted, (seen.get(wanted) ?? 0) + 1)

        // judged by state too: performed means done, refused means untouched
        const after = await send('GET', target)
        const text = given.method === 'DELETE' ? undefined : 'third'
        const isWrite = given.method !== 'GET' && given.method !== 'HEAD'
        const left = wanted === 'performed' && isWrite ? text : given.there ? 'second' : undefined
        expect(after.status === 200 ? JSON.parse(String(after.body)).text : undefined).toBe(left)
      }),
      { seed: 9110, numRuns: cases },
    )
    for (const result of ['performed', 'not modified', 'precondition failed', 'not found'] as const)
      expect(seen.get(result), result).toBeGreaterThan(cases / 100)
  })
})
