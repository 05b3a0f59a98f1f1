import { expect, test } from 'vitest'
import { runCheck } from '../../suites/kit/run.ts'
import { onePatches } from '../../suites/races/index.ts'
import { serve, targetAt } from '../suites/documents.ts'

/** What the patches of the round that is shown wrote. */
async function written(seed: string): Promise<unknown[]> {
  await using server = await serve()
  const [result] = await runCheck(onePatches, await targetAt(server.url, { seed, races: { rounds: 1, writers: 2 } }))
  expect(result).toMatchObject({ verdict: 'pass', reason: null })
  return result!
    .race!.shown!.operations.filter(({ role }) => role === 'write')
    .map(({ wrote }) => wrote)
    .toSorted()
}

test('a seed brings the same patches back', async () => {
  const first = await written('one')
  expect(first).toHaveLength(2)
  expect(await written('one')).toEqual(first)
  expect(await written('two')).not.toEqual(first)
})
