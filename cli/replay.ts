import { readFileSync } from 'node:fs'
import { deliveries, type DeliveryName } from '../suites/delivery/index.ts'
import { catalogue } from '../suites/index.ts'
import { runCheck } from '../suites/kit/run.ts'
import { readReplay, repeated, type Replay } from '../suites/history/replay.ts'
import type { Target } from '../suites/target.ts'
import { wrongUsage } from './failure.ts'

/**
 * Runs again what a race proved: the same check on the same resource, as many requests that meet in the same way, until it shows again or the
 * rounds are over. Says of each whether it was reproduced.
 *
 * @returns the exit code: 1 if something was reproduced, 3 if something could not be tried, else 0
 * @throws ContractError, UsageError with what is wrong with the file
 */
export async function replay(targets: readonly Target[], file: string, signal: AbortSignal): Promise<number> {
  const replays = readReplay(
    text(file),
    file,
    deliveries.map(({ name }) => name),
  )
  const [target] = targets
  if (target === undefined || targets.length > 1) throw wrongUsage(`--replay ${file}: is for one target at a time`)
  let code = 0
  for (const one of replays) {
    if (signal.aborted) return 130
    const outcome = await again(one, target, file, signal)
    if (code !== 1 && outcome !== 0) code = outcome
  }
  return code
}

async function again(one: Replay, target: Target, file: string, signal: AbortSignal): Promise<number> {
  const check = catalogue.find(({ id }) => id === one.check)
  if (!check?.races) throw wrongUsage(`--replay ${file}: ${one.check} is no race; \`ifmatch checks\` lists them`)
  if (one.digest !== target.loaded.digest)
    process.stderr.write(`ifmatch: ${file}: the contract of that run was another one than that of ${target.name}\n`)
  const races = { ...target.races, writers: Math.max(2, one.requests.length), delivery: one.delivery as DeliveryName }
  const [result] = await runCheck(check, { ...target, races }, { ...(one.resource !== null && { resource: one.resource }), signal })
  const { race, reason } = result!
  const { reproduced, words } = race ? repeated(one, race) : { reproduced: false, words: `not tried: ${reason}` }
  process.stdout.write(`${one.check}${one.resource === null ? '' : ` on ${one.resource}`}: ${words}\n`)
  return race && race.rounds > 0 ? Number(reproduced) : 3
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw wrongUsage(`--replay ${file}: cannot be read (${(error as NodeJS.ErrnoException).code}); check the path`)
  }
}
