import { createMock, type Listening } from '../../mock/index.ts'
import type { Result } from '../../reports/model.ts'
import type { Contract } from '../../spec/contract.ts'
import { referenceApi } from '../../spec/index.ts'
import { catalogue, runCheck } from '../../suites/index.ts'
import type { Check } from '../../suites/kit/check.ts'
import { Session } from '../../suites/kit/session.ts'
import { type Target, withDefaults } from '../../suites/target.ts'
import { type Asked, templateOf } from './fits.ts'
import { openRelay, type Passed, type Sent } from './relay.ts'

/** A check on one resource, or (undefined) on all that it applies to. */
export interface Part {
  check: Check
  resource: string | undefined
}

/** What a run of the suites against the mock left behind. */
export interface Seen {
  results: Result[]
  /** Everything that passed between suites and mock, deletions at the end included. */
  passed: Passed[]
}

/** Every check on every resource. */
export const everything: Part[] = catalogue.map((check) => ({ check, resource: undefined }))

const seed = 'conformance'

/** A mock of its own on a free port. */
export function openMock(contract: Contract): Promise<Listening> {
  return createMock(contract, { seed }).listen({ port: 0 })
}

/**
 * Runs checks against a mock and keeps what passed.
 *
 * @param route the base URL for a request; left out: the mock
 */
export async function run(contract: Contract, mock: Listening, parts: Part[], route?: (asked: Sent) => string): Promise<Seen> {
  const relay = await openRelay(route ?? (() => mock.url))
  const target = targetAt(relay.url, contract)
  const session = new Session(target)
  const results: Result[][] = []
  const waiting = parts.entries()
  const worker = async (): Promise<void> => {
    for (const [at, { check, resource }] of waiting)
      results[at] = await runCheck(check, target, { session, limit: 120_000, ...(resource !== undefined && { resource }) })
  }
  try {
    await Promise.all(Array.from({ length: target.limits.concurrency }, worker))
    return { results: results.flat(), passed: relay.passed }
  } finally {
    await session.close()
    await relay.close()
  }
}

/** `check resource` and its verdict. */
export function verdicts(results: Result[]): Map<string, string> {
  return new Map(results.map(({ check, resource, verdict }) => [`${check} ${resource}`, verdict]))
}

/** Which of the document's answers an exchange is: method, path, status and, of an error, the type of problem. */
export function kindOf(contract: Contract, { method, target }: Asked, status: number, body: string): string {
  const type = status >= 400 && body.startsWith('{') ? (JSON.parse(body) as { type?: string }).type : undefined
  return [method, templateOf(contract, target) ?? target, status, ...(type === undefined ? [] : [type])].join(' ')
}

/**
 * Checks that between them see every kind of answer that the results have, the ones that see the most new kinds in the fewest exchanges first.
 *
 * @param seen kinds that need not be seen again
 */
export function coverOf(contract: Contract, results: Result[], seen: Set<string>): Part[] {
  const open = results.map((result) => ({ result, kinds: kindsIn(contract, result, seen) }))
  const worth = ({ result, kinds }: (typeof open)[number]): number => kinds.size / (result.exchanges.length || 1)
  const parts: Part[] = []
  for (;;) {
    const best = open.reduce((a, b) => (worth(b) > worth(a) ? b : a))
    if (best.kinds.size === 0) return parts
    const check = catalogue.find(({ id }) => id === best.result.check)!
    parts.push({ check, resource: best.result.resource ?? undefined })
    for (const kind of best.kinds) for (const { kinds } of open) kinds.delete(kind)
  }
}

function kindsIn(contract: Contract, { exchanges }: Result, without: Set<string>): Set<string> {
  const kinds = exchanges.map(({ request, response }) => {
    const { pathname, search } = new URL(request.url)
    return kindOf(contract, { method: request.method, target: pathname + search }, response?.status ?? 0, response?.body?.text ?? '')
  })
  return new Set(kinds.filter((kind) => !without.has(kind)))
}

function targetAt(url: string, contract: Contract): Target {
  const known = [...contract.securitySchemes.values()].flatMap((scheme) => Object.values(scheme['x-ifmatch-identities'] ?? {}))
  const [a, b] = known.map((credential) => ({ headers: [['Authorization', `Bearer ${credential}`] as [string, string]], query: [] }))
  const identities = { ...(a && { a }), ...(b && { b }) }
  return { ...withDefaults({ urls: [url], contract: referenceApi, identities, seed, timeout: 30_000 }), loaded: contract }
}
