import { readPointer, writePointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import type { Answer } from '../kit/answer.ts'
import type { Creation } from './creation.ts'
import type { Guarding } from './guards.ts'
import { current } from './guards.ts'
import { outcomeOf } from './outcome.ts'
import type { Trial } from './trial.ts'

/** So many members are tried one by one. */
const most = 6

/** What the first create said again: made anew, given back, or refused. */
export interface Repeat {
  answer: Answer
  kind: 'new' | 'given back' | 'refused'
}

/** The same create again, body and all. */
export async function repeatCreate(trial: Trial, creation: Creation): Promise<Repeat> {
  const { answer, item } = await creation.again(creation.body)
  return { answer, kind: !answer.ok ? 'refused' : item && item.id === trial.item.id ? 'given back' : 'new' }
}

/** Which members must be unique: creates that are new in all but one of them. */
export async function probeUnique(trial: Trial, creation: Creation, repeat: Repeat, guarding: Guarding | undefined): Promise<void> {
  const { subject, item } = trial
  const call = subject.call('create')
  if (repeat.kind === 'new' || repeat.answer.status >= 500) return
  const fields = creation.fields(creation.body).slice(0, most)
  const taken: { field: string; answer: Answer }[] = []
  for (const field of fields) {
    const { answer } = await creation.again(creation.varied(creation.body, [field]))
    if (!answer.ok && answer.status < 500) taken.push({ field, answer })
  }
  if (!taken.length) {
    if (repeat.kind === 'refused')
      trial.questions.push(
        `${call} with the same body → ${repeat.answer.status}, but no member alone is the reason: are several unique together? Say unique: { NAME: { fields: [ … ] } }`,
      )
    else trial.questions.push(`${call} with the same body → ${repeat.answer.status} with the same item, but no member alone is unique`)
    return
  }
  // the positive control: new in all of them is performed
  const other = await creation.again(creation.varied(creation.body))
  if (!other.answer.ok) return void trial.questions.push(`${call} is refused now, whatever its body (${other.answer.status})`)
  for (const { field, answer } of taken) {
    const name = field.slice(1)
    const because = [`${call} with the ${field} of another item, all else new → ${answer.status}; new in all → ${other.answer.status}`]
    const value = readPointer(creation.body, field) as string
    const swapped = value.toUpperCase() === value ? value.toLowerCase() : value.toUpperCase()
    const cased = await creation.again(writePointer(creation.varied(creation.body), field, swapped) as Json)
    const compare: { [name: string]: Json } =
      !cased.answer.ok && cased.answer.status === answer.status ? { compare: 'case-insensitive' } : {}
    because.push(`${call} with it in other letters (${value === value.toLowerCase() ? 'upper' : 'lower'} case) → ${cased.answer.status}`)
    const roles = ['create', ...(other.item ? await onUpdate(trial, field, value, other.item, guarding, because) : [])]
    const outcomes: { [name: string]: Json } = { duplicate: outcomeOf(answer, { fields: [field], existing: item.id, sentValue: value }) }
    if (repeat.kind === 'given back') {
      outcomes['repeated'] = { status: repeat.answer.status }
      because.push(`${call} with the same body → ${repeat.answer.status} with the same item`)
    }
    trial.settle(['unique', name], { fields: `$request.body#${field}`, for: roles, ...compare, outcomes }, ...because)
  }
}

/** The roles by which another item is refused the value. */
async function onUpdate(
  trial: Trial,
  field: string,
  value: string,
  other: Trial['item'],
  guarding: Guarding | undefined,
  because: string[],
): Promise<string[]> {
  const { subject } = trial
  const roles: string[] = []
  for (const role of ['replace', 'patch'] as const) {
    if (!subject.has(role) || trial.closed.has(role) || subject.resource.marker === undefined) continue
    const shot = await subject.read(other)
    if (!shot.answer.ok) return roles
    const request = await subject.change(
      other,
      role,
      shot,
      typeof shot.marker === 'string' ? shot.marker : subject.word(),
      current(shot, guarding),
    )
    if (Array.isArray(request.body)) continue
    const answer = await subject.send({ ...request, body: writePointer(request.body, field, value) as Json })
    if (answer.ok || answer.status >= 500) continue
    roles.push(role)
    because.push(`${subject.call(role)}: another item with that ${field} → ${answer.status}`)
  }
  return roles
}
