import type { Fact, Result } from '../../reports/model.ts'
import type { Fault } from '../../mock/fault.ts'
import { createMock } from '../../mock/index.ts'
import type { Contract } from '../../spec/contract.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import type { Check } from '../../suites/kit/check.ts'
import { factsFrom, type Sighting } from '../../suites/facts/index.ts'
import { catalogue } from '../../suites/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import { type Credential, type Target, withDefaults } from '../../suites/target.ts'

/** The two families of answers that the reference API is read with. */
export const families: readonly (readonly string[])[] = [[], ['conflict409']]

/** What the mock acts out: the reference API in its families, and a document for what that has no use for (tokens in several places and parts, locks, bulk). */
export const worlds: readonly { name: string; dialects: readonly string[]; document?: string }[] = [
  ...families.map((dialects) => ({ name: dialects.join() || 'rfc9110', dialects })),
  { name: 'language', dialects: [], document: new URL('./language.openapi.yaml', import.meta.url).pathname },
  { name: 'accounts', dialects: [], document: new URL('./accounts.openapi.yaml', import.meta.url).pathname },
]

/** The mock has one form of each item: what compares forms passes in `oddities.test.ts`. */
export const passElsewhere: readonly string[] = ['entity-tags/coding-distinct', 'entity-tags/variants-distinct']

const contracts = new Map<string, Promise<Contract>>()

/** The reference API (or another document), loaded once for each family. */
export function referenceContract(dialects: readonly string[], document: string = referenceApi): Promise<Contract> {
  const key = [document, ...dialects].join()
  const loaded = contracts.get(key) ?? loadContract(document, { dialects: [...dialects] })
  contracts.set(key, loaded)
  return loaded
}

/** The built-in mock on a free port, with faults if wanted, as a target with its two identities. */
export async function builtIn(
  dialects: readonly string[],
  faults: readonly (string | Fault)[] = [],
  document: string = referenceApi,
): Promise<{ run(check: Check, resource?: string): Promise<Result[]>; facts(): Fact[]; [Symbol.asyncDispose](): Promise<void> }> {
  const loaded = await referenceContract(dialects, document)
  const listening = await createMock(loaded, { seed: 'faults', work: 5, faults }).listen({ port: 0 })
  const [a, b] = Object.values(loaded.securitySchemes.get('bearerAuth')?.['x-ifmatch-identities'] ?? {}).map((token): Credential => ({
    headers: [['Authorization', `Bearer ${String(token)}`]],
    query: [],
  }))
  const target: Target = {
    ...withDefaults({
      name: 'built-in',
      urls: [listening.url],
      contract: 'built-in',
      dialects: [...dialects],
      identities: { a, b },
      seed: 'faults',
    }),
    loaded,
  }
  const session = new Session(target)
  // nothing works behind the mock: items need not be watched to know it
  for (const name of loaded.resources.keys()) session.jobs.set(name, Promise.resolve(0))
  const sightings: Sighting[] = []
  const onSeen = (some: Sighting[]): void => void sightings.push(...some)
  return {
    run: (check, resource) => runCheck(check, target, { session, resource, onSeen }),
    facts: () =>
      factsFrom(
        sightings,
        loaded.resources,
        catalogue.map(({ id }) => id),
      ),
    async [Symbol.asyncDispose]() {
      await session.close()
      await listening.close()
    },
  }
}
