import { describe, expect, test } from 'vitest'
import { gone, judged, saw, type Short } from './shorthand.ts'

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
