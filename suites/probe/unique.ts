import { isDeepStrictEqual } from 'node:util'
import { readPointer, writePointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { ownName } from '../kit/whole.ts'
import { parametersOf } from '../../spec/pairs.ts'
import type { Answer } from '../kit/answer.ts'
import type { Item } from '../kit/kit.ts'
import type { Creation } from './creation.ts'
import { kindOf } from './kind.ts'
import type { Put, Subject } from './subject.ts'
import type { Trial } from './trial.ts'

/** So many members are tried one by one. */
const most = 6

/** So many members, the likely ones, are tried for being the only one that must be new. */
const likely = 2

/** What a create said that was sent twice: made anew, given back, or refused. */
export interface Repeat {
  /** The body of both, and the item that the first made. */
  body: Json | undefined
  first: Item
  answer: Answer
  /** The key that the second was sent with, and the item that it made. */
  key: Put
  item: Item | undefined
  kind: 'new' | 'given back' | 'refused'
}

/** The create of the item under trial again, body and all, before anybody changes it. A key is new to the target, so it does not make it the same. */
export async function repeatCreate(trial: Trial, creation: Creation): Promise<Repeat> {
  const { body } = creation
  const key = creation.fresh()
  const { answer, item } = await creation.again(body, [key])
  const kind = !answer.ok ? 'refused' : item && item.id === trial.item.id ? 'given back' : 'new'
  return { body, first: trial.item, answer, key, item, kind }
}

/** Members that must be unique, and what is known of them. */
export interface Taken {
  fields: readonly string[]
  answer: Answer
  compare: { compare?: 'case-insensitive' }
  because: string[]
  /** The body of another item, which nobody changes. */
  other: Json | undefined
}

/** Which members must be unique: creates that are new in one of them alone, and in all but one. Nothing may have changed the first item. */
export async function probeUnique(trial: Trial, creation: Creation, repeat: Repeat): Promise<Taken[]> {
  if (repeat.kind === 'new' || repeat.answer.status >= 500) return []
  const call = trial.subject.call('create')
  const fields = creation.fields(repeat.body).toSorted((a, b) => Number(isLikely(b)) - Number(isLikely(a)))
  const all = (await onlyOne(trial, creation, repeat, fields)) ?? (await oneByOne(trial, creation, repeat, fields.slice(0, most)))
  if (all?.length === 0)
    trial.questions.push(
      `${call} with the same body → ${repeat.answer.status}${repeat.kind === 'refused' ? '' : ' with the same item'}, but no member that can be varied is the reason: what is unique? Say unique: { NAME: { fields: [ … ] } }`,
    )
  return all ?? []
}

/** Where another value of one member is enough for the create to be performed: it is unique by itself, or together with others. */
async function onlyOne(trial: Trial, creation: Creation, repeat: Repeat, fields: readonly string[]): Promise<Taken[] | undefined> {
  const { body } = repeat
  const call = trial.subject.call('create')
  for (const field of fields.slice(0, likely)) {
    const others = fields.filter((one) => one !== field)
    const other = creation.varied(body, others)
    const made = await creation.again(other)
    if (!made.answer.ok || !made.item || made.item.id === repeat.first.id) continue
    const enough = `${call} with another ${field} and all else the same → ${made.answer.status}`
    const kept = creation.varied(body, [field])
    const cased = await creation.again(swapped(kept, field))
    // refused in other letters too, it is so in the same; but a form that is not allowed is refused as well
    if (others.length && isSameRefusal(cased.answer, repeat.answer) && ![400, 422].includes(cased.answer.status))
      return [taken(trial, [field], cased.answer, cased.answer, other, [enough])]
    // without other members, the repeat was the create in question
    const alone = others.length ? (await creation.again(kept)).answer : repeat.answer
    if (!alone.ok && alone.status < 500) return [taken(trial, [field], alone, cased.answer, other, [enough])]
    if (repeat.kind !== 'refused') return []
    return together(trial, creation, repeat, fields, field, other)
  }
  return undefined
}

/** Members that are unique only together: each of them, new, is enough for the create to be performed. */
async function together(
  trial: Trial,
  creation: Creation,
  { body, answer }: Repeat,
  fields: readonly string[],
  known: string,
  other: Json | undefined,
): Promise<Taken[]> {
  const parts: string[] = []
  for (const field of fields.slice(0, most)) {
    const others = fields.filter((one) => one !== field)
    if (field === known || (await creation.again(creation.varied(body, others))).answer.ok) parts.push(field)
  }
  if (parts.length < 2) return []
  const because = [
    `${trial.subject.call('create')} with the same body → ${answer.status}; with another ${parts.join(', or another ')} → performed`,
  ]
  return [{ fields: parts.toSorted((a, b) => fields.indexOf(a) - fields.indexOf(b)), answer, compare: {}, because, other }]
}

/** Several members, each unique by itself: creates that are new in all but one. Undefined where nothing follows. */
async function oneByOne(trial: Trial, creation: Creation, { body }: Repeat, fields: readonly string[]): Promise<Taken[] | undefined> {
  const found: { field: string; answer: Answer }[] = []
  let other: { body: Json | undefined } | undefined
  for (const field of fields) {
    const next = creation.varied(body, [field])
    const { answer } = await creation.again(next)
    if (!answer.ok && answer.status < 500) found.push({ field, answer })
    else if (answer.ok) other ??= { body: next }
  }
  if (!found.length) return []
  // the positive control: new in all that are refused is performed
  if (!other) {
    const next = creation.varied(body)
    if ((await creation.again(next)).answer.ok) other = { body: next }
  }
  if (!other) return void trial.questions.push(`${trial.subject.call('create')} is refused now, whatever its body`)
  const all: Taken[] = []
  for (const { field, answer } of found) {
    const cased = await creation.again(swapped(creation.varied(body, [field]), field))
    all.push(taken(trial, [field], answer, cased.answer, other.body, []))
  }
  return all
}

function taken(
  trial: Trial,
  fields: readonly string[],
  answer: Answer,
  cased: Answer,
  other: Json | undefined,
  because: readonly string[],
): Taken {
  const call = trial.subject.call('create')
  const own = `${call} with the ${fields[0]} of another item, all else new → ${answer.status}`
  return {
    fields,
    answer,
    compare: isSameRefusal(cased, answer) ? { compare: 'case-insensitive' } : {},
    because: [...because, own, `${call} with it in other letters → ${cased.status}`],
    other,
  }
}

/** Refused with the same status, and for the same kind of reason where answers name one. */
export function isSameRefusal(one: Answer, other: Answer): boolean {
  return !one.ok && one.status === other.status && isDeepStrictEqual(kindOf(one), kindOf(other))
}

function swapped(body: Json | undefined, field: string): Json {
  const value = readPointer(body, field) as string
  return writePointer(body, field, value.toUpperCase() === value ? value.toLowerCase() : value.toUpperCase()) as Json
}

/** Is a member named like what is often unique? */
function isLikely(pointer: string): boolean {
  return /(name|id|e-?mail|key|code|slug|title|number)$/i.test(pointer)
}

/** All creates had the same values in the path: no more is said than that it is unique among these. What the contract fixes is the same for everybody. */
export function within(subject: Subject): { [name: string]: Json } {
  const fixed = subject.resource.with.filter(({ place }) => place.part === 'path').map(({ place }) => place.name)
  const parameters = parametersOf(subject.resource.operations.get('create')!.operation.path).filter(
    (name) => !fixed.includes(name) && name !== ownName(subject.resource),
  )
  return parameters.length ? { within: parameters.map((name) => `$request.path.${name}`) } : {}
}
