import { expect, test } from 'vitest'
import { createMock, type Fault } from '../../mock/index.ts'
import { loadContract } from '../../spec/index.ts'
import { othersCannotTake } from '../../suites/caller-locks.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { withDefaults } from '../../suites/target.ts'

const document = new URL('accounts.openapi.yaml', import.meta.url).pathname

/** What is said of a server that answers the second of two callers in its own way when that one takes a lock. */
async function told(changes: Partial<Fault>): Promise<unknown> {
  const loaded = await loadContract(document)
  const mock = await createMock(loaded, { seed: '1', faults: [{ name: 'own', title: 'own', ...changes }] }).listen({ port: 0 })
  try {
    const [a, b] = ['anna', 'ben'].map((name) => ({
      headers: [['Authorization', `Bearer example-token-of-${name}`] as [string, string]],
      query: [],
    }))
    const config = withDefaults({ name: 'sheets', urls: [mock.url], contract: document, identities: { a, b }, seed: '1' })
    const [result] = await runCheck(othersCannotTake, { ...config, loaded }, { resource: 'sheet' })
    return [result!.verdict, result!.reason]
  } finally {
    await mock.close()
  }
}

const isBens = (headers: Parameters<NonNullable<Fault['request']>>[0]['headers']): boolean =>
  headers.some(([name, value]) => name.toLowerCase() === 'authorization' && value.endsWith('ben'))

test('a lock that is held is refused as the contract says', async () => {
  expect(await told({})).toEqual(['pass', null])
})

test('who may take no lock at all shows nothing of one that is held', async () => {
  const request: Fault['request'] = (received) =>
    received.target.endsWith('/checkout') && isBens(received.headers) ? { ...received, target: '/nowhere' } : received
  expect(await told({ request })).toEqual([
    'inconclusive',
    expect.stringMatching(/^another caller may not take a lock that is free, either: /),
  ])
})

test('another refusal than the promised one is found where the lock is the reason', async () => {
  const answer: Fault['answer'] = (given) => (given.status === 423 ? { ...given, status: 403 } : given)
  expect(await told({ answer })).toEqual(['fail', 'the answer is not what the contract says for "exists"'])
})
