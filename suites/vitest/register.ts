import type { Leftover, Result } from '../../reports/model.ts'
import { catalogue, subjectOf } from '../index.ts'
import type { Sighting } from '../facts/index.ts'
import type { Check } from '../kit/check.ts'
import { notApplicable } from '../kit/blank.ts'
import { casesOf } from '../kit/cases.ts'
import { runCase } from '../kit/run.ts'
import { Session } from '../kit/session.ts'
import { openTarget, type Target, type TargetConfig } from '../target.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** The result of the check, with its exchanges. */
    ifmatch?: Result
    /** What the check made and could not delete again. */
    leftovers?: Leftover[]
    /** What its exchanges showed of the target beside the verdict. */
    sightings?: Sighting[]
  }
}

/** What is used of a test's context. */
interface Context {
  readonly task: { meta: { ifmatch?: Result; leftovers?: Leftover[]; sightings?: Sighting[] } }
  readonly signal: AbortSignal
  skip(note?: string): never
  annotate(message: string, type?: string): Promise<unknown>
}

interface Options {
  concurrent?: boolean
  timeout?: number
  tags?: string[]
}

/** The functions of the vitest that runs the tests: it must be the one of the project, so it is handed in. */
export interface Vitest {
  test(name: string, options: Options, run: (context: Context) => Promise<void>): void
  describe(name: string, options: { concurrent: boolean }, define: () => void): void
  afterAll(run: (fixtures: object, suite?: { meta: { leftovers?: Leftover[] } }) => Promise<void>, timeout?: number): void
}

export interface RegisterOptions {
  /** Which checks (default: all). */
  checks?: readonly Check[]
  /** Checks left out, by id, with the reason. */
  leaveOut?: Readonly<Record<string, string>>
  /** Give each test its subject and level as tags; they must be declared in the configuration (`conflictTags`). */
  tags?: boolean
  /** Milliseconds that one check on one resource may take. */
  limit?: number
  /** Interrupts the checks, beside vitest's own signal. */
  signal?: AbortSignal
}

/**
 * Registers every check on every resource that it applies to as a vitest test: fail → failed; skip and inconclusive → skipped with a
 * note; warn and info → passed with an annotation. A subject in which everything is inconclusive fails as a whole.
 *
 * ```ts
 * import { afterAll, describe, test } from 'vitest'
 * import { conflictTests, loadTarget } from 'ifmatch/vitest'
 *
 * await conflictTests({ test, describe, afterAll }, await loadTarget('orders.target.yaml'))
 * ```
 *
 * @throws ContractError with everything that is wrong with the contract
 */
export async function conflictTests(vitest: Vitest, config: TargetConfig | Target, options: RegisterOptions = {}): Promise<void> {
  const target = await openTarget(config)
  const session = new Session(target)
  const limit = options.limit ?? Math.max(30_000, target.timeout * 4)
  for (const [subject, checks] of Map.groupBy(waitingFirst(options.checks ?? catalogue), subjectOf)) {
    // beside each other, so that what one waits for costs the others nothing
    vitest.describe(subject, { concurrent: true }, () => {
      const results: Result[] = []
      for (const check of checks) register(vitest, check, session, { ...options, limit }, results)
      vitest.afterAll(async () => {
        if (results.length > 0 && results.every(({ verdict }) => verdict === 'inconclusive')) {
          throw plain(`nothing could be judged: ${results[0]!.reason}`)
        }
      })
    })
  }
  // oxlint-disable-next-line no-empty-pattern -- vitest insists on a pattern: it reads there which fixtures are wanted
  vitest.afterAll(async ({}, suite) => {
    const leftovers = await session.close()
    if (suite && leftovers.length > 0) suite.meta.leftovers = leftovers
    // each delete has a limit of its own, which leaves out the time that it waits for its turn
  }, 0)
}

/** What waits longest begins first; all else stays in its order. */
function waitingFirst(checks: readonly Check[]): Check[] {
  return [...checks.filter(({ waits }) => waits), ...checks.filter(({ waits }) => !waits)]
}

function register(vitest: Vitest, check: Check, session: Session, options: RegisterOptions & { limit: number }, results: Result[]): void {
  const { cases, reasons } = casesOf(check, session.target)
  const reason = options.leaveOut?.[check.id]
  const settings: Options = {
    concurrent: true,
    // the check has a limit of its own, which leaves out the time that it waits for its turn
    timeout: 0,
    ...(options.tags && { tags: [subjectOf(check), check.level] }),
  }
  const settle = async (context: Context, result: Result): Promise<void> => {
    context.task.meta.ifmatch = result
    if (result.verdict !== 'skip') results.push(result)
    await show(context, result)
  }
  if (reason !== undefined || cases.length === 0) {
    const result = { ...notApplicable(check, reasons), ...(reason !== undefined && { reason: `left out: ${reason}` }) }
    vitest.test(check.title, settings, (context) => settle(context, result))
    return
  }
  for (const one of cases) {
    vitest.test(`${one.resource.name}: ${check.title}`, settings, async (context) => {
      const signal = options.signal ? AbortSignal.any([options.signal, context.signal]) : context.signal
      if (signal.aborted) context.skip('interrupted')
      // a check that is held twice may leave something each time
      const onLeft = (left: Leftover[]): void => void (context.task.meta.leftovers = [...(context.task.meta.leftovers ?? []), ...left])
      const onSeen = (sightings: Sighting[]): void => void (context.task.meta.sightings = sightings)
      await settle(context, await runCase(check, one, session, { limit: options.limit, signal, onLeft, onSeen }))
    })
  }
}

async function show(context: Context, { check, verdict, reason, expected, seen, why, fix }: Result): Promise<void> {
  if (verdict === 'fail')
    throw plain(
      [`${check}: ${reason}`, `expected: ${expected}`, `seen: ${seen}`, `why it matters: ${why}`, `how to fix it: ${fix}`].join('\n'),
    )
  if (verdict === 'skip' || verdict === 'inconclusive') context.skip(`${verdict === 'skip' ? '' : 'inconclusive: '}${reason}`)
  if (verdict === 'warn' || verdict === 'info')
    await context.annotate(
      [reason, seen && `expected: ${expected}; seen: ${seen}`].filter(Boolean).join('; '),
      verdict === 'warn' ? 'warning' : 'notice',
    )
}

/** A failure whose place in our code tells its reader nothing. */
function plain(message: string): Error {
  const error = new Error(message)
  error.name = 'ConflictError'
  error.stack = `${error.name}: ${message}`
  return error
}
