import type { Fact, Result, Verdict } from '../../../reports/model.ts'
import { fileURLToPath } from 'node:url'
import type { Contract } from '../../../spec/contract.ts'
import { loadContract } from '../../../spec/index.ts'
import { factsFrom, type Sighting } from '../../../suites/facts/index.ts'
import { catalogue, runCheck } from '../../../suites/index.ts'
import { Session } from '../../../suites/kit/session.ts'
import { type Target, type TargetConfig, withDefaults } from '../../../suites/target.ts'
import type { Bug, Habits } from './habits.ts'
import { contractFile, openLibrary } from './library.ts'

/** How a library is told to be, and what its contract says of it. */
export interface Case {
  habits?: Partial<Habits>
  bug?: Bug
  /** Overlays of the contract, by the name of their file. */
  overlays?: string[]
  target?: Partial<TargetConfig>
  /** Only the checks whose id begins so, or (a list) these, as `check` or `check on resource`. */
  only?: string | readonly string[]
}

/** The whole catalogue against one library, a few checks at a time. */
export async function hold(held: Case): Promise<Result[]> {
  return (await holdAll(held)).results
}

/** What is seen of the library by these checks, as `resource: words`. */
export async function seen(held: Case, checks: readonly string[]): Promise<{ facts: Fact[]; words: string[] }> {
  const { facts } = await holdAll({ ...held, only: checks })
  return { facts, words: facts.map(({ resource, words }) => `${resource}: ${words}`) }
}

async function holdAll({ habits, bug, overlays = [], target = {}, only = '' }: Case): Promise<{ results: Result[]; facts: Fact[] }> {
  await using library = await openLibrary(habits, bug)
  const config = withDefaults({ name: 'library', urls: [library.url], contract: contractFile, seed: '1', ...target })
  return await judge({ ...config, loaded: await contractWith(overlays) }, only)
}

/** The whole catalogue, or a part of it, against a target, a few checks at a time. */
export async function judge(opened: Target, only: string | readonly string[]): Promise<{ results: Result[]; facts: Fact[] }> {
  const session = new Session(opened)
  const wanted = typeof only === 'string' ? catalogue.filter(({ id }) => id.startsWith(only)).map(({ id }) => id) : only
  const waiting = wanted.map((words) => words.split(' on '))
  const results: Result[] = []
  const sightings: Sighting[] = []
  const onSeen = (some: Sighting[]): void => void sightings.push(...some)
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [id, resource] = next
      results.push(...(await runCheck(checkOf.get(id!)!, opened, { session, resource, onSeen, limit: 120_000 })))
    }
  }
  try {
    await Promise.all(Array.from({ length: 12 }, work))
  } finally {
    await session.close()
  }
  const ids = catalogue.map(({ id }) => id)
  return { results, facts: factsFrom(sightings, opened.loaded.resources, ids) }
}

const checkOf = new Map(catalogue.map((check) => [check.id, check]))

const contracts = new Map<string, Promise<Contract>>()

/** The contract of the library under overlays, loaded once. */
function contractWith(overlays: readonly string[]): Promise<Contract> {
  const key = overlays.join()
  const files = overlays.map((name) => fileURLToPath(new URL(`${name}.overlay.yaml`, import.meta.url)))
  const loaded = contracts.get(key) ?? loadContract(contractFile, { overlays: files })
  contracts.set(key, loaded)
  return loaded
}

/** Those with one of the verdicts as `check on resource: reason; seen`, in order. */
export function told(results: Result[], ...verdicts: Verdict[]): string[] {
  return results
    .filter(({ verdict }) => verdicts.includes(verdict))
    .map(
      ({ check, resource, verdict, reason, seen }) =>
        `${verdict} ${check}${resource ? ` on ${resource}` : ''}: ${reason}${seen ? `; seen: ${seen}` : ''}`,
    )
    .toSorted()
}
