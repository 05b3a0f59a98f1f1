import { describe, expect, test } from 'vitest'
import { createMock, type Fault } from '../../mock/index.ts'
import { loadContract } from '../../spec/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { keyOverridden } from '../../suites/overriding-keys.ts'
import { lockOverridden, lockOverriddenByOther } from '../../suites/overriding-locks.ts'
import { duplicateAllowed } from '../../suites/overriding-unique.ts'
import { withDefaults } from '../../suites/target.ts'

// Servers that differ from the mock in what no contract says of the words that switch off a uniqueness, a key or a lock

type Changes = Partial<Pick<Fault, 'request' | 'answer'>>

/** Does a request say one of the words? */
const says = ({ target, headers }: Parameters<NonNullable<Fault['request']>>[0]): boolean =>
  /[?&](force|again)=true/.test(target) || headers.some(([name]) => name.toLowerCase() === 'x-allow-duplicate')

const accounts = new URL('accounts.openapi.yaml', import.meta.url).pathname
const language = new URL('language.openapi.yaml', import.meta.url).pathname

const cases = [
  { check: duplicateAllowed, contract: accounts, resource: 'account' },
  { check: keyOverridden, contract: accounts, resource: 'badge' },
  { check: lockOverriddenByOther, contract: accounts, resource: 'sheet' },
  { check: lockOverridden, contract: language, resource: 'note' },
]

describe.each(cases)('$check.id', ({ check, contract, resource }) => {
  /** What it says of a server that does so. */
  async function told(changes: Changes): Promise<string> {
    const loaded = await loadContract(contract)
    const mock = await createMock(loaded, { seed: '1', faults: [{ name: 'own', title: 'own', ...changes }] }).listen({ port: 0 })
    try {
      const [a, b] = ['anna', 'ben'].map((name) => ({
        headers: [['Authorization', `Bearer example-token-of-${name}`] as [string, string]],
        query: [],
      }))
      const config = withDefaults({ name: 'own', urls: [mock.url], contract, identities: { a, b }, seed: '1' })
      const [result] = await runCheck(check, { ...config, loaded }, { resource })
      return `${result!.verdict}${result!.reason === null ? '' : `: ${result!.reason}`}`
    } finally {
      await mock.close()
    }
  }

  const answered = (status: number): Changes => ({
    answer: (given, { received }) => (says(received) ? { ...given, status } : given),
  })

  test('a right server passes', async () => {
    expect(await told({})).toBe('pass')
  })

  test('who may not override is not judged', async () => {
    expect(await told(answered(403))).toMatch(/^skip: we may not override: answered 403/)
  })

  test('what is begun and not done is not looked at', async () => {
    expect(await told(answered(202))).toBe('pass')
  })

  test('who does not know the word is found', async () => {
    expect(await told(answered(400))).toMatch(/^fail: /)
  })
})
