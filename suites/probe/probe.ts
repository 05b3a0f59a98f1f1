import type { Finding } from '../../spec/candidates/finding.ts'
import type { Json, Resource, Role } from '../../spec/contract.ts'
import type { Session } from '../kit/session.ts'
import { Inconclusive, Skip } from '../kit/verdict.ts'
import { probeReads, probeCreateOnly } from './conditions.ts'
import { tryUnmodified, tryUnmodifiedToo, unmodifiedFinding } from './dates.ts'
import { chosenAt, probeChosen, readdressed } from './chosen.ts'
import { probeCreateValue } from './create-only.ts'
import { Creation } from './creation.ts'
import { type Guarding, isOther, probeAny, probeGuard, probeGuardToo, probeMatch, staleOutcome } from './guards.ts'
import { probeKey } from './key.ts'
import { probeLock } from './lock.ts'
import { findMarker } from './marker.ts'
import { outcomeOf } from './outcome.ts'
import { probeOverwriteField } from './overwrite.ts'
import { probeRemoval } from './removal.ts'
import { Stop, Subject } from './subject.ts'
import { shapePatch } from './patch-shape.ts'
import { toldInProse } from './prose.ts'
import { probeNoneExist } from './none-exist.ts'
import { sweep } from './sweep.ts'
import { tokenFindings } from './token-findings.ts'
import { Trial } from './trial.ts'
import { probeUnique, repeatCreate } from './unique.ts'
import { settleUnique } from './unique-update.ts'
import { patchBeside, probeOverwrite } from './unseen.ts'
import { type Seen, type Upsert, written } from './written.ts'
import { along } from './ways.ts'

/** What requests settled about a resource. */
export interface Settled {
  findings: Finding[]
  questions: string[]
  /** Roles that the target does not have, whatever a document says. */
  absent: Role[]
  /** Requests that it took, and those that cleaned up. */
  requests: number
  cleaning: number
}

export interface ProbeOptions {
  signal: AbortSignal
  /** Requests for one resource at most, cleaning up left out. */
  budget?: number
}

/** So many requests settle a resource that has everything; most take a third of it. */
export const defaultBudget = 60

/**
 * Settles what a document cannot say of one resource, by creating, reading, changing and deleting items of its own. Deletes what it made,
 * whatever happens; what cannot be deleted is in `session.leftovers`.
 */
export async function probeResource(
  session: Session,
  resource: Resource,
  { signal, budget = defaultBudget }: ProbeOptions,
): Promise<Settled> {
  const subject = new Subject(session, resource, { budget, signal })
  const settled: Settled = { findings: [], questions: [], absent: [], requests: 0, cleaning: 0 }
  const bad: string[] = []
  try {
    if (!resource.operations.has('create')) throw new Stop('nothing creates an item, so nothing was tried')
    const creation = new Creation(subject)
    const { answer, item } = await creation.first()
    if (!resource.operations.has('read')) throw new Stop('an item cannot be read back, so nothing could be proved')
    if (resource.payload.read === false && chosenAt(subject).length) {
      settled.findings = await probeChosen(subject, creation, item, await subject.read(item))
      return settled
    }
    if (resource.payload.read === false) throw new Stop('an item cannot be read back, so nothing could be proved')
    const now = await subject.read(item)
    if (!now.answer.ok) throw new Stop(`${subject.call('read')} → ${now.answer.shown} for an item that was just created`)
    const trial = new Trial(subject, item, now)
    settled.findings = trial.findings
    settled.questions = trial.questions
    settled.absent = trial.absent
    const put = resource.operations.get('create')!.operation
    if (put.method === 'PUT' && !put.responses.some(({ status }) => status === '201'))
      trial.settle(['operations', 'create'], `PUT ${put.path}`, `${subject.call('create')} to an id that nobody has → ${answer.status}`)
    await findMarker(trial, creation)
    await probeAll(trial, creation)
  } catch (error) {
    if (!(error instanceof Stop || error instanceof Inconclusive || error instanceof Skip)) throw error
    bad.push(`the probe ended early: ${error.message}`)
  } finally {
    settled.requests = subject.sent
    settled.cleaning = await sweep(subject)
  }
  return { ...settled, questions: [...bad, ...settled.questions] }
}

async function probeAll(trial: Trial, creation: Creation): Promise<void> {
  const { subject } = trial
  const isOwn = subject.resource.operations.get('create')!.operation.method === 'POST'
  const repeat = isOwn ? await repeatCreate(trial, creation) : undefined
  const taken = repeat ? await probeUnique(trial, creation, repeat) : []
  const isOverwritten = await probeOverwrite(trial, creation)
  let main = (['replace', 'patch'] as const).find((role) => subject.has(role))
  const guards: Seen[] = []
  const keep = (found: Guarding | undefined): void => void (found && guards.push({ guarding: found, stale: staleOutcome(trial, found) }))
  let guarding: Guarding | undefined
  const shape = isOverwritten ? patchBeside(subject) : shapePatch(subject)
  if (main && subject.resource.marker !== undefined) {
    guarding = await probeGuard(trial, main)
    if (trial.absent.includes('replace') && subject.has('patch')) guarding = await probeGuard(trial, (main = 'patch'))
    keep(guarding)
    if (guarding) await describe(trial, guarding)
    const told = guarding && !isTold(guards[0]!) ? await toldInProse(trial, guarding) : undefined
    if (told !== undefined) guards[0]!.stale = withReveal(guards[0]!.stale, 'currentToken', told)
    const isOpen = !trial.closed.has(main)
    const createOnly = main === 'replace' && isOpen ? await probeCreateOnly(trial, guarding) : undefined
    const dated = isOpen ? await tryUnmodified(trial, main, guarding) : undefined
    await trial.prove()
    if (createOnly) trial.findings.push(createOnly)
    else if (main === 'replace' && isOpen) trial.findings.push(...(await probeCreateValue(trial, guarding)))
    if (main === 'replace' && subject.has('patch')) {
      const patch = guarding ? await probeGuardToo(trial, 'patch', guarding) : await probeGuard(trial, 'patch')
      if (patch && !guarding) await describe(trial, patch)
      else if (patch && isOther(patch, guarding)) patch.token = await tokenFindings(trial, patch)
      keep(patch)
      if (shape !== undefined && !trial.closed.has('patch'))
        trial.settle(['operations', 'patch'], shape, `${subject.call('patch')} in this shape → performed`)
      if (dated && !trial.closed.has('patch')) await tryUnmodifiedToo(trial, 'patch', dated, patch)
    }
    if (dated) trial.findings.push(await unmodifiedFinding(trial, dated, guarding))
    await trial.prove()
  }
  await probeReads(trial)
  const upsert = await probeUpsert(trial, guarding)
  if (trial.closed.has('replace') && trial.absent.length === 0 && chosenAt(subject).length) {
    const chosen = await probeChosen(subject, creation, trial.item, trial.now)
    // then it was not a version that was missing
    if (chosen.length) trial.questions.splice(0, Infinity, ...trial.questions.filter((one) => !one.startsWith(subject.call('replace'))))
    trial.findings.push(...chosen)
  }
  if (repeat) {
    await settleUnique(
      trial,
      creation,
      repeat,
      taken,
      guards.map((one) => one.guarding),
    )
    await probeKey(trial, creation, repeat)
    await probeNoneExist(trial, creation)
    if (chosenAt(subject).length) trial.findings.push(...(await probeChosen(subject, creation, trial.item, trial.now)))
  }
  if (main && subject.resource.marker !== undefined) await probeLock(trial, main, guarding)
  await probeOverwriteField(trial, creation, guarding)
  const removals = subject.has('delete')
    ? await probeRemoval(
        trial,
        guards.map((one) => one.guarding),
        creation,
      )
    : []
  for (const removal of removals) {
    const known = guards.find((one) => !isOther(one.guarding, removal))?.guarding
    // nothing else compares this token, so the guard says it itself
    const token = known ? known.token : await tokenFindings(trial, removal)
    keep(token ? { ...removal, token } : removal)
  }
  trial.findings.push(...written(guards, subject, upsert))
}

function isTold({ stale }: Seen): boolean {
  return 'currentToken' in ((stale['reveal'] ?? {}) as object)
}

function withReveal(outcome: Record<string, Json>, name: string, at: Json): Record<string, Json> {
  const reveal = (outcome['reveal'] ?? {}) as { [name: string]: Json }
  return name in reveal ? outcome : { ...outcome, reveal: { ...reveal, [name]: at } }
}

async function describe(trial: Trial, guarding: Guarding): Promise<void> {
  const { match, because } = await probeMatch(trial, guarding)
  trial.settle(['guards', 'update', 'match'], match, because)
  const any = await probeAny(trial, guarding)
  if (any) trial.settle(['guards', 'update', 'any'], '*', any)
  for (const [key, finding] of await tokenFindings(trial, guarding)) trial.findings.push({ ...finding, at: ['token', key] })
}

/** A PUT to an id that nobody has: does it create, and what if it names a version? */
async function probeUpsert(trial: Trial, guarding: Guarding | undefined): Promise<Upsert> {
  const { subject, item, now } = trial
  const nothing = { creates: false, absent: undefined, because: [] }
  if (!subject.has('replace') || subject.resource.marker === undefined) return nothing
  const call = subject.call('replace')
  const elsewhere = async (puts: Parameters<Subject['change']>[4]): ReturnType<Subject['create']> => {
    const request = await subject.change(item, 'replace', now, subject.word(), puts)
    return subject.create(readdressed(subject, request))
  }
  const isCreate = subject.resource.operations.get('create')!.operation === subject.resource.operations.get('replace')!.operation
  // elsewhere it tells whether a version is wanted of all, or only of what exists
  if (!isCreate && (!guarding?.required || !(await elsewhere([])).answer.ok)) return nothing
  const because = [`${call} to an id that nobody has → created`]
  const puts = guarding && along(guarding.way, now)
  if (!puts) return { creates: true, absent: undefined, because }
  const { answer } = await elsewhere(puts)
  if (answer.ok) return { creates: true, absent: undefined, because }
  because.push(`${call} to an id that nobody has, with a version → ${answer.status}`)
  return { creates: true, absent: outcomeOf(answer), because }
}
