import { expect, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import type { Result } from '../../reports/model.ts'
import { loadContract } from '../../spec/index.ts'
import { oneWinner } from '../../suites/races/stale-token.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { defaultLimits, type Limits, withDefaults } from '../../suites/target.ts'

const contract = new URL('./servers/notes.openapi.yaml', import.meta.url).pathname
const loaded = await loadContract(contract)

/** The race of writers against a mock with this fault that listens on so many ports. */
async function raced(fault: string, nodes: number, limits: Partial<Limits> = {}): Promise<Result> {
  const mock = createMock(loaded, { faults: [fault] })
  const listening = await Promise.all(Array.from({ length: nodes }, () => mock.listen({ port: 0 })))
  const parts = { urls: listening.map(({ url }) => url), contract, limits: { ...defaultLimits, ...limits } }
  const [result] = await runCheck(oneWinner, { ...withDefaults(parts), loaded })
  await Promise.all(listening.map(({ close }) => close()))
  return result!
}

test('a lock in the memory of each node is found by writers that meet at two of them', async () => {
  const result = await raced('locked-per-listener', 2)
  expect(result).toMatchObject({ verdict: 'fail', race: { losses: 1 } })
  // which node each was sent to is told
  expect(new Set(result.race!.shown!.operations.filter(({ role }) => role === 'write').map(({ url }) => url)).size).toBe(2)
})

test('at one node alone it keeps its promise', async () => {
  expect(await raced('locked-per-listener', 1)).toMatchObject({ verdict: 'pass' })
})

test.each([{ concurrency: 1 }, { rate: 1 }])('where the limits allow no two at once (%o), nothing is raced', async (limits) => {
  const { verdict, reason } = await raced('check-then-write-20ms', 1, limits)
  expect({ verdict, reason }).toEqual({
    verdict: 'skip',
    reason: 'a race sends at least 2 requests at once; the limits allow 1 (limits.concurrency, limits.rate: --concurrency, --rps)',
  })
})

test('as many meet as the limits allow', async () => {
  const { verdict, race } = await raced('check-then-write-20ms', 1, { concurrency: 3 })
  expect(verdict).toBe('fail')
  expect(race!.shown!.operations.filter(({ role }) => role === 'write')).toHaveLength(3)
})
