/**
 * Holds every fault against every check, and compares with the matrix that is pinned:
 *
 *     node bench/matrix.ts [--write] [--missing] [--unreached] [fault…]
 *
 * `--write` pins what was found; `--missing` leaves out what is pinned already; `--unreached` tries checks also where they cannot notice the fault. The tests hold all of it; this says more, and can write.
 */
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { faults } from '../mock/index.ts'
import { findHomes, foundBy, type Homes, narrow, pinnedHomes, pinnedMatrix, type Reach, reachOf } from '../test/suites/matrix.ts'

/* oxlint-disable unicorn/require-post-message-target-origin -- threads have none */

if (isMainThread) await main()
else parentPort!.on('message', async (fault: string) => parentPort!.postMessage(await foundBy(fault, ...(workerData as Known))))

type Known = [Homes, Reach | undefined]

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { write: { type: 'boolean' }, missing: { type: 'boolean' }, unreached: { type: 'boolean' } },
    allowPositionals: true,
  })
  const names = faults.map(({ name }) => name).filter((name) => !narrow.includes(name))
  const pinned: Record<string, string[]> = existsSync(pinnedMatrix) ? JSON.parse(readFileSync(pinnedMatrix, 'utf8')) : {}
  const left = (positionals.length > 0 ? positionals : names).filter((name) => !values.missing || !pinned[name])
  const homes = await findHomes()
  if (values.write) writeFileSync(pinnedHomes, `${JSON.stringify(homes, null, 2)}\n`)
  const known: Known = [homes, values.unreached ? undefined : await reachOf(homes)]
  let differ = 0
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL(import.meta.url), { workerData: known })
    for (let fault = left.shift(); fault !== undefined; fault = left.shift()) {
      worker.postMessage(fault)
      const [found] = (await once(worker, 'message')) as [string[]]
      const was = pinned[fault]
      if (JSON.stringify(was) !== JSON.stringify(found)) differ++
      console.log(`${fault}: ${told(was, found)}`)
      pinned[fault] = found
      if (values.write) write(names, pinned)
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  console.log(`${differ} differ from what is pinned`)
  if (differ > 0 && !values.write) process.exitCode = 1
}

function told(was: readonly string[] | undefined, found: readonly string[]): string {
  if (was === undefined) return `not pinned; found by ${found.join(', ') || 'none'}`
  const more = found.filter((id) => !was.includes(id))
  const less = was.filter((id) => !found.includes(id))
  if (more.length + less.length === 0) return 'as pinned'
  return `not as pinned: ${[...more.map((id) => `+${id}`), ...less.map((id) => `-${id}`)].join(', ')}`
}

/** In the order of the faults; those that are gone are left out. */
function write(names: readonly string[], matrix: Record<string, string[]>): void {
  const rows = names.filter((name) => matrix[name]).map((name) => [name, matrix[name]])
  writeFileSync(pinnedMatrix, `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`)
}
