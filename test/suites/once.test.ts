import { expect, test } from 'vitest'
import type { Check } from '../../suites/kit/check.ts'
import type { Kit } from '../../suites/kit/kit.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import { serve, targetAt } from './documents.ts'
import { trial } from './trial.ts'

/** A check that looks at what is brought about under one name. */
function looking(id: string, bring: (kit: Kit) => Promise<string>): Check {
  return trial(async (kit) => kit.prove.that((await kit.once('test/brought', bring)) === 'brought', 'it is not so', 'a', 'b'), { id })
}

test('what several checks look at is brought about once, is evidence of each, and is deleted again', async () => {
  await using server = await serve()
  const target = await targetAt(server.url)
  const session = new Session(target)
  let times = 0
  const bring = async ({ resource }: Kit): Promise<string> => (await resource.create(), times++, 'brought')
  const checks = ['test/one', 'test/two', 'test/three'].map((id) => looking(id, bring))
  const results = (await Promise.all(checks.map((one) => runCheck(one, target, { session })))).flat()
  expect(results.map(({ verdict, reason }) => [verdict, reason])).toEqual(Array.from({ length: 3 }, () => ['pass', null]))
  expect(times).toBe(1)
  for (const { exchanges } of results) {
    expect(exchanges.map(({ request }) => request.method)).toContain('POST')
    expect(exchanges).toEqual(results[0]!.exchanges)
  }
  expect(session.requests.get('DELETE')).toBe(session.requests.get('POST'))
  await session.close()
})

test('a failure is not shared: the next check tries for itself', async () => {
  await using server = await serve()
  const target = await targetAt(server.url)
  const session = new Session(target)
  let times = 0
  const bring = async (kit: Kit): Promise<string> => {
    await kit.resource.create()
    return times++ === 0 ? kit.inconclusive('not this time') : 'brought'
  }
  const checks = ['test/one', 'test/two', 'test/three'].map((id) => looking(id, bring))
  const results = (await Promise.all(checks.map((one) => runCheck(one, target, { session })))).flat()
  expect(results.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'pass', 'pass'])
  expect(results[0]!.exchanges.map(({ request }) => request.method)).toContain('POST')
  expect(times).toBe(2)
  await session.close()
})

test('in runs that only read each check looks for itself', async () => {
  await using server = await serve()
  const target = { ...(await targetAt(server.url)), readOnly: true }
  const session = new Session(target)
  let times = 0
  const bring = async (): Promise<string> => (times++, 'brought')
  for (const id of ['test/one', 'test/two']) await runCheck(looking(id, bring), target, { session })
  expect(times).toBe(2)
  await session.close()
})
