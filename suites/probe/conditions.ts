import { formatHttpDate, parseHttpDate } from '../../http/http-date.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Guarding } from './guards.ts'
import { current } from './guards.ts'
import { outcomeOf } from './outcome.ts'
import type { Put } from './subject.ts'
import type { Trial } from './trial.ts'

const day = 86_400_000

const put = (name: string, value: string): Put => ({ place: parsePlace(`$request.header.${name}`), value })

/** Conditional reads: by the tag, by the date, and which of them decides. */
export async function probeReads(trial: Trial): Promise<void> {
  const { subject, item, now, before } = trial
  const call = subject.call('read')
  const tag = now.answer.header('etag')
  const date = now.answer.header('last-modified')
  if (tag !== undefined) {
    const copy = await subject.read(item, { 'If-None-Match': tag })
    if (copy.answer.status === 304) {
      const because = `${call}, If-None-Match: the current tag → 304`
      trial.settle(
        ['guards', 'fresh'],
        { for: ['read'], send: '$request.header.If-None-Match', match: 'differs', outcomes: { unchanged: { status: 304 } } },
        because,
      )
      if (trial.findings.every(({ at }) => at[0] !== 'token'))
        trial.settle(['token'], { ...tokenOf(tag), bumps: 'on-change' }, `${call} → ETag; no write was seen to compare it`)
    }
  }
  if (date === undefined) return
  const copy = await subject.read(item, { 'If-Modified-Since': date })
  if (copy.answer.status !== 304) return
  const because = [`${call}, If-Modified-Since: the Last-Modified of the last read → 304`]
  const old = before?.answer.header('etag')
  let override = {}
  if (
    old !== undefined &&
    old !== tag &&
    (await subject.read(item, { 'If-None-Match': old, 'If-Modified-Since': date })).answer.status === 200
  ) {
    because.push(`${call}, If-None-Match: an old tag, If-Modified-Since: the same → 200`)
    override = { override: { '$request.header.If-None-Match': { present: true } } }
  }
  const token = { read: '$response.header.Last-Modified', format: 'http-date' }
  trial.settle(
    ['guards', 'freshDate'],
    {
      for: ['read'],
      send: '$request.header.If-Modified-Since',
      match: 'modified-since',
      ...override,
      token,
      outcomes: { unchanged: { status: 304 } },
    },
    ...because,
  )
}

export function tokenOf(tag: string): { read: string; format: string } {
  return { read: '$response.header.ETag', format: /^W\/".*"$/.test(tag) ? 'etag-weak' : /^".*"$/.test(tag) ? 'etag' : 'opaque' }
}

/** `If-None-Match: *` on what exists, beside the token where one is wanted. */
export async function probeCreateOnly(trial: Trial, guarding: Guarding | undefined): Promise<boolean> {
  const call = trial.subject.call('replace')
  // only there: some servers refuse two conditions at once, whatever they say
  const wanted = guarding?.required ? guarding : undefined
  const beside = current(trial.now, wanted)
  const also = beside.length ? ' beside the current token' : ''
  const exists = await trial.write('replace', [...beside, put('If-None-Match', '*')])
  if (exists.answer.ok || exists.answer.status >= 500) return false
  await trial.prove()
  const because = [`${call}, If-None-Match: *${also}, on what exists → ${exists.answer.status}, nothing changed`]
  const tag = trial.now.answer.header('etag')
  let match = {}
  if (tag !== undefined) {
    const same = await trial.write('replace', [...current(trial.now, wanted), put('If-None-Match', tag)])
    if (!same.answer.ok) {
      because.push(`${call}, If-None-Match: the current tag${also} → ${same.answer.status}`)
      match = { match: 'differs' }
    }
  }
  const outcome = outcomeOf(exists.answer, { current: trial.now.payload, currentToken: tag })
  trial.settle(
    ['guards', 'createOnly'],
    { for: ['replace'], send: '$request.header.If-None-Match', ...match, none: '*', outcomes: { exists: outcome } },
    ...because,
  )
  return true
}

/** `If-Unmodified-Since` with a date before the last change. */
export async function probeUnmodified(trial: Trial, role: 'replace' | 'patch', guarding: Guarding | undefined): Promise<boolean> {
  const call = trial.subject.call(role)
  const because: string[] = []
  const dateOf = (): number | undefined => parseHttpDate(trial.now.answer.header('last-modified') ?? '')
  if (dateOf() === undefined) return false
  if (guarding?.required) {
    // alone, since the date counts as the condition; else the refusal would be for the missing token
    if (!(await trial.write(role, [put('If-Unmodified-Since', formatHttpDate(dateOf()!))])).performed) return false
    because.push(`${call}, If-Unmodified-Since: the current date → performed`)
  }
  const old = await trial.write(role, [put('If-Unmodified-Since', formatHttpDate(dateOf()! - day))])
  if (old.answer.ok || old.answer.status >= 500) return false
  await trial.prove()
  because.push(`${call}, If-Unmodified-Since: the day before → ${old.answer.status}, nothing changed`)
  let override = {}
  const beside = current(trial.now, guarding)
  if (beside[0]?.place.name.toLowerCase() === 'if-match') {
    if ((await trial.write(role, [...beside, put('If-Unmodified-Since', formatHttpDate(dateOf()! - day))])).performed) {
      because.push(`${call}, If-Match: the current tag, If-Unmodified-Since: the day before → performed`)
      override = { override: { '$request.header.If-Match': { present: true } } }
    }
  }
  const token = { read: '$response.header.Last-Modified', format: 'http-date' }
  const stale = outcomeOf(old.answer, { currentToken: trial.now.answer.header('etag') })
  trial.settle(
    ['guards', 'unmodified'],
    { for: [role], send: '$request.header.If-Unmodified-Since', match: 'not-modified-since', ...override, token, outcomes: { stale } },
    ...because,
  )
  return true
}
