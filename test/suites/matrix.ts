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

/** Where a check is held against a fault: the first world, and the first resource there, that it passes on without faults. */
const homes = new Map<string, { world: (typeof worlds)[number]; resource: string }>()

function passes({ verdict }: Result): boolean {
  return verdict === 'pass'
}

async function findHomes(): Promise<void> {
  for (const world of worlds) {
    const homeless = catalogue.filter(({ id }) => !homes.has(id))
    await using mock = await builtIn(world.dialects, [], world.document)
    for (const { check, resource } of (await Promise.all(homeless.map((check) => mock.run(check)))).flat().filter(passes))
      if (!homes.has(check)) homes.set(check, { world, resource: resource! })
  }
}

/**
 * Ids of all checks that find something in the mock with this fault, in the order of the catalogue. Those that name it are held against all worlds
 * and resources until they find it, the others where they are at home; checks that race only if they name it, since chance has a part in what else
 * they find. Each has a mock of its own: a fault that spoils the items of others must not decide by chance who is hit.
 */
export async function foundBy(fault: string): Promise<string[]> {
  if (homes.size === 0) await findHomes()
  const found = new Set<string>()
  const left = catalogue.filter(({ races, catches }) => !races || catches.includes(fault))
  const work = async (): Promise<void> => {
    for (let check = left.shift(); check; check = left.shift()) {
      const aimed = check.catches.includes(fault)
      const home = homes.get(check.id)!
      for (const { dialects, document } of aimed ? worlds : [home.world]) {
        await using mock = await builtIn(dialects, [fault], document)
        if (!finds(check, await mock.run(check, aimed ? undefined : home.resource))) continue
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
