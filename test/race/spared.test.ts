import { describe, expect, test } from 'vitest'
import { gone, judged, type Rest, saw, type Short } from './shorthand.ts'

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
