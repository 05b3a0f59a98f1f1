import { isDeepStrictEqual } from 'node:util'
import { writePointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { hasMembers } from '../../spec/schemas.ts'
import { mediaType, ownName } from '../kit/whole.ts'
import { chosenAt, readdressed } from './chosen.ts'
import type { Creation } from './creation.ts'
import { current, type Guarding } from './guards.ts'
import { Stop, type Subject } from './subject.ts'
import type { Trial } from './trial.ts'

/**
 * Where reads show no content at all, only how far it has come or which version it is: writes are known by what they change there. That a read
 * changes nothing by itself is made sure of first.
 * @returns whether that is so
 * @throws Stop where two reads differ
 */
export async function findUnseen(trial: Trial): Promise<boolean> {
  const { subject, now } = trial
  if (subject.resource.marker !== '' || now.payload !== undefined) return false
  if (now.values.size === 0) throw new Stop(`${subject.call('read')} shows nothing of an item, so nothing could be proved`)
  await isStill(trial)
  for (const role of ['replace', 'patch'] as const) subject.unseen.add(role)
  trial.settle(['payload'], { read: false }, `${subject.call('read')} shows no content`)
  return true
}

/**
 * Whether a create under an id that is taken replaces what is there: what a read shows of the item changes, and it is the same item. Such a
 * create is a replacement too.
 */
export async function probeOverwrite(trial: Trial, creation: Creation): Promise<boolean> {
  const { subject, item, now } = trial
  const create = subject.resource.operations.get('create')!
  if (subject.has('replace') || create.operation.method !== 'POST' || !chosenAt(subject).some(({ part }) => part === 'query')) return false
  const type = mediaType(create.operation, 'create')
  // content with members shows in the marker, as that of any other replacement
  if (!type || hasMembers(type)) return false
  await isStill(trial)
  const { answer, item: same } = await subject.create(readdressed(subject, await creation.request(subject.word(), []), item.id))
  if (!answer.ok || same?.path[ownName(subject.resource)] !== item.id) return false
  const after = await subject.read(item)
  if (!after.answer.ok || isDeepStrictEqual(after.values, now.values)) return false
  subject.resource.operations.set('replace', create)
  subject.unseen.add('replace')
  trial.before = now
  trial.now = after
  trial.versions.push(after)
  const call = `${create.operation.method} ${create.operation.path}`
  trial.settle(['payload'], { read: false }, `${subject.call('read')} does not show what ${call} sends`)
  trial.settle(['operations', 'replace'], call, `${call} under an id that is taken → ${answer.status}, and the item is another version`)
  return true
}

/** A patch of what reads show of an item, where its content is something else: the call, as a contract says it. */
export function patchBeside({ resource }: Subject): Json | undefined {
  const call = resource.operations.get('patch')?.operation
  if (!call || !resource.marker) return undefined
  const body = writePointer({}, resource.marker, '$marker') as Json
  return { call: `${call.method} ${call.path}`, with: { '$request.body': body } }
}

/** When the token of content that cannot be read changes: it grows by what is appended, or the same is sent again, or what was sent before. */
export async function unseenBumps(trial: Trial, guarding: Guarding): Promise<{ bumps: string; because: string } | undefined> {
  const { role, way } = guarding
  const call = trial.subject.call(role)
  const token = (): string => String(trial.now.values.get(way.read))
  const write = async (content: string): Promise<{ ok: boolean; from: string; to: string }> => {
    const from = token()
    const { answer } = await trial.write(role, current(trial.now, guarding), content)
    return { ok: answer.ok, from, to: token() }
  }
  const [short, long] = [trial.subject.word(), trial.subject.word() + trial.subject.word()]
  const first = await write(short)
  if (!first.ok) return undefined
  const isGrown = ({ from, to }: { from: string; to: string }, content: string): boolean =>
    /^\d+$/.test(from) && Number(to) - Number(from) === Buffer.byteLength(content)
  if (isGrown(first, short)) {
    const second = await write(long)
    if (!second.ok || !isGrown(second, long)) return undefined
    return { bumps: 'append-length', because: `${call} with ${short.length} and with ${long.length} bytes → the number grows by as many` }
  }
  const same = await write(short)
  if (!same.ok) return undefined
  if (same.from !== same.to) return { bumps: 'every-write', because: `${call} with what is stored already → another token` }
  const other = await write(long)
  const back = await write(short)
  const isBack = other.ok && back.ok && other.from !== other.to && back.to === same.to
  return isBack
    ? { bumps: 'content-hash', because: `${call} with the content of an earlier version → its token is back` }
    : { bumps: 'on-change', because: `${call} with what is stored already → the same token` }
}

/** @throws Stop where what a read shows changes by itself: then nothing could be told from it */
async function isStill({ subject, item, now }: Trial): Promise<void> {
  const again = await subject.read(item)
  if (!again.answer.ok || !isDeepStrictEqual(again.values, now.values))
    throw new Stop(`${subject.call('read')} shows something else each time, so nobody could tell whether a write was performed`)
}
