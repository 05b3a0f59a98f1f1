import { readPointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Answer } from '../kit/answer.ts'
import type { Creation } from './creation.ts'
import { current, type Guarding } from './guards.ts'
import { outcomeOf } from './outcome.ts'
import { isShaped } from './patch-shape.ts'
import type { Put } from './subject.ts'
import type { Trial } from './trial.ts'
import { isSameRefusal, type Repeat, type Taken, within } from './unique.ts'

/** Says what must be unique, after it was seen by which roles the item under trial is refused what another has. */
export async function settleUnique(
  trial: Trial,
  creation: Creation,
  repeat: Repeat,
  taken: readonly Taken[],
  guards: readonly Guarding[],
): Promise<void> {
  const call = trial.subject.call('create')
  for (const one of taken) {
    const roles = ['create', ...(await onUpdate(trial, creation, one, guards))]
    const [field] = one.fields
    const isOne = one.fields.length === 1
    const value = readPointer(repeat.body, field!) as string
    const outcomes: { [name: string]: Json } = {
      duplicate: outcomeOf(one.answer, { ...(isOne && { fields: [field!], sentValue: value }), existing: repeat.first.id }),
    }
    if (repeat.kind === 'given back') {
      outcomes['repeated'] = { status: repeat.answer.status }
      one.because.push(`${call} with the same body → ${repeat.answer.status} with the same item`)
    }
    const places = one.fields.map((pointer) => `$request.body#${pointer}`)
    trial.settle(
      ['unique', one.fields.map((pointer) => pointer.slice(1).replaceAll('/', '-')).join('-')],
      { fields: isOne ? places[0]! : places, ...within(trial.subject), for: roles, ...one.compare, outcomes },
      ...one.because,
    )
  }
}

/** The roles by which the item under trial is refused the values of another. */
async function onUpdate(
  trial: Trial,
  creation: Creation,
  { fields, other, because }: Taken,
  guards: readonly Guarding[],
): Promise<string[]> {
  const { subject } = trial
  const { marker } = subject.resource
  const roles: string[] = []
  const names = fields.join(' and ')
  const put = (values: Json | undefined): Put[] =>
    fields.map((field) => ({ place: parsePlace(`$request.body#${field}`), value: readPointer(values, field) as Json }))
  const word = (values: Json | undefined): string =>
    marker !== undefined && fields.includes(marker) ? (readPointer(values, marker) as string) : subject.word()
  let proved: Answer | undefined
  for (const role of ['replace', 'patch'] as const) {
    if (!subject.has(role) || (role === 'patch' && isShaped(subject)) || trial.closed.has(role) || marker === undefined) continue
    const token = (): Put[] => current(trial.now, guards.find((one) => one.role === role) ?? guards[0])
    const { answer } = await trial.write(role, [...token(), ...put(other)], word(other))
    if (answer.ok || answer.status >= 500) continue
    if (proved && isSameRefusal(answer, proved)) {
      roles.push(role)
      because.push(`${subject.call(role)}: an item with the ${names} of another → ${answer.status}, as before`)
      continue
    }
    if (!token().length) await trial.prove()
    // the control: values that nobody has are taken, so it is not the change itself that is refused
    const free = creation.varied(creation.body)
    if (!(await trial.write(role, [...token(), ...put(free)], word(free))).performed) continue
    proved = answer
    roles.push(role)
    because.push(`${subject.call(role)}: an item with the ${names} of another → ${answer.status}, with one that is free → performed`)
  }
  return roles
}
