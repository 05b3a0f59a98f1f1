import { describe, expect, test } from 'vitest'
import type { RaceOperation, RaceState } from '../../reports/model.ts'
import { promises, type History, type Promises } from '../../suites/history/history.ts'
import { judge } from '../../suites/history/judge.ts'
import { agreement } from './agreement.ts'

const start: RaceState = { exists: true, value: 'v0', token: '"0"' }
const gone: RaceState = { exists: false, value: null, token: null }
const saw = (value: string, token: string | null = null): RaceState => ({ exists: true, value, token })

/** Operations from a short form: `at` is call and end. */
type Short = Partial<RaceOperation> & { at: [number, number] | [number] }

function operations(...all: Short[]): RaceOperation[] {
  return all.map(({ at: [call, end], ...rest }, index) => ({
    id: index + 1,
    writer: 'ABCDEFGH'[index]!,
    role: rest.wrote === undefined ? 'read' : 'write',
    call,
    end: end ?? null,
    sent: null,
    wrote: null,
    outcome: end === undefined ? 'unknown' : 'done',
    status: end === undefined ? null : 200,
    shown: null,
    ...rest,
  }))
}

type Rest = Partial<Promises> & Partial<Omit<History, 'operations'>>

function judged(all: Short[], { start: from = start, earlier = [], ...promised }: Rest = {}) {
  const { verdict, findings } = judge({ start: from, operations: operations(...all), earlier }, { ...promises, ...promised })
  return { verdict, kinds: findings.map(({ kind }) => kind), words: findings[0]?.words, proof: findings[0]?.operations }
}

test('agrees with brute force on 20,000 random histories; every kind of finding is among them', { timeout: 120_000 }, () => {
  const { histories, unexplained, kinds } = agreement(20_000, 42)
  expect(unexplained / histories).toBeGreaterThan(0.2)
  expect(unexplained / histories).toBeLessThan(0.8)
  const all = [
    'broken-chain',
    'created-twice',
    'lost-update',
    'no-winner',
    'not-carried-out',
    'order',
    'phantom',
    'refused-current',
    'rejected-visible',
    'same-token',
  ]
  expect(Object.keys(kinds).sort()).toEqual(all)
  for (const [kind, count] of Object.entries(kinds)) expect(count / histories, kind).toBeGreaterThan(0.01)
})

describe('what is found', () => {
  test('two wins on one token', () => {
    const found = judged([
      { at: [1, 9], wrote: 'a', sent: '"0"' },
      { at: [2, 9], wrote: 'b', sent: '"0"', outcome: 'refused', status: 412 },
      { at: [2, 8], wrote: 'c', sent: '"0"' },
    ])
    expect(found).toEqual({
      verdict: 'proved',
      kinds: ['lost-update'],
      words: `A's write of "a" and C's write of "c" both took effect upon the same version (token "0"): one of them was overwritten unseen`,
      proof: [1, 3],
    })
  })

  test('two wins on one version that has two names', () => {
    const found = judged([
      { at: [1, 2], shown: saw('v0', 'W/"0"') },
      { at: [3, 9], wrote: 'a', sent: 'W/"0"' },
      { at: [4, 9], wrote: 'b', sent: '"0"' },
    ])
    expect(found.kinds).toEqual(['lost-update'])
  })

  test('a write that no answer acknowledged but a read showed, beside a win', () => {
    const found = judged([
      { at: [1], wrote: 'a', sent: '"0"' },
      { at: [2, 9], wrote: 'b', sent: '"0"' },
      { at: [3, 4], shown: saw('a') },
    ])
    expect([found.kinds, found.proof]).toEqual([['lost-update'], [1, 2, 3]])
  })

  test('a delete and a write with one token', () => {
    const found = judged([
      { at: [1, 9], wrote: 'a', sent: '"0"' },
      { at: [2, 9], role: 'delete', sent: '"0"' },
    ])
    expect(found.kinds).toEqual(['lost-update'])
  })

  test('success that was not carried out, whatever is promised of reads', () => {
    const found = judged([
      { at: [1, 3], wrote: 'a', sent: '"0"' },
      { at: [4, 5], shown: saw('v0', '"0"'), settled: true },
    ])
    expect([found.kinds, found.proof]).toEqual([['not-carried-out'], [1, 2]])
    expect(found.words).toBe(`A's write of "a" was acknowledged (200), but when all had ended B saw "v0"`)
  })

  test('the same without tokens, and for a delete', () => {
    const unconditional = judged([
      { at: [1, 3], wrote: 'a' },
      { at: [4, 5], shown: saw('v0'), settled: true },
    ])
    const deleted = judged([
      { at: [1, 3], role: 'delete', status: 204 },
      { at: [4, 5], shown: saw('v0'), settled: true },
    ])
    expect([unconditional.kinds, deleted.kinds]).toEqual([['not-carried-out'], ['not-carried-out']])
  })

  test('two creates of one item', () => {
    const create = { role: 'create', sent: null } as const
    const found = judged(
      [
        { at: [1, 9], wrote: 'a', ...create, status: 201 },
        { at: [2, 9], wrote: 'b', ...create, status: 201 },
      ],
      { start: gone },
    )
    expect(found.words).toBe(`A's create of "a" and B's create of "b" both succeeded where only one can`)
  })

  test('a refused write that is there all the same', () => {
    const found = judged([
      { at: [1, 9], wrote: 'a', sent: '"0"', outcome: 'refused', status: 412 },
      { at: [2, 3], shown: saw('a') },
    ])
    expect(found.words).toBe(`A's write of "a" was refused (412), and yet B saw "a"`)
  })

  test('a win that leaves its token as it was', () => {
    const found = judged([{ at: [1, 9], wrote: 'a', sent: '"0"', shown: saw('a', '"0"') }])
    expect([found.kinds, found.proof]).toEqual([['same-token'], [1]])
  })

  test('an older version after a newer one, only where reads show the latest', () => {
    const all: Short[] = [
      { at: [1, 2], wrote: 'a', sent: '"0"' },
      { at: [3, 4], shown: saw('a') },
      { at: [5, 6], shown: saw('v0') },
    ]
    expect(judged(all, { reads: 'latest' }).kinds).toEqual(['order'])
    expect(judged(all).verdict).toBe('consistent')
  })

  test('everybody refused, nothing else under way: doubtful, no proof', () => {
    const refused = { sent: '"0"', outcome: 'refused', status: 412 } as const
    const found = judged([
      { at: [1, 9], wrote: 'a', ...refused },
      { at: [2, 9], wrote: 'b', ...refused },
    ])
    expect([found.verdict, found.kinds]).toEqual(['doubtful', ['no-winner']])
  })

  test('nobody wins, though one who comes later with the same version does', () => {
    const refused = { sent: '"0"', outcome: 'refused', status: 412 } as const
    const both: Short[] = [
      { at: [1, 9], wrote: 'a', ...refused },
      { at: [2, 9], wrote: 'b', ...refused },
    ]
    expect(judged([...both, { at: [10, 11], wrote: 'c', sent: '"0"' }])).toMatchObject({ kinds: ['no-winner'], proof: [1, 2, 3] })
    expect(judged([...both, { at: [8, 11], wrote: 'c', sent: '"0"' }]).kinds).toEqual([])
  })

  test('a value of before the race, where reads show the latest', () => {
    const all: Short[] = [{ at: [1, 2], shown: saw('older') }]
    expect(judged(all, { earlier: ['older'], reads: 'latest' }).kinds).toEqual(['order'])
    expect(judged(all, { earlier: ['older'] }).kinds).toEqual([])
  })

  test('a value that nobody wrote', () => {
    expect(judged([{ at: [1, 2], shown: saw('x') }]).kinds).toEqual(['phantom'])
  })
})

describe('what is never accused', () => {
  const spared: [string, Short[], Rest?][] = [
    [
      'a tag made of the content: A, B, A again with the first tag, and the old token holds again',
      [
        { at: [1, 2], wrote: 'b', sent: '"0"', shown: saw('b', '"b"') },
        { at: [3, 4], wrote: 'v0', sent: '"b"', shown: saw('v0', '"0"') },
        { at: [5, 6], wrote: 'c', sent: '"0"' },
        { at: [7, 8], shown: saw('c'), settled: true },
      ],
      { reads: 'latest', refusals: 'exact' },
    ],
    [
      'a date that does not change within its second',
      [
        { at: [1, 2], wrote: 'a', sent: 'Sun', shown: saw('a', 'Sun') },
        { at: [3, 4], wrote: 'b', sent: 'Sun', shown: saw('b', 'Sun') },
      ],
      { tokens: 'may-repeat', start: saw('v0', 'Sun') },
    ],
    [
      'a counter that begins again after a delete',
      [
        { at: [1, 2], role: 'delete', sent: '"0"' },
        { at: [3, 4], role: 'create', wrote: 'a' },
        { at: [5, 6], wrote: 'b', sent: '"0"' },
      ],
    ],
    [
      'an answer that never came, and a winner beside it',
      [
        { at: [1], wrote: 'a', sent: '"0"' },
        { at: [2, 9], wrote: 'b', sent: '"0"' },
      ],
    ],
    [
      'nobody who wins while one answer is missing',
      [
        { at: [1], wrote: 'a', sent: '"0"' },
        { at: [2, 9], wrote: 'b', sent: '"0"', outcome: 'refused', status: 412 },
      ],
    ],
    [
      'a write whose answer was lost, and which comes late',
      [
        { at: [1], wrote: 'a', sent: '"0"' },
        { at: [2, 3], shown: saw('v0'), settled: true },
        { at: [9, 10], shown: saw('a') },
      ],
    ],
    ['a replica that has not heard of the item yet', [{ at: [1, 2], shown: gone }]],
    [
      'two deletes of one version',
      [
        { at: [1, 9], role: 'delete', sent: '"0"', status: 204 },
        { at: [2, 8], role: 'delete', sent: '"0"', status: 204 },
        { at: [10, 11], shown: gone, settled: true },
      ],
      { reads: 'latest' },
    ],
    [
      'a weak tag that grows strong with age',
      [
        { at: [1, 2], wrote: 'a', sent: '"0"', shown: saw('a', 'W/"1"') },
        { at: [3, 4], shown: saw('a', '"1"') },
        { at: [5, 6], wrote: 'b', sent: '"1"' },
      ],
      { reads: 'latest' },
    ],
    [
      'a store that refuses while another write is under way',
      [
        { at: [1, 9], wrote: 'a', sent: '"0"' },
        { at: [2, 3], wrote: 'b', sent: '"0"', outcome: 'refused', status: 409 },
        { at: [10, 11], shown: saw('a'), settled: true },
      ],
    ],
    [
      'a copy that is behind, even at the start: what was there before the race is shown after it, and the token was old',
      [
        { at: [1, 9], wrote: 'a', sent: '"0"', outcome: 'refused', status: 412 },
        { at: [10, 11], shown: saw('older', '"00"'), settled: true },
      ],
      { earlier: ['older'] },
    ],
    [
      'an item whose value nobody showed before the race',
      [{ at: [1, 2], shown: saw('old', '"0"') }],
      { start: { exists: true, value: null, token: '"0"' } },
    ],
  ]
  test.each(spared)('%s', (_name, all, promised) => {
    expect(judged(all, promised)).toEqual({ verdict: 'consistent', kinds: [], words: undefined, proof: undefined })
  })
})

test('what would take too long is not decided', () => {
  const create = (index: number): Short => ({ at: [1, 100], role: 'create', wrote: `c${index}` })
  const remove = (): Short => ({ at: [1, 100], role: 'delete' })
  const crowd = Array.from({ length: 16 }, (_, index) => [create(index), remove()]).flat()
  const late: Short[] = [
    { at: [101, 102], shown: saw('c0'), settled: true },
    { at: [103, 104], shown: saw('c1'), settled: true },
  ]
  const { verdict, findings, reason } = judge({
    start: gone,
    operations: operations(...crowd, ...late).map((each, index) => ({ ...each, id: index + 1, writer: 'A' })),
  })
  expect([verdict, findings]).toEqual(['inconclusive', []])
  expect(reason).toMatch(/no order was found/)
})

test.each<[string, Short]>([
  ['operation 1 of the history: done, but without an end', { at: [1], wrote: 'a', outcome: 'done' }],
  ['operation 1 of the history: its end (1 ms) lies before its call (2 ms)', { at: [2, 1] }],
  ['operation 1 of the history: a write that wrote nothing', { at: [1, 2], role: 'write' }],
  ['operation 1 of the history: a read that wrote "a"', { at: [1, 2], role: 'read', wrote: 'a' }],
])('%s', (message, short) => {
  expect(() => judged([short])).toThrow(new RangeError(message))
})
