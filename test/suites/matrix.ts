import type { Result } from '../../reports/model.ts'
import { catalogue } from '../../suites/index.ts'
import type { Check } from '../../suites/kit/check.ts'
import { builtIn, worlds } from './built-in.ts'

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

/**
 * Ids of all checks that find something in the mock with this fault, in the order of the catalogue. Those that name it are held against all worlds
 * and resources until they find it, the others where they are at home; checks that race only if they name it, since chance has a part in what else
 * they find. Each has a mock of its own: a fault that spoils the items of others must not decide by chance who is hit.
 */
export async function foundBy(fault: string, homes: Homes): Promise<string[]> {
  const found = new Set<string>()
  const left = catalogue.filter(({ races, catches }) => !races || catches.includes(fault))
  const work = async (): Promise<void> => {
    for (let check = left.shift(); check; check = left.shift()) {
      const aimed = check.catches.includes(fault)
      const [home, resource] = homes[check.id] ?? []
      for (const { dialects, document } of aimed ? worlds : worlds.filter(({ name }) => name === home)) {
        await using mock = await builtIn(dialects, [fault], document)
        if (!finds(check, await mock.run(check, aimed ? undefined : resource))) continue
        found.add(check.id)
        break
      }
    }
  }
  await Promise.all(Array.from({ length: beside }, work))
  return catalogue.map(({ id }) => id).filter((id) => found.has(id))
}
