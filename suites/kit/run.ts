import type { Leftover, Result } from '../../reports/model.ts'
import { type Sighting, sightingsIn } from '../facts/index.ts'
import type { Target } from '../target.ts'
import { Allowance } from './allowance.ts'
import { blank, notApplicable } from './blank.ts'
import { type Case, casesOf } from './cases.ts'
import type { Check } from './check.ts'
import { clean } from './clean.ts'
import { type Held, heldAlone, lookAtTwo } from './few-locks.ts'
import { concluded, type Judged, judged } from './judged.ts'
import { jobsOf, mayBeJob } from './jobs.ts'
import { kitOf } from './kit-of.ts'
import { lockOf } from './needs.ts'
import { overruledIn, weighed } from './overruled.ts'
import { Scene } from './scene.ts'
import { skipWhatIsAbsent } from './seen.ts'
import { Session } from './session.ts'
import { confirmedTrace } from './trace.ts'
import { Inconclusive, Skip } from './verdict.ts'
import { Words } from './words.ts'

export interface RunOptions {
  /** Only on this resource; default: on each that has what the check needs. */
  resource?: string
  /** Interrupts the run. */
  signal?: AbortSignal
  /** Shared by all checks of a run; default: one of its own, closed at the end. */
  session?: Session
  /** Is told what a check made and could not delete again. */
  onLeft?: (left: Leftover[]) => void
  /** Is told what the exchanges of a check showed of the target beside its verdict. */
  onSeen?: (sightings: Sighting[]) => void
  /** Milliseconds that one check on one resource may take, waiting for its turn left out (default 30 s and at least four times the target's time-out). */
  limit?: number
}

/**
 * Holds a target against one check: a result for each resource that it applies to, or one `skip` (resource null) that says why it
 * applies to none. Never throws for what the target does; an error of ours is a result too (`inconclusive`, `internal: …`).
 */
export async function runCheck(check: Check, target: Target, options: RunOptions = {}): Promise<Result[]> {
  const { cases, reasons } = casesOf(check, target)
  const wanted = cases.filter(({ resource }) => options.resource === undefined || resource.name === options.resource)
  if (wanted.length === 0) return [notApplicable(check, reasons, options.resource)]
  const session = options.session ?? new Session(target)
  try {
    const results: Result[] = []
    for (const one of wanted) results.push(await runCase(check, one, session, options))
    return results
  } finally {
    if (!options.session) {
      const left = await session.close()
      options.onLeft?.(left)
    }
  }
}

/** One check on one resource. What a job of the target may be to blame for is looked at again, with time for it after each write. */
export async function runCase(check: Check, one: Case, session: Session, options: RunOptions = {}): Promise<Result> {
  const found = await foundIn(check, one, session, options)
  // what holds locks is looked at again by rules of its own
  const settled = session.target.readOnly || options.signal?.aborted || holdsLocks(check)
  if (settled || !mayBeJob(check, found)) return found
  const jobs = await jobsOf(session, one.resource, options.signal ?? new AbortController().signal)
  return jobs === 0 ? found : (await runOnce(check, one, session, options, { alone: true, jobs })).result
}

/** The same at once. Where the check only reads what is there, somebody else may write meanwhile: what was found has to be found three times. */
async function foundIn(check: Check, one: Case, session: Session, options: RunOptions): Promise<Result> {
  const about = {
    session,
    resource: one.resource,
    lock: holdsLocks(check) ? lockOf(one.resource, check.needs) : undefined,
    signal: options.signal,
  }
  await lookAtTwo(about)
  const held = await runOnce(check, one, session, options)
  const first = await heldAlone(held, about, () => runOnce(check, one, session, options, { holdsAlone: true }))
  // what is found at an item that several look at has to be found at one of its own
  const shared = check.reads && !session.target.readOnly && !options.signal?.aborted
  if (shared && (first.expected !== null || !['pass', 'info', 'skip'].includes(first.verdict)))
    return (await runOnce(check, one, session, options, { alone: true })).result
  for (let again = 0; again < 2 && session.target.readOnly && ['fail', 'warn'].includes(first.verdict); again++) {
    const { result: next } = await runOnce(check, one, session, options)
    if (next.verdict === first.verdict) continue
    const reason = `${first.reason}; it was not so again: somebody else may have changed the item meanwhile`
    return { ...first, verdict: 'inconclusive', reason }
  }
  return first
}

function holdsLocks({ needs }: Check): boolean {
  return needs.includes('lock') || needs.includes('lock.caller')
}

/** How a check is run that is not run as others are: at an item of its own, at a time when nobody else holds locks, slowly. */
interface Way {
  alone?: boolean
  holdsAlone?: boolean
  /** Milliseconds to wait after each write. */
  jobs?: number
}

async function runOnce(own: Check, { resource, bound }: Case, session: Session, options: RunOptions, way: Way = {}): Promise<Held> {
  const check = weighed(own, resource)
  const limit = options.limit ?? Math.max(30_000, session.target.timeout * 4)
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])])
  const scene = new Scene(session, check, resource, bound, signal)
  if (way.alone) scene.shares = false
  // what the first try could not delete again may still have its words
  if (way.alone || way.holdsAlone) scene.words = new Words(session.target.seed, `${check.id}, once more`, resource.name)
  if (way.holdsAlone) scene.holdsAlone = true
  scene.jobs = way.jobs ?? 0
  const started = new Date()
  const begin = performance.now()
  const late = new Promise<never>((_, reject) => {
    scene.allowance = new Allowance(limit, () => {
      stop.abort()
      reject(new Inconclusive(`the check took more than ${limit / 1000} s`))
    })
  })
  let outcome: Judged
  try {
    const work = carryOut(check, scene)
    await Promise.race([work, late])
    outcome = concluded(scene)
  } catch (error) {
    outcome = judged(error, scene)
  } finally {
    scene.allowance?.end()
  }
  const left = [...scene.left, ...(await clean(scene))]
  session.leftovers.push(...left)
  options.onLeft?.(left)
  const text = (words: string | null): string | null => (words === null ? null : session.redactor.text(words))
  options.onSeen?.(
    sightingsIn(scene).map((one) => ({ ...one, value: session.redactor.text(one.value), purpose: session.redactor.text(one.purpose) })),
  )
  const ms = Math.round((performance.now() - begin) * 10) / 10
  const result: Result = {
    ...blank(check, resource.name, started, ms),
    ...overruledIn(own, resource),
    level: outcome.level ?? check.level,
    verdict: outcome.verdict,
    reason: text(outcome.reason),
    expected: text(outcome.expected),
    seen: text(outcome.seen),
    exchanges: scene.exchanges,
    ...(scene.race && { race: scene.race }),
  }
  return { result, turn: await scene.lockTurn }
}

/** Runs the check. What a refused request seems to have left behind comes first, whatever was found after it. */
async function carryOut(check: Check, scene: Scene): Promise<void> {
  await skipWhatIsAbsent(scene)
  const [ended] = await Promise.allSettled([check.run(kitOf(scene))])
  const trace = scene.signal.aborted ? undefined : await confirmedTrace(scene)
  if (trace) throw trace
  if (ended.status === 'fulfilled') return
  const { reason } = ended
  // what has changed under the check is no reason to leave it out
  if (reason instanceof Skip && !scene.signal.aborted && (await scene.stands?.()) === false)
    throw new Inconclusive(`${reason.message}; the item that several checks look at has changed meanwhile`)
  throw reason
}
