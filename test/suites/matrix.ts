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

/** Where a check is held against a fault: the first world in which it passes on the mock without faults. */
const homes = new Map<string, (typeof worlds)[number]>()

async function findHomes(): Promise<void> {
  for (const world of worlds) {
    const homeless = catalogue.filter(({ id }) => !homes.has(id))
    await using mock = await builtIn(world.dialects, [], world.document)
    for (const results of await Promise.all(homeless.map((check) => mock.run(check))))
      if (results.some(({ verdict }) => verdict === 'pass')) homes.set(results[0]!.check, world)
  }
}

/**
 * Ids of all checks that find something in the mock with this fault, in the order of the catalogue: each in the world where it is at home, and
 * those that name the fault in the other worlds too. Each has a mock of its own: a fault that spoils the items of others must not decide by chance
 * who is hit.
 */
export async function foundBy(fault: string): Promise<string[]> {
  if (homes.size === 0) await findHomes()
  const found = new Set<string>()
  const left = [...catalogue]
  const work = async (): Promise<void> => {
    for (let check = left.shift(); check; check = left.shift()) {
      const home = homes.get(check.id)!
      const others = check.catches.includes(fault) ? worlds.filter((world) => world !== home) : []
      for (const { dialects, document } of [home, ...others]) {
        await using mock = await builtIn(dialects, [fault], document)
        if (!finds(check, await mock.run(check))) continue
        found.add(check.id)
        break
      }
    }
  }
  await Promise.all(Array.from({ length: beside }, work))
  return catalogue.map(({ id }) => id).filter((id) => found.has(id))
}

/** Which checks find which fault, as it is pinned. */
export const pinnedMatrix: URL = new URL('./pinned/matrix.json', import.meta.url)
