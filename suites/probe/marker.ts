import { readPointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import type { Creation } from './creation.ts'
import { Stop } from './subject.ts'
import type { Trial } from './trial.ts'

/**
 * Sees which texts come back as they were sent, and makes sure that the marker is one of them. What a server changes on write is told.
 * @throws Stop where no text survives
 */
export async function findMarker(trial: Trial, creation: Creation): Promise<void> {
  const { subject, now } = trial
  const { resource } = subject
  if (resource.marker === '') return
  const sent = (pointer: string): Json | undefined => readPointer(creation.body, pointer) as Json | undefined
  const read = (pointer: string): Json | undefined => readPointer(now.payload, pointer) as Json | undefined
  const fields = creation.fields(creation.body)
  for (const field of fields)
    if (sent(field) !== read(field)) trial.questions.push(`${field} does not come back as it was sent (${subject.call('create')}, then ${subject.call('read')}): the server ${read(field) === undefined ? 'keeps it to itself' : 'changes it'}`)
  if (resource.marker !== undefined && (sent(resource.marker) === undefined || sent(resource.marker) === read(resource.marker))) return
  const found = fields.find((field) => sent(field) === read(field))
  if (found === undefined) throw new Stop('no text of an item comes back as it was sent, so nobody could tell whose write is stored; say a "marker"')
  resource.marker = found
  trial.now = subject.shot(now.answer)
  trial.settle(['marker'], found, `${subject.call('create')}, then ${subject.call('read')}: it comes back as it was sent`)
}
