import type { Json } from '../../spec/contract.ts'
import type { Answer } from '../kit/answer.ts'
import { type Guarding, stepOf } from './guards.ts'
import { scalars } from './subject.ts'
import type { Trial } from './trial.ts'
import { along, isSamePut } from './ways.ts'

/** A sentence in an answer: the member that it stands in, and what stands around the value. */
interface Saying {
  pointer: string
  before: string
  after: string
}

/**
 * Where a refusal tells the current version within a sentence: the place and the text around it. One sentence proves nothing, since a small
 * number is found by accident: another refusal, after another write, must tell the version of then in the same words.
 */
export async function toldInProse(trial: Trial, guarding: Guarding): Promise<Json | undefined> {
  const { way, role, stale } = guarding
  const stored = trial.stale.get(role)
  const then = stored?.now.values.get(way.read)
  if (way.beside || then === undefined) return undefined
  const first = sayings(stale, then)
  const old = trial.before && along(way, trial.before, stepOf(guarding))
  const now = trial.now.values.get(way.read)
  if (!first.length || !old || now === undefined || now === then || isSamePut(old, along(way, trial.now, stepOf(guarding))))
    return undefined
  const again = await trial.write(role, old)
  if (again.answer.ok || again.answer.status !== stale.status) return undefined
  for (const one of first) {
    const other = sayings(again.answer, now).find(({ pointer, before }) => pointer === one.pointer && before === one.before)
    if (!other || !/\p{L}{3}/u.test(one.before)) continue
    const mark = /^[^\p{L}\p{N}\s]*/u.exec(one.after)![0]
    if (other.after.startsWith(mark)) return { at: `$response.body#${one.pointer}`, text: `${one.before}{}${mark}` }
  }
  return undefined
}

/** Where a value stands as a word of its own within a longer text, with the rest of its sentence. */
function sayings(answer: Answer, value: string | number): Saying[] {
  const word = String(value)
  return scalars(answer.body).flatMap(([pointer, text]): Saying[] => {
    if (typeof text !== 'string' || text === word) return []
    const [before = '', after, ...more] = text.split(word)
    // told twice, nobody knows which is meant
    if (after === undefined || more.length || /[\p{L}\p{N}]$/u.test(before) || /^[\p{L}\p{N}]/u.test(after)) return []
    return [{ pointer, before: before.slice(before.search(/[^.!?]*$/)).trimStart(), after }]
  })
}
