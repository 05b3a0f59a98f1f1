import type { Finding } from '../../spec/candidates/finding.ts'
import type { Role } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Answer } from '../kit/answer.ts'
import { outcomeOf } from './outcome.ts'
import type { Put, Shot } from './subject.ts'
import type { Trial } from './trial.ts'
import { unseenBumps } from './unseen.ts'
import { findParts } from './parts.ts'
import { along, isSamePut, type Way, waysFor } from './ways.ts'

/** A guard that was seen at work. */
export interface Guarding {
  way: Way
  /** The other ways in which the same token is taken. */
  others: Way[]
  role: Role
  required: boolean
  /** The next number is wanted, not the present one. */
  successor: boolean
  stale: Answer
  missing: Answer | undefined
  because: string[]
  /** What the weak form of the current tag was answered with. */
  weak?: { performed: boolean; status: number } | undefined
  /** Whether its token came back with the content of an earlier version; undefined: not tried. */
  isBack?: boolean | undefined
  /** Whether its token stayed with the content that was stored already; undefined: not tried. */
  isKept?: boolean | undefined
  /** Of a delete that compares otherwise than writes do. */
  match?: { is: string; because: string }
  /** Why `*` stands for any version there. */
  any?: string
  /** What is known of its token, where it is not that of the resource. */
  token?: [key: string, finding: Finding][]
}

/** Statuses that say nothing about a condition: not here, not you, not this way. */
const elsewhere = [401, 404, 405, 410, 415, 501]

/**
 * Finds out whether a role compares versions: writes with nothing, with what was read, and with what was read before, in each place that
 * may carry it. `known`: a way that another role goes, tried first.
 */
export async function probeGuard(trial: Trial, role: Role, known?: Way): Promise<Guarding | undefined> {
  const { subject } = trial
  const call = subject.call(role)
  const open = await trial.write(role, [])
  if (!open.performed && (open.answer.ok || open.answer.status >= 500 || elsewhere.includes(open.answer.status))) {
    trial.questions.push(
      `${call} → ${open.answer.status}${open.answer.ok ? ', and a read does not show it' : ''}: nothing can be learnt about its conditions`,
    )
    trial.closed.add(role)
    if ([404, 405, 501].includes(open.answer.status)) trial.absent.push(role)
    return undefined
  }
  const missing = open.performed ? undefined : open.answer
  const all = waysFor(subject, role, trial.now, open.performed ? changed(trial) : [])
  // it may be forbidden altogether: then little is tried
  const ways = missing?.status === 403 ? all.slice(0, 2) : all
  const sorted = knownFirst(ways, known)
  const refusing: Way[] = []
  let first: Guarding | undefined
  for (const way of sorted) {
    // a second way is worth its requests only for the same token elsewhere
    if (first && (first.way.beside || !isSameToken(trial, first.way, way))) continue
    const tried = await tryWay(trial, role, way, missing, refusing, first)
    if (!tried) continue
    if (first) first.others.push(way)
    else first = { way, others: [], role, required: missing !== undefined, missing, ...tried }
    if (first.because !== tried.because) first.because.push(...tried.because)
  }
  for (const way of first || missing ? [] : findParts(refusing, ways)) {
    const tried = await tryWay(trial, role, way, missing)
    if (tried) return { way, others: [], role, required: false, missing, ...tried }
  }
  if (!first && missing) {
    trial.closed.add(role)
    trial.questions.push(
      `${call} → ${missing.status} without a condition and with every token that a read shows: does it want a version, or another body? Say "sample", or a guard`,
    )
  }
  return first
}

/**
 * The same for a role beside another, whose guard is proved: with an old token it is refused, with the current one performed. Where it is not
 * so, all is tried.
 */
export async function probeGuardToo(trial: Trial, role: Role, known: Guarding): Promise<Guarding | undefined> {
  const { way } = known
  const { subject } = trial
  const step = stepOf(known)
  const ways = waysFor(subject, role, trial.now)
  const before = trial.earlier(way)
  const old = before && along(way, before, step)
  if (way.beside || !ways.some((one) => isSame(one, way)) || !old || isSamePut(old, along(way, trial.now, step)))
    return probeGuard(trial, role, way)
  const open = known.required ? await trial.write(role, []) : undefined
  const stored = trial.now
  const stale = await trial.write(role, old)
  if (stale.performed || stale.answer.status !== known.stale.status) return probeGuard(trial, role, way)
  if (!(await trial.write(role, current(trial.now, known))).performed) return probeGuard(trial, role, way)
  trial.assured()
  trial.stale.set(role, { now: stored, before })
  const missing = open && !open.performed ? open.answer : undefined
  const label = `${subject.call(role)}, ${way.send.written}`
  const because = [`${label}: the current one → performed`, `${label}: an old one → ${stale.answer.status}, nothing changed`]
  const others = known.others.filter((other) => ways.some((one) => isSame(one, other)))
  return { way, others, role, required: missing !== undefined, successor: known.successor, stale: stale.answer, missing, because }
}

/** @param refusing gets the way where a write that needs no version is refused whatever it says there: it may be one part of a version */
async function tryWay(
  trial: Trial,
  role: Role,
  way: Way,
  missing: Answer | undefined,
  refusing: Way[] = [],
  first?: Guarding,
): Promise<Pick<Guarding, 'successor' | 'isBack' | 'stale' | 'because' | 'weak'> | undefined> {
  const { subject } = trial
  const label = `${subject.call(role)}, ${[way, ...(way.beside ?? [])].map(({ send }) => send.written).join(' with ')}`
  let successor = false
  let isBack: boolean | undefined
  if (missing) {
    const current = along(way, trial.now)
    if (!current) return undefined
    const right = await trial.write(role, current)
    if (!right.performed) {
      successor = !first || first.successor ? await wantsNext(trial, role, way) : false
      if (!successor) return undefined
    }
  }
  const spell = successor ? next : undefined
  const before = trial.earlier(way)
  const old = before && along(way, before, spell)
  const current = along(way, trial.now, spell)
  if (!old || !current || isSamePut(old, current)) return undefined
  const stale = await trial.write(role, old)
  if (stale.performed || stale.answer.ok || stale.answer.status >= 500) return undefined
  if (!trial.stale.has(role)) trial.stale.set(role, { now: trial.now, before })
  const because = (): string[] => [
    `${label}: ${successor ? 'the next number' : 'the current one'} → performed`,
    `${label}: ${successor ? 'the number after an old one' : 'an old one'} → ${stale.answer.status}, nothing changed`,
  ]
  // the current token was taken there, where none is refused: that is the control of a place beside another
  if (missing && first) {
    await trial.prove()
    return { successor, isBack, stale: stale.answer, because: because() }
  }
  const weak = first ? undefined : await tryWeak(trial, role, way)
  // the control: the same request with the token as it is now; its content is that of an earlier version, whose token may come back
  const back = trial.before
  const word = trial.subject.unseen.has(role) ? undefined : back?.marker
  const right = await trial.write(role, along(way, trial.now, spell)!, typeof word === 'string' ? word : undefined)
  if (right.performed && typeof word === 'string') isBack = trial.now.values.get(way.read) === back?.values.get(way.read)
  if (!right.performed) {
    if (missing) return undefined
    successor = await wantsNext(trial, role, way)
    if (!successor && !right.answer.ok) refusing.push(way)
    if (!successor) return undefined
  }
  // an old version that had been stored would have made the current one old
  trial.assured()
  return { successor, isBack, weak, stale: stale.answer, because: because() }
}

/** The weak form of the current tag, where that is a strong one. */
async function tryWeak(trial: Trial, role: Role, way: Way): Promise<Guarding['weak']> {
  const token = trial.now.values.get(way.read)
  if (way.send.name.toLowerCase() !== 'if-match' || typeof token !== 'string' || way.quoted || token.startsWith('W/')) return undefined
  const { performed, answer } = await trial.write(role, [{ place: way.send, value: `W/${token}` }])
  return { performed, status: answer.status }
}

async function wantsNext(trial: Trial, role: Role, way: Way): Promise<boolean> {
  const token = trial.now.values.get(way.read)
  const puts = typeof token === 'number' && !way.beside ? along(way, trial.now, next) : undefined
  return puts !== undefined && (await trial.write(role, puts)).performed
}

const next = (token: string | number): string | number => (typeof token === 'number' ? token + 1 : token)

/** Places whose values a write changed, the marker left out. */
function changed({ now, before, subject }: Trial): string[] {
  return [...now.values]
    .filter(([place, value]) => place !== `$response.body#${subject.resource.marker}` && before?.values.get(place) !== value)
    .map(([place]) => place)
}

function isSame(a: Way, b: Way): boolean {
  return a.read === b.read && a.send.written === b.send.written && a.beside?.length === b.beside?.length
}

/** The ways, the one that another role goes first; all parts of a version together, where these do not lie in a body. */
export function knownFirst(ways: readonly Way[], known: Way | undefined): Way[] {
  if (!known) return [...ways]
  const isFirst = known.beside ? known.send.part !== 'body' : ways.some((way) => isSame(way, known))
  return [...(isFirst ? [known] : []), ...ways.filter((way) => !isSame(way, known))]
}

/** Do two guards compare tokens that are read in different places? */
export function isOther(one: Guarding, other: Guarding | undefined): boolean {
  const places = ({ way, others }: Guarding): string[] => [way, ...others].map(({ read }) => read)
  return other !== undefined && !places(one).some((place) => places(other).includes(place))
}

function isSameToken(trial: Trial, a: Way, b: Way): boolean {
  const bare = (way: Way): string => String(trial.now.values.get(way.read) ?? '').replace(/^"(.*)"$/, '$1')
  return bare(a) !== '' && bare(a) === bare(b)
}

/** What a client makes of the token that it read, before it sends it. */
export function stepOf({ successor }: Guarding): ((token: string | number) => string | number) | undefined {
  return successor ? next : undefined
}

/** What a well-behaved client sends with a write, as far as it is known. */
export function current(now: Shot, guarding: Guarding | undefined): Put[] {
  return (guarding && along(guarding.way, now, stepOf(guarding))) ?? []
}

/** What the stale answer was, in the words of the contract. */
export function staleOutcome(trial: Trial, { stale, way, role }: Guarding): ReturnType<typeof outcomeOf> {
  const stored = trial.stale.get(role) ?? trial
  const marker = trial.subject.resource.marker
  return outcomeOf(stale, {
    current: stored.now.payload,
    currentToken: stored.now.values.get(way.read),
    sentValue: stale.request.marker,
    theirs: typeof stored.now.marker === 'string' ? stored.now.marker : undefined,
    base: typeof stored.before?.marker === 'string' ? stored.before.marker : undefined,
    fields: marker ? [marker] : [],
  })
}

/** How tokens are compared: tried with the weak form of the current tag, with a number that was not yet given. */
export async function probeMatch(trial: Trial, guarding: Guarding): Promise<{ match: string; because: string }> {
  const { way, role, successor } = guarding
  const label = `${trial.subject.call(role)}, ${way.send.written}`
  const token = trial.now.values.get(way.read)
  if (successor) return { match: 'successor', because: `${label}: the next number → performed, the present one → refused` }
  if (way.send.name.toLowerCase() === 'if-match' && typeof token === 'string' && !way.quoted && !guarding.others.length) {
    if (token.startsWith('W/')) return { match: 'weak', because: `${label}: the current tag, which is weak → performed` }
    const weak = guarding.weak ?? (await tryWeak(trial, role, way))!
    return { match: weak.performed ? 'weak' : 'strong', because: `${label}: the current tag with W/ before it → ${weak.status}` }
  }
  if (typeof token !== 'number' || way.beside) return { match: 'equal', because: `${label}: only the current one → performed` }
  const future = await trial.write(role, [{ place: way.send, value: way.send.part === 'body' ? token + 5 : String(token + 5) }])
  return { match: future.performed ? 'greater-or-equal' : 'equal', because: `${label}: a number not yet given → ${future.answer.status}` }
}

/** Does `*` stand for any version? */
export async function probeAny(trial: Trial, guarding: Guarding): Promise<string | undefined> {
  const { way, role } = guarding
  if (way.send.name.toLowerCase() !== 'if-match') return undefined
  // the content is what is stored already, so that it shows too whether the token stays then
  const word = trial.subject.unseen.has(role) || typeof trial.now.marker !== 'string' ? undefined : trial.now.marker
  const known = trial.now.values.get(way.read)
  const any = await trial.write(role, [{ place: parsePlace('$request.header.If-Match'), value: '*' }], word)
  if (any.performed && word !== undefined) guarding.isKept = trial.now.values.get(way.read) === known
  return any.performed ? `${trial.subject.call(role)}, If-Match: * → performed` : undefined
}

/** When the token changes: the content of an earlier version is written again, then the same once more. */
export async function probeBumps(trial: Trial, guarding: Guarding): Promise<{ bumps: string; because: string } | undefined> {
  const { role, way } = guarding
  const call = trial.subject.call(role)
  if (trial.subject.unseen.has(role)) return unseenBumps(trial, guarding)
  const earlier = trial.before
  if (guarding.isBack === undefined && typeof earlier?.marker === 'string') {
    const back = await trial.write(role, current(trial.now, guarding), earlier.marker)
    guarding.isBack = back.performed && trial.now.values.get(way.read) === earlier.values.get(way.read)
  }
  if (guarding.isBack) return { bumps: 'content-hash', because: `${call} with the content of an earlier version → its token is back` }
  if (guarding.isKept === undefined && typeof trial.now.marker === 'string') {
    const known = trial.now.values.get(way.read)
    const same = await trial.write(role, current(trial.now, guarding), trial.now.marker)
    if (same.performed) guarding.isKept = trial.now.values.get(way.read) === known
  }
  if (guarding.isKept === undefined) return undefined
  return {
    bumps: guarding.isKept ? 'on-change' : 'every-write',
    because: `${call} with what is stored already → ${guarding.isKept ? 'the same token' : 'another token'}`,
  }
}
