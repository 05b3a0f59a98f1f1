import { faults } from '../../mock/index.ts'
import type { Result } from '../../reports/model.ts'
import { catalogue } from '../../suites/index.ts'
import type { Check } from '../../suites/kit/check.ts'
import { builtIn, worlds } from './built-in.ts'
import { watch } from './touched.ts'

/** A finding: the check's own severity, and not one about what nobody promised. */
export function finds(check: Check, results: readonly Result[]): boolean {
  return results.some(({ verdict, reason }) => verdict === check.severity && !reason?.startsWith('not promised'))
}

/** Checks that run beside each other; what one waits for costs the others nothing. */
const beside = 24

/** Where a check is held against a fault that it does not name: the name of a world and a resource in it. */
export type Homes = Record<string, [world: string, resource: string]>

/** Which checks find which fault, as it is pinned. */
export const pinnedMatrix: URL = new URL('./pinned/matrix.json', import.meta.url)

/** Where the checks of the pinned matrix are at home. */
export const pinnedHomes: URL = new URL('./pinned/homes.json', import.meta.url)

/** Windows so narrow that chance has a part in who finds them: `test/race/windows.test.ts` and `bench/race-sharpness.ts` hold them; the matrix has the one of 20 ms. */
export const narrow: readonly string[] = ['check-then-write-turn', 'check-then-write-1ms', 'check-then-write-5ms']

/** The first world, and the first resource there, that each check passes on without faults. */
export async function findHomes(): Promise<Homes> {
  const homes: Homes = {}
  for (const { name, dialects, document } of worlds) {
    const homeless = catalogue.filter(({ id }) => !homes[id])
    await using mock = await builtIn(dialects, [], document)
    for (const { check, resource, verdict } of (await Promise.all(homeless.map((check) => mock.run(check)))).flat())
      if (verdict === 'pass') homes[check] ??= [name, resource!]
  }
  return homes
}

/** Checks that need requests to meet, in which chance has a part. */
function isByChance({ id, races }: Check): boolean {
  return races || id === 'idempotency/in-flight'
}

/** Whom these hit depends on the second in which the check begins. */
const bySeconds: readonly string[] = ['tag-by-second']

/** For each check, the names of the faults that it could notice where it is at home (`touched.ts`). */
export type Reach = ReadonlyMap<string, ReadonlySet<string>>

/** The reach of all checks in which chance has no part, of each in one run without faults. */
export async function reachOf(homes: Homes): Promise<Reach> {
  const reach = new Map<string, ReadonlySet<string>>()
  await eachOf(
    catalogue.filter((check) => homes[check.id] && !isByChance(check)),
    async (check) => {
      const { id } = check
      const [home, resource] = homes[id]!
      const { dialects, document } = worlds.find(({ name }) => name === home)!
      const { fault, touched } = watch(faults)
      await using mock = await builtIn(dialects, [fault], document)
      const verdicts = (await mock.run(check, resource)).map(({ verdict }) => verdict)
      if (verdicts.some((verdict) => verdict !== 'pass'))
        throw new Error(`${id} is not at home on ${resource} of ${home}: ${verdicts.join()}`)
      reach.set(id, touched)
    },
  )
  return reach
}

/**
 * Ids of all checks that find something in the mock with this fault, in the order of the catalogue. Those that name it are held against all worlds
 * and resources until they find it, up to three times where requests must meet; the others where they are at home, if they could notice it there (all
 * of them without a reach) and chance has no part in it. Each has a mock of its own: a fault that spoils the items of others must not decide by
 * chance who is hit.
 */
export async function foundBy(fault: string, homes: Homes, reach: Reach | undefined): Promise<string[]> {
  const found = new Set<string>()
  const isAimed = (check: Check): boolean => check.catches.includes(fault)
  const couldFind = (check: Check): boolean =>
    !isByChance(check) && !bySeconds.includes(fault) && (reach === undefined || Boolean(reach.get(check.id)?.has(fault)))
  await eachOf(
    catalogue.filter((check) => isAimed(check) || couldFind(check)),
    async (check) => {
      const [home, resource] = homes[check.id] ?? []
      const tries = isByChance(check) ? [...worlds, ...worlds, ...worlds] : worlds
      for (const { dialects, document } of isAimed(check) ? tries : worlds.filter(({ name }) => name === home)) {
        await using mock = await builtIn(dialects, [fault], document)
        if (!finds(check, await mock.run(check, isAimed(check) ? undefined : resource))) continue
        found.add(check.id)
        break
      }
    },
  )
  return catalogue.map(({ id }) => id).filter((id) => found.has(id))
}

/** Some beside each other. */
async function eachOf(checks: readonly Check[], judge: (check: Check) => Promise<void>): Promise<void> {
  const left = [...checks]
  const work = async (): Promise<void> => {
    for (let check = left.shift(); check; check = left.shift()) await judge(check)
  }
  await Promise.all(Array.from({ length: beside }, work))
}
