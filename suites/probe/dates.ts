import { formatHttpDate, parseHttpDate } from '../../http/http-date.ts'
import type { Finding } from '../../spec/candidates/finding.ts'
import type { Role } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Answer } from '../kit/answer.ts'
import { current, type Guarding } from './guards.ts'
import { outcomeOf } from './outcome.ts'
import type { Put } from './subject.ts'
import type { Trial } from './trial.ts'

const day = 86_400_000

/** A refusal of a date before the last change, for the roles that were tried. */
export interface Dated {
  for: Role[]
  stale: Answer
  because: string[]
}

/** A condition that says when the item was last seen: a date in milliseconds. */
export function unmodifiedSince(date: number): Put {
  return { place: parsePlace('$request.header.If-Unmodified-Since'), value: formatHttpDate(date) }
}

/** A date before the item was made. Undefined, where reads tell no date. */
export function oldDate({ versions }: Trial): Put | undefined {
  const date = parseHttpDate(versions[0]!.answer.header('last-modified') ?? '')
  return date === undefined ? undefined : unmodifiedSince(date - day)
}

/** `If-Unmodified-Since` with a date before the last change. What is found holds when `trial.prove` shows that nothing changed. */
export async function tryUnmodified(trial: Trial, role: Role, guarding: Guarding | undefined): Promise<Dated | undefined> {
  const call = trial.subject.call(role)
  const because: string[] = []
  const old = oldDate(trial)
  if (!old) return undefined
  if (guarding?.required) {
    // alone, since the date counts as the condition; else the refusal would be for the missing token
    const date = await trial.date()
    if (date === undefined || !(await trial.write(role, [unmodifiedSince(date)])).performed) return undefined
    because.push(`${call}, If-Unmodified-Since: the current date → performed`)
  }
  const { answer } = await trial.write(role, [old])
  if (answer.ok || answer.status >= 500) return undefined
  because.push(`${call}, If-Unmodified-Since: the day before → ${answer.status}, nothing changed`)
  return { for: [role], stale: answer, because }
}

/**
 * The same for another role: one refusal with the same status, where a write without a condition is not refused like that. What is found
 * holds when `trial.prove` shows that nothing changed.
 */
export async function tryUnmodifiedToo(trial: Trial, role: Role, dated: Dated, guarding: Guarding | undefined): Promise<void> {
  const old = oldDate(trial)
  if (!old || guarding?.missing?.status === dated.stale.status) return
  const { answer } = await trial.write(role, [old])
  if (answer.status !== dated.stale.status) return
  dated.for.push(role)
  dated.because.push(`${trial.subject.call(role)}, If-Unmodified-Since: the day before → ${answer.status}, nothing changed`)
}

/** Says what was found, after it was tried whether a current tag beside an old date is enough. */
export async function unmodifiedFinding(trial: Trial, dated: Dated, guarding: Guarding | undefined): Promise<Finding> {
  const because = [...dated.because]
  let override = {}
  const beside = current(trial.now, guarding)
  const old = oldDate(trial)
  if (old && guarding && beside[0]?.place.name.toLowerCase() === 'if-match') {
    if ((await trial.write(guarding.role, [...beside, old])).performed) {
      trial.assured()
      because.push(`${trial.subject.call(guarding.role)}, If-Match: the current tag, If-Unmodified-Since: the day before → performed`)
      override = { override: { '$request.header.If-Match': { present: true } } }
    }
  }
  await trial.prove()
  const token = { read: '$response.header.Last-Modified', format: 'http-date' }
  const stale = outcomeOf(dated.stale, { currentToken: trial.now.answer.header('etag') })
  const send = '$request.header.If-Unmodified-Since'
  return {
    at: ['guards', 'unmodified'],
    value: { for: dated.for, send, match: 'not-modified-since', ...override, token, outcomes: { stale } },
    sure: true,
    because,
  }
}
