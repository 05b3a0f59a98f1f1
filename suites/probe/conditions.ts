import type { Finding } from '../../spec/candidates/finding.ts'
import type { Json } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Guarding } from './guards.ts'
import { current } from './guards.ts'
import { outcomeOf } from './outcome.ts'
import type { Put } from './subject.ts'
import type { Trial } from './trial.ts'

const put = (name: string, value: string): Put => ({ place: parsePlace(`$request.header.${name}`), value })

/** Conditional reads: by the tag, by the date, and which of them decides. */
export async function probeReads(trial: Trial): Promise<void> {
  const { subject, item, before } = trial
  const call = subject.call('read')
  await trial.date()
  const tag = trial.now.answer.header('etag')
  const date = trial.now.answer.header('last-modified')
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
export async function probeCreateOnly(trial: Trial, guarding: Guarding | undefined): Promise<Finding | undefined> {
  const call = trial.subject.call('replace')
  // only there: some servers refuse two conditions at once, whatever they say
  const wanted = guarding?.required ? guarding : undefined
  const beside = current(trial.now, wanted)
  const also = beside.length ? ' beside the current token' : ''
  const isNew = (): ReturnType<Trial['write']> => trial.write('replace', [...current(trial.now, wanted), put('If-None-Match', '*')])
  const exists = await isNew()
  if (exists.answer.ok || exists.answer.status >= 500) return undefined
  const because = [`${call}, If-None-Match: *${also}, on what exists → ${exists.answer.status}, nothing changed`]
  const tag = trial.now.answer.header('etag')
  let match = {}
  if (tag !== undefined) {
    const same = await trial.write('replace', [...beside, put('If-None-Match', tag)])
    if (!same.answer.ok) {
      because.push(`${call}, If-None-Match: the current tag${also} → ${same.answer.status}`)
      match = { match: 'differs' }
    } else if ((await isNew()).answer.ok) return undefined // what it wrote hides what the refusal before it did
  }
  await trial.prove()
  const outcome = outcomeOf(exists.answer, { current: trial.now.payload, currentToken: tag })
  const value: Json = { for: ['replace'], send: '$request.header.If-None-Match', ...match, none: '*', outcomes: { exists: outcome } }
  return { at: ['guards', 'createOnly'], value, sure: true, because }
}
