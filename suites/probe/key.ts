import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../spec/contract.ts'
import type { Item } from '../kit/kit.ts'
import type { Creation } from './creation.ts'
import { outcomeOf } from './outcome.ts'
import { isMap } from './subject.ts'
import type { Trial } from './trial.ts'
import type { Repeat } from './unique.ts'

/** Does a create take a key: the same request twice with one key, then another request with it. */
export async function probeKey(trial: Trial, creation: Creation, repeat: Repeat): Promise<void> {
  const { subject } = trial
  const call = `${subject.call('create')}, ${creation.key}`
  // a repeat that made a new item was sent with a key, so it can be the first of two
  const isNew = repeat.kind === 'new'
  const key = isNew ? repeat.key : creation.fresh()
  const body = isNew ? repeat.body : creation.varied(creation.body)
  const first = isNew ? repeat : await creation.again(body, [key])
  if (!first.answer.ok || !first.item) return
  const changed = different(creation, body)
  // a body that cannot be told from the first says nothing, where repeats are told from the first without a key
  if (isDeepStrictEqual(changed, body) && !isNew) return
  // where a repeat is new without a key, the same again tells most; elsewhere another body does
  const same = (): ReturnType<Creation['again']> => creation.again(body, [key])
  let second = isNew ? await same() : undefined
  if (second && !isKnown(second, first)) return
  const other = second && isDeepStrictEqual(changed, body) ? second : await creation.again(changed, [key])
  if (!isKnown(other, first)) return
  const isReplay = other.answer.ok
  if (!isReplay && !isNew && other.answer.status === repeat.answer.status) return
  second ??= await same()
  if (!isKnown(second, first) || (!second.answer.ok && repeat.kind === 'refused')) return
  const isSame = second.answer.ok
  const because: string[] = [`${call}: the same again → ${second.answer.status}${isSame ? ', and nothing new was made' : ''}`]
  const outcomes: { [name: string]: Json } = {}
  const value: { [name: string]: Json } = { for: ['create'], key: creation.key }
  if (creation.keyMissing) {
    value['required'] = 'always'
    outcomes['keyMissing'] = outcomeOf(creation.keyMissing)
    because.push(`${subject.call('create')} without one → ${creation.keyMissing.status}, with one → ${first.answer.status}`)
  }
  if (second.answer.ok) {
    const mark = second.answer.headers.find(([name]) => /replay|idempot/i.test(name) && first.answer.header(name) === undefined)
    // 200 after 201 is the item as it is, or a replay by another status: both are allowed, unless the answer says what it is
    const isSaid = mark !== undefined && /replay/i.test(mark[0]) && isDeepStrictEqual(second.answer.body, first.answer.body)
    const isFirst = second.answer.status === first.answer.status && (first.answer.status !== 200 || isSaid)
    value['onRepeat'] = isFirst ? 'replay' : ['replay', 'current']
    outcomes['repeated'] = { status: second.answer.status, ...(mark && { where: { [`$response.header.${mark[0]}`]: mark[1] } }) }
    if (mark) because.push(`${call}: the same again is marked ${mark[0]}: ${mark[1]}`)
  } else {
    value['onRepeat'] = 'reject'
    outcomes['keyDuplicate'] = outcomeOf(second.answer)
  }
  if (other === second) because.push('not tried: another body with the same key, since no member is known that may be changed')
  else if (isReplay) {
    value['fingerprint'] = []
    because.push(`${call}: another body with the same key → ${other.answer.status} with the first item`)
  } else {
    outcomes['keyReused'] = outcomeOf(other.answer)
    because.push(`${call}: another body with the same key → ${other.answer.status}`)
  }
  because.push('not tried: how long a key is kept, whether callers have keys of their own')
  trial.settle(['idempotency'], { ...value, outcomes }, ...because)
}

/** Was nothing new made: the first item was given back, or the create refused? */
function isKnown({ answer, item }: Awaited<ReturnType<Creation['again']>>, first: { item: Item | undefined }): boolean {
  return answer.ok ? item !== undefined && item.id === first.item?.id : answer.status < 500
}

/** The body with other texts; where it has none, a number more. */
function different(creation: Creation, body: Json | undefined): Json | undefined {
  if (creation.fields(body).length || !isMap(body)) return creation.varied(body)
  const number = Object.entries(body).find(([, value]) => typeof value === 'number')
  return number ? { ...body, [number[0]]: Number(number[1]) + 1 } : body
}
