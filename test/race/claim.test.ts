import fc from 'fast-check'
import { expect, test } from 'vitest'
import { claim, unseenRate } from '../../suites/history/claim.ts'

test.each([
  [1, 0, '1 round, no loss seen: rate below 95 % at 95 %'],
  [5, 0, '5 rounds, no loss seen: rate below 46 % at 95 %'],
  [200, 0, '200 rounds, no loss seen: rate below 1.5 % at 95 %'],
  [10_000, 0, '10,000 rounds, no loss seen: rate below 0.030 % at 95 %'],
  [0, 0, 'no round was finished: nothing can be said'],
  [20, 3, '20 rounds, a loss proved in 3'],
  [20, 20, '20 rounds, a loss proved in each'],
  [1, 1, '1 round, a loss proved in 1'],
])('%i rounds, %i losses: %s', (rounds, losses, words) => {
  expect(claim(rounds, losses)).toBe(words)
})

test('a rate that is claimed to be excluded would have been seen 19 times of 20', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (rounds) => {
      expect((1 - unseenRate(rounds)) ** rounds).toBeCloseTo(0.05, 6)
      const said = Number(/below ([\d.]+) %/.exec(claim(rounds, 0))![1]) / 100
      expect(said).toBeGreaterThanOrEqual(unseenRate(rounds) - 1e-10)
      expect(said).toBeLessThan(unseenRate(rounds) * 1.11)
    }),
    { seed: 7 },
  )
})

test.each([
  [-1, 0],
  [3, 4],
  [2.5, 0],
  [3, -1],
])('%d rounds and %d losses are refused', (rounds, losses) => {
  expect(() => claim(rounds, losses)).toThrow(RangeError)
})
