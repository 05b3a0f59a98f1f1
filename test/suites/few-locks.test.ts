import { describe, expect, test } from 'vitest'
import { createMock, type Fault } from '../../mock/index.ts'
import type { Result } from '../../reports/model.ts'
import type { Contract } from '../../spec/contract.ts'
import { loadContract } from '../../spec/index.ts'
import { catalogue } from '../../suites/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import { withDefaults } from '../../suites/target.ts'

// A caller may hold few locks at a time, and gives back the oldest by taking another: no contract says that it may not be so

const documents = ['language.openapi.yaml', 'accounts.openapi.yaml']
const holding = catalogue.filter(({ needs }) => needs.some((need) => need.startsWith('lock')))

/** A server whose callers hold so many locks at a time. */
function fewLocks(most: number, callerOf = (holder: string | undefined) => holder): Fault {
  let held: { holder: string | undefined; resource: string; key: string }[] = []
  return {
    name: 'few-locks',
    title: 'own',
    writes(writes) {
      const taken = writes.find((write) => write.kind === 'hold')
      if (!taken) return writes
      const { resource, key } = taken
      const holder = callerOf(taken.hold.holder)
      const others = held.filter((one) => one.key !== key)
      const back = others.filter((one) => one.holder === holder).slice(0, most === 1 ? undefined : 1 - most)
      held = [...others.filter((one) => !back.includes(one)), { holder, resource, key }]
      return [...back.map((one) => ({ kind: 'unhold' as const, resource: one.resource, key: one.key })), ...writes]
    },
  }
}

/** A server that refuses a second lock to who holds one. */
const oneOrNone: Fault = {
  name: 'one-or-none',
  title: 'own',
  decision(decision, { memory, model, view, facts }) {
    if (decision.kind !== 'perform' || decision.locking?.does !== 'acquire') return decision
    const caller = facts.caller ?? 'anybody'
    const last = memory.get(caller) as string | undefined
    if (last !== undefined && last !== decision.key && view.hold(model.resource.name, last) !== undefined)
      return { kind: 'reject', status: 403, reason: { text: 'you hold another', rule: 'own', pointer: '' }, headers: [], errors: [] }
    memory.set(caller, decision.key)
    return decision
  },
}

/** What all checks that hold locks say, beside each other. */
async function told(document: string, faults: (Fault | string)[], only = ''): Promise<Result[]> {
  const contract = new URL(document, import.meta.url).pathname
  const loaded: Contract = await loadContract(contract)
  const mock = await createMock(loaded, { seed: '1', faults }).listen({ port: 0 })
  const [a, b] = Object.values(loaded.securitySchemes.get('bearerAuth')?.['x-ifmatch-identities'] ?? {}).map((token) => ({
    headers: [['Authorization', `Bearer ${String(token)}`] as [string, string]],
    query: [],
  }))
  const target = { ...withDefaults({ name: 'few', urls: [mock.url], contract, identities: { a, b }, seed: '1' }), loaded }
  const session = new Session(target)
  try {
    const checks = holding.filter(({ id }) => id.startsWith(only))
    return (await Promise.all(checks.map((check) => runCheck(check, target, { session })))).flat()
  } finally {
    const left = await session.close()
    // a lock that is never given back cannot be written past
    if (!faults.includes('lock-never-released')) expect(left).toEqual([])
    await mock.close()
  }
}

const words = (results: Result[], ...verdicts: Result['verdict'][]): string[] =>
  results.filter(({ verdict }) => verdicts.includes(verdict)).map(({ check, resource, reason }) => `${check} on ${resource}: ${reason}`)

describe.each(documents)('%s', (document) => {
  test.each([1, 3])('whose callers hold %i locks at a time is not accused', async (most) => {
    const results = await told(document, [fewLocks(most)])
    const right = await told(document, [])
    expect(words(results, 'fail', 'warn', 'info', 'inconclusive')).toEqual([])
    // what many locks of one caller would show is all that is left out
    const passed = (all: Result[]): string[] => words(all, 'pass').toSorted()
    expect(passed(results)).toEqual(passed(right).filter((line) => !line.startsWith('locks/taken-at-once')))
  })

  test('whose callers hold one lock at a time, and refuse to give them another, is not accused', async () => {
    const results = await told(document, [oneOrNone])
    expect(words(results, 'fail', 'warn', 'info', 'inconclusive')).toEqual([])
  })
})

test('it is said why many locks of one caller show nothing', async () => {
  const results = await told('language.openapi.yaml', [fewLocks(1)], 'locks/taken-at-once')
  expect(words(results, 'skip')).toEqual([
    'locks/taken-at-once-all-kept on note: a caller may hold few locks at a time: of 2 that were taken one after another 1 are held',
    'locks/taken-at-once-all-kept on task: the lock is held for 1000 ms only',
  ])
})

test('locks that are lost to another caller are not given back by their holder', async () => {
  const anybody = fewLocks(1, () => 'anybody')
  expect(words(await told('accounts.openapi.yaml', [anybody]), 'fail')).not.toEqual([])
})

describe('bugs of locks are found where all checks hold locks at the same time', () => {
  const pairs = holding.flatMap(({ id, catches }) => catches.map((fault) => [fault, id] as const))
  const named = [...new Set(pairs.map(([fault]) => fault))].filter((fault) => fault.startsWith('lock'))

  test.each(named)('%s', async (fault) => {
    const results = (await Promise.all(documents.map((document) => told(document, [fault])))).flat()
    const failed = new Set(results.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check))
    expect(pairs.filter(([name, id]) => name === fault && !failed.has(id))).toEqual([])
  })

  test.each(['lock-ignored', 'lock-taken-twice', 'lock-token-unknown'])('%s, and a caller may hold one', async (fault) => {
    const results = await told('language.openapi.yaml', [fault, fewLocks(1)])
    const failed = words(results, 'fail').map((line) => line.split(' ')[0])
    expect(failed).toEqual(
      expect.arrayContaining(pairs.filter(([name, id]) => name === fault && !id.includes('caller')).map(([, id]) => id)),
    )
  })
})
