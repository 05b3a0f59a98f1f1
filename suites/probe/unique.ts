import { readPointer, writePointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { ownName } from '../kit/whole.ts'
import { parametersOf } from '../../spec/pairs.ts'
import type { Answer } from '../kit/answer.ts'
import type { Item } from '../kit/kit.ts'
import type { Creation } from './creation.ts'
import type { Guarding } from './guards.ts'
import { current } from './guards.ts'
import { outcomeOf } from './outcome.ts'
import { isShaped } from './patch-shape.ts'
import { Stop } from './subject.ts'
import type { Trial } from './trial.ts'

/** So many members are tried one by one. */
const most = 6

/** What a create said that was sent twice: made anew, given back, or refused. */
export interface Repeat {
  /** The body of both, and the item that the first made. */
  body: Json | undefined
  item: Item
  answer: Answer
  kind: 'new' | 'given back' | 'refused'
}

/** A create, and the same again, body and all. The item under trial will not do: its members were changed. */
export async function repeatCreate(trial: Trial, creation: Creation): Promise<Repeat> {
  const body = creation.varied(creation.body)
  const first = await creation.again(body)
  if (!first.answer.ok || !first.item)
    throw new Stop(
      `${trial.subject.call('create')} → ${first.answer.status}, though it was performed before; say a "sample" that can be sent again and again`,
    )
  const { answer, item } = await creation.again(body)
  return { body, item: first.item, answer, kind: !answer.ok ? 'refused' : item && item.id === first.item.id ? 'given back' : 'new' }
}

/** Which members must be unique: creates that are new in all but one of them. */
export async function probeUnique(trial: Trial, creation: Creation, repeat: Repeat, guarding: Guarding | undefined): Promise<void> {
  const { subject } = trial
  const { body, item } = repeat
  const call = subject.call('create')
  if (repeat.kind === 'new' || repeat.answer.status >= 500) return
  const fields = creation.fields(body).slice(0, most)
  const taken: { field: string; answer: Answer }[] = []
  for (const field of fields) {
    const { answer } = await creation.again(creation.varied(body, [field]))
    if (!answer.ok && answer.status < 500) taken.push({ field, answer })
  }
  if (!taken.length && repeat.kind === 'refused') return together(trial, creation, repeat, fields)
  if (!taken.length)
    return void trial.questions.push(
      `${call} with the same body → ${repeat.answer.status} with the same item, but no member alone is unique`,
    )
  // the positive control: new in all of them is performed
  const other = await creation.again(creation.varied(body))
  if (!other.answer.ok) return void trial.questions.push(`${call} is refused now, whatever its body (${other.answer.status})`)
  for (const { field, answer } of taken) {
    const name = field.slice(1).replaceAll('/', '-')
    const because = [`${call} with the ${field} of another item, all else new → ${answer.status}; new in all → ${other.answer.status}`]
    const value = readPointer(body, field) as string
    const swapped = value.toUpperCase() === value ? value.toLowerCase() : value.toUpperCase()
    const cased = await creation.again(writePointer(creation.varied(body), field, swapped) as Json)
    const compare: { [name: string]: Json } =
      !cased.answer.ok && cased.answer.status === answer.status ? { compare: 'case-insensitive' } : {}
    because.push(`${call} with it in other letters (${value === value.toLowerCase() ? 'upper' : 'lower'} case) → ${cased.answer.status}`)
    const roles = ['create', ...(other.item ? await onUpdate(trial, creation, field, value, other.item, guarding, because) : [])]
    const outcomes: { [name: string]: Json } = { duplicate: outcomeOf(answer, { fields: [field], existing: item.id, sentValue: value }) }
    if (repeat.kind === 'given back') {
      outcomes['repeated'] = { status: repeat.answer.status }
      because.push(`${call} with the same body → ${repeat.answer.status} with the same item`)
    }
    trial.settle(['unique', name], { fields: `$request.body#${field}`, ...within(subject), for: roles, ...compare, outcomes }, ...because)
  }
}

/** Members that are unique only together: each of them, new, is enough for the create to be performed. */
async function together(trial: Trial, creation: Creation, { body, item, answer }: Repeat, fields: readonly string[]): Promise<void> {
  const call = trial.subject.call('create')
  const parts: string[] = []
  for (const field of fields) {
    const others = fields.filter((one) => one !== field)
    if ((await creation.again(creation.varied(body, others))).answer.ok) parts.push(field)
  }
  if (parts.length < 2)
    return void trial.questions.push(
      `${call} with the same body → ${answer.status}, but no member that can be varied is the reason: what is unique? Say unique: { NAME: { fields: [ … ] } }`,
    )
  const because = `${call} with the same body → ${answer.status}; with another ${parts.join(', or another ')} → performed`
  const value: Json = {
    fields: parts.map((field) => `$request.body#${field}`),
    ...within(trial.subject),
    for: ['create'],
    outcomes: { duplicate: outcomeOf(answer, { existing: item.id }) },
  }
  trial.settle(['unique', parts.map((field) => field.slice(1).replaceAll('/', '-')).join('-')], value, because)
}

/** All creates had the same values in the path: no more is said than that it is unique among these. What the contract fixes is the same for everybody. */
export function within(subject: Trial['subject']): { [name: string]: Json } {
  const fixed = subject.resource.with.filter(({ place }) => place.part === 'path').map(({ place }) => place.name)
  const parameters = parametersOf(subject.resource.operations.get('create')!.operation.path).filter(
    (name) => !fixed.includes(name) && name !== ownName(subject.resource),
  )
  return parameters.length ? { within: parameters.map((name) => `$request.path.${name}`) } : {}
}

/** The roles by which another item is refused the value. */
async function onUpdate(
  trial: Trial,
  creation: Creation,
  field: string,
  value: string,
  other: Trial['item'],
  guarding: Guarding | undefined,
  because: string[],
): Promise<string[]> {
  const { subject } = trial
  const roles: string[] = []
  for (const role of ['replace', 'patch'] as const) {
    if (!subject.has(role) || (role === 'patch' && isShaped(subject)) || trial.closed.has(role) || subject.resource.marker === undefined)
      continue
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
    // the control: a value that nobody has is taken, so it is not the change itself that is refused
    const free = readPointer(creation.varied(creation.body), field) as Json
    const right = await subject.send({ ...request, body: writePointer(request.body, field, free) as Json })
    if (!right.ok) continue
    roles.push(role)
    because.push(`${subject.call(role)}: another item with that ${field} → ${answer.status}, with one that is free → ${right.status}`)
  }
  return roles
}
