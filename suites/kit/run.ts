import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Leftover, Level, Result, Severity, Verdict } from '../../reports/model.ts'
import type { Guard, Resource, Rule } from '../../spec/contract.ts'
import type { DeliveryName } from '../delivery/index.ts'
import { type Sighting, sightingsIn } from '../facts/index.ts'
import { racingOf, type Target } from '../target.ts'
import { Allowance } from './allowance.ts'
import type { Answer } from './answer.ts'
import type { Check, Need } from './check.ts'
import { clean } from './clean.ts'
import { Fixture } from './fixture.ts'
import { performed } from './item-state.ts'
import type { Kit } from './kit.ts'
import { makes } from './made.ts'
import { type Bound, bind, guardsLike, lockOf, rulesFor } from './needs.ts'
import { once } from './once.ts'
import { milder, overruledIn, overrulingOf, weighed } from './overruled.ts'
import { Proof } from './prove.ts'
import type { Request } from './request.ts'
import { Scene } from './scene.ts'
import { skipWhatIsAbsent } from './seen.ts'
import { type Met, Session } from './session.ts'
import { confirmedTrace } from './trace.ts'
import { Blocked, Finding, Inconclusive, Skip } from './verdict.ts'

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

/** A resource that a check applies to. */
export interface Case {
  resource: Resource
  bound: Bound
}

/** The resources that have what the check needs, and for the others why they have not. */
export function casesOf(check: Check, target: Target): { cases: Case[]; reasons: Map<string, string> } {
  const cases: Case[] = []
  const reasons = new Map<string, string>()
  for (const resource of target.loaded.resources.values()) {
    const off = overrulingOf(check, resource)
    if (off?.severity === 'off') {
      reasons.set(resource.name, `off: ${off.reason}`)
      continue
    }
    const bound = bind(check.needs, resource, target)
    if ('reason' in bound) reasons.set(resource.name, bound.reason)
    else if (check.races && !bound.promised) reasons.set(resource.name, `not promised (${bound.doubt})`)
    else cases.push({ resource, bound })
  }
  return { cases, reasons }
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

/**
 * One check on one resource. Where it only reads what is there, somebody else may write meanwhile: what was found has to be found three times.
 */
export async function runCase(check: Check, one: Case, session: Session, options: RunOptions = {}): Promise<Result> {
  const first = await runOnce(check, one, session, options)
  // what is found at an item that several look at has to be found at one of its own
  const shared = check.reads && !session.target.readOnly && !options.signal?.aborted
  if (shared && (first.expected !== null || !['pass', 'info', 'skip'].includes(first.verdict)))
    return runOnce(check, one, session, options, true)
  for (let again = 0; again < 2 && session.target.readOnly && ['fail', 'warn'].includes(first.verdict); again++) {
    const next = await runOnce(check, one, session, options)
    if (next.verdict === first.verdict) continue
    const reason = `${first.reason}; it was not so again: somebody else may have changed the item meanwhile`
    return { ...first, verdict: 'inconclusive', reason }
  }
  return first
}

async function runOnce(own: Check, { resource, bound }: Case, session: Session, options: RunOptions, alone = false): Promise<Result> {
  const check = weighed(own, resource)
  const limit = options.limit ?? Math.max(30_000, session.target.timeout * 4)
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])])
  const scene = new Scene(session, check, resource, bound, signal)
  if (alone) scene.shares = false
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
  return {
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

/** The result of a check that applies to no resource. */
export function notApplicable(check: Check, reasons: Map<string, string>, resource?: string): Result {
  const reason = resource === undefined ? inShort(reasons) : (reasons.get(resource) ?? `the contract has no resource "${resource}"`)
  return { ...blank(check, null, new Date(), 0), verdict: 'skip', reason }
}

interface Judged {
  verdict: Verdict
  reason: string | null
  expected: string | null
  seen: string | null
  /** Where it is not that of the check. */
  level?: Level | undefined
}

/** A check that came to its end. */
function concluded(scene: Scene): Judged {
  const nothing = { expected: null, seen: null }
  if (scene.proved === 0) return { verdict: 'inconclusive', reason: 'internal: proved nothing', ...nothing }
  if (!scene.bound.promised)
    return { verdict: 'info', reason: `not promised (${scene.bound.doubt}), but so it is: ${scene.check.title}`, ...nothing }
  if (scene.notes.length) return { verdict: 'info', reason: scene.notes.join('; '), ...nothing }
  return { verdict: 'pass', reason: null, ...nothing }
}

/** A check that ended early. */
function judged(error: unknown, scene: Scene): Judged {
  const { promised, doubt } = scene.bound
  if (error instanceof Finding) {
    const { expected, seen, message } = error
    if (promised) return { verdict: severityOf(error, scene), reason: message, expected, seen, level: error.level }
    return { verdict: 'info', reason: `not promised (${doubt}); seen: ${message}, ${seen}`, expected, seen }
  }
  const nothing = { expected: null, seen: null }
  if (error instanceof Blocked) {
    // a check does not wait for itself: where it is the one that asks, it proves so by its own means
    if (error.by === scene.check.id)
      return { verdict: promised ? scene.check.severity : 'info', reason: error.missing, expected: scene.check.title, seen: error.missing }
    return { verdict: 'skip', reason: promised ? error.message : `not promised (${doubt}): ${error.missing}`, ...nothing }
  }
  if (error instanceof Skip) return { verdict: 'skip', reason: error.message, ...nothing }
  if (error instanceof Inconclusive) return { verdict: 'inconclusive', reason: error.message, ...nothing }
  if (scene.signal.aborted) return { verdict: 'inconclusive', reason: 'interrupted', ...nothing }
  return { verdict: 'inconclusive', reason: `internal: ${error instanceof Error ? error.message : String(error)}`, ...nothing }
}

/** That of the finding, else of the check; what the contract overrules is never worth more than it says. */
function severityOf({ severity }: Finding, { check, resource }: Scene): Severity {
  if (severity === undefined) return check.severity
  return overrulingOf(check, resource) ? milder(severity, check.severity) : severity
}

function kitOf(scene: Scene): Kit {
  const { session, bound, resource: spec } = scene
  const fixture = new Fixture(scene, spec)
  const internal = (what: string): never => {
    throw new Error(`the check uses ${what} without needing it`)
  }
  return {
    contract: session.target.loaded,
    target: session.target,
    resource: fixture,
    prove: new Proof(scene),
    get guard(): Guard {
      return scene.guard ?? internal('a guard')
    },
    guardOf: (need) => bound.guards.get(need) ?? internal(need),
    guardsOf: (need, role) => guardsLike(need, role, bound.guards.get(need) ?? internal(need), spec),
    role: bound.role,
    get uniques() {
      const promised = spec.unique.filter((unique) => unique.for.length > 0)
      return promised.length ? promised : spec.unique
    },
    get idempotency() {
      return spec.idempotency ?? internal('idempotency')
    },
    get lock() {
      return lockOf(spec, scene.check.needs) ?? internal('a lock')
    },
    rule<K extends Rule['kind']>(kind: K) {
      return (bound.rules.get(kind) ?? internal(`rule.${kind}`)) as Extract<Rule, { kind: K }>
    },
    rules<K extends Rule['kind']>(kind: K) {
      return this.rulesFor(`rule.${kind}`) as Extract<Rule, { kind: K }>[]
    },
    rulesFor(need: Need) {
      const all = rulesFor(need, spec)
      const promised = all.filter((rule) => rule.for.length > 0 && rule.outcomes.blocked)
      return promised.length ? promised : all
    },
    send: (request) => sent(scene, fixture, request),
    bare: (request, last) => bare(scene, request, last),
    meet: (requests, probe, delivery) => met(scene, fixture, requests, probe, delivery),
    async abandon(request, probe) {
      for (const item of scene.items) Object.assign(item, { dirty: true, shows: undefined })
      await scene.meet([request], probe, 'abandoned')
      return (repeat) => scene.made.same(request, repeat.request)
    },
    get room() {
      return session.room
    },
    lag: session.lagOf(spec.name),
    multiplexes: () => session.multiplexes(),
    racing: racingOf(session.target),
    aside() {
      const from = { items: scene.items.length, exchanges: scene.exchanges.length }
      return async () => {
        scene.left.push(...(await clean(scene, scene.items.slice(from.items))))
        scene.items.length = from.items
        scene.exchanges.length = from.exchanges
      }
    },
    once: (name, bring) => once(scene, name, (apart) => bring(kitOf(apart))),
    raced: (race) => void (scene.race = race),
    doubt(reason, expected, seen) {
      throw new Finding(reason, expected, seen, { severity: 'warn' })
    },
    control(holds, reason) {
      if (!holds) throw new Inconclusive(reason)
    },
    note: (text) => void scene.notes.push(text),
    skip(reason) {
      throw new Skip(reason)
    },
    blocked(by, missing) {
      throw new Blocked(by, missing)
    },
    inconclusive(reason) {
      throw new Inconclusive(reason)
    },
    fresh: () => scene.words.word(),
    pause: (ms) => sleep(ms, undefined, { signal: scene.signal }),
    signal: scene.signal,
  }
}

/** A request that the check made itself: what it creates is tracked, what it may have changed is read again before it is relied on. */
async function sent(scene: Scene, fixture: Fixture, request: Request): Promise<Answer> {
  if (!['GET', 'HEAD', 'OPTIONS'].includes(request.method)) for (const item of scene.items) item.dirty = true
  const answer = await scene.send(request)
  if (answer.ok && makes(request, answer)) await (fixture.other(request.resource) as Fixture).found(answer)
  const item = scene.items.find((one) => one.resource.name === request.resource && isDeepStrictEqual(one.path, request.path))
  if (answer.ok && item) performed(item, request)
  return answer
}

/** The same over a bare connection. */
async function bare(scene: Scene, request: Request, last: string | undefined): Promise<{ answer: Answer; after: Buffer }> {
  if (!['GET', 'HEAD', 'OPTIONS'].includes(request.method)) for (const item of scene.items) item.dirty = true
  const { session, signal, allowance } = scene
  scene.spare(request)
  scene.unordered = true
  return session.bare(request, { last, record: (exchange) => void scene.exchanges.push(exchange), signal, allowance })
}

/** The same for requests that meet others. Who of them was last is not known: nothing is expected of the next read. */
async function met(scene: Scene, fixture: Fixture, requests: readonly Request[], probe: Request, delivery: DeliveryName): Promise<Met[]> {
  for (const item of scene.items) Object.assign(item, { dirty: true, shows: undefined })
  const all = await scene.meet(requests, probe, delivery)
  for (const { request, answer } of all)
    if (answer?.ok && makes(request, answer)) await (fixture.other(request.resource) as Fixture).found(answer)
  return all
}

function blank(check: Check, resource: string | null, started: Date, ms: number): Omit<Result, 'verdict'> {
  const { id, title, level, severity, why, fix, source } = check
  return {
    check: id,
    resource,
    title,
    level,
    severity,
    reason: null,
    expected: null,
    seen: null,
    why,
    fix,
    source,
    started: started.toISOString(),
    ms,
    exchanges: [],
  }
}

/** The reasons of all resources in one sentence: equal ones once. */
function inShort(reasons: Map<string, string>): string {
  const grouped = Map.groupBy(reasons, ([, reason]) => reason)
  if (grouped.size === 0) return 'the contract has no resources'
  if (grouped.size === 1) return [...grouped.keys()][0]!
  return [...grouped].map(([reason, list]) => `${list.map(([name]) => name).join(', ')}: ${reason}`).join('; ')
}
