import { expect, test } from 'vitest'
import { judge } from '../../suites/history/judge.ts'
import { agreement } from './agreement.ts'
import { gone, judged, operations, saw, type Short } from './shorthand.ts'

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
