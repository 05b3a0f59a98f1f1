import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import type { Result } from '../../reports/model.ts'
import type { Contract } from '../../spec/contract.ts'
import { loadContract } from '../../spec/index.ts'
import { catalogue } from '../../suites/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import { type Credential, openTarget, withDefaults } from '../../suites/target.ts'

const folder = new URL('./', import.meta.url)
const documents = readdirSync(folder).filter((name) => name.endsWith('.openapi.yaml'))

/** The whole catalogue against the mock that acts out a document. */
async function resultsOf(document: string): Promise<Result[]> {
  const file = new URL(document, folder).pathname
  const contract = await loadContract(file)
  const listening = await createMock(contract, { seed: document, work: 5 }).listen({ port: 0 })
  const identities = identitiesOf(contract)
  const target = await openTarget(withDefaults({ urls: [listening.url], contract: file, seed: document, identities }))
  const session = new Session(target)
  const results: Result[][] = []
  const waiting = catalogue.entries()
  const worker = async (): Promise<void> => {
    for (const [at, check] of waiting) results[at] = await runCheck(check, target, { session, limit: 120_000 })
  }
  try {
    await Promise.all(Array.from({ length: target.limits.concurrency }, worker))
    return results.flat()
  } finally {
    await session.close()
    await listening.close()
  }
}

/** The callers that a document knows, where it tells them apart. */
function identitiesOf({ securitySchemes }: Contract): { a?: Credential; b?: Credential } {
  const known = [...securitySchemes.values()].flatMap((scheme) => Object.values(scheme['x-ifmatch-identities'] ?? {}))
  const [a, b] = known.map((token): Credential => ({ headers: [['Authorization', `Bearer ${token}`]], query: [] }))
  return { ...(a && { a }), ...(b && { b }) }
}

function line({ check, resource, verdict }: Result): string {
  return `${verdict} ${check} ${resource ?? '-'}`
}

test.concurrent.for(documents)('the mock that acts out %s is found right', { timeout: 120_000 }, async (document, { expect: held }) => {
  const results = await resultsOf(document)
  const alarms = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn' || verdict === 'inconclusive')
  held.soft(alarms.map((result) => `${line(result)}: ${result.reason}`)).toEqual([])
  const dialect = basename(document, '.openapi.yaml')
  const unproved = results.filter(({ verdict }) => verdict === 'skip' || verdict === 'info').map(line)
  await held(`${unproved.toSorted().join('\n')}\n`).toMatchFileSnapshot(`pinned/${dialect}.txt`)
})

test('there are documents', () => expect(documents).not.toEqual([]))
