import { expect, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { catalogue } from '../../suites/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import { type Target, withDefaults } from '../../suites/target.ts'

const loaded = await loadContract(referenceApi)

/** Every check on payments, which ask who it is, for somebody who sends these header fields. */
async function alarmsOf(headers: readonly [string, string][]): Promise<string[]> {
  const listening = await createMock(loaded, { seed: 'nobody' }).listen({ port: 0 })
  const identities = { a: { headers: [...headers], query: [] } }
  const target: Target = { ...withDefaults({ urls: [listening.url], contract: 'built-in', identities, seed: 'nobody' }), loaded }
  const session = new Session(target)
  try {
    const alarms: string[] = []
    let judged = 0
    for (const check of catalogue)
      for (const { verdict, reason } of await runCheck(check, target, { session, resource: 'payment' })) {
        judged++
        if (verdict === 'fail' || verdict === 'warn') alarms.push(`${verdict} ${check.id}: ${reason}`)
      }
    expect(judged).toBeGreaterThan(100)
    return alarms
  } finally {
    await session.close()
    await listening.close()
  }
}

test.for([
  ['who has no credentials', []],
  ['who has wrong ones', [['Authorization', 'Bearer nobody-knows-it']]],
] as [string, [string, string][]][])('an API is not accused by %s', async ([, headers]) => {
  expect(await alarmsOf(headers)).toEqual([])
})
