import { expect, onTestFinished, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import type { Leftover } from '../../reports/model.ts'
import { loadContract } from '../../spec/index.ts'
import { describedRefused } from '../../suites/described.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { targetAt } from './documents.ts'

const contract = new URL('undo.openapi.yaml', import.meta.url).pathname

/** What the check of described rules leaves behind, with and without what takes back the calls that the rule asks for. */
async function left(taken: boolean): Promise<Leftover[]> {
  const mock = await createMock(await loadContract(contract), { seed: 'undo' }).listen({ port: 0 })
  onTestFinished(mock.close)
  const target = await targetAt(mock.url, { contract })
  const [rule] = target.loaded.resources.get('page')!.rules
  if (!taken && rule?.kind === 'described') rule.undo = []
  const leftovers: Leftover[] = []
  const [result] = await runCheck(describedRefused, target, { onLeft: (some) => void leftovers.push(...some) })
  expect(result).toMatchObject({ verdict: 'pass' })
  return leftovers
}

test('an item that cannot be deleted after the calls of a rule is deleted once they were taken back', async () => {
  expect(await left(true)).toEqual([])
})

test('where nothing takes them back, it is told', async () => {
  expect(await left(false)).toMatchObject([{ reason: expect.stringContaining('its delete is answered 409') }])
})
