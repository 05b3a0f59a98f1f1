import { parsePointer, readPointer } from '../../http/pointer.ts'
import { tokenName } from '../../spec/candidates/names.ts'
import type { Json } from '../../spec/contract.ts'
import { propertiesOf } from '../../spec/schemas.ts'
import { parsePlace } from '../../spec/places.ts'
import { mediaType } from '../kit/whole.ts'
import type { Creation } from './creation.ts'
import { scalars, Stop } from './subject.ts'
import { findUnseen } from './unseen.ts'
import type { Trial } from './trial.ts'

/**
 * Sees which texts come back as they were sent, and makes sure that the marker is one of them. What a server changes on write is told.
 * @throws Stop where no text survives
 */
export async function findMarker(trial: Trial, creation: Creation): Promise<void> {
  const { subject, now } = trial
  const { resource } = subject
  if (await findUnseen(trial)) return
  if (resource.marker === '') return
  const sent = (pointer: string): Json | undefined => readPointer(creation.body, pointer) as Json | undefined
  const read = (pointer: string): Json | undefined => readPointer(now.payload, pointer) as Json | undefined
  const fields = creation.fields(creation.body)
  for (const field of fields)
    if (sent(field) !== read(field))
      trial.questions.push(
        `${field} does not come back as it was sent (${subject.call('create')}, then ${subject.call('read')}): the server ${read(field) === undefined ? 'keeps it to itself' : 'changes it'}`,
      )
  // where nothing is known yet, a version or an id may look like the first plain text
  const isOdd = resource.marker !== undefined && isServers(resource.marker)
  if (!isOdd && resource.marker !== undefined && (sent(resource.marker) === undefined || sent(resource.marker) === read(resource.marker)))
    return
  let found = fields.find((field) => !isServers(field) && sent(field) === read(field) && isTaken(subject, field))
  if (found === undefined) {
    const wrapped = wrapper(
      fields.map((field) => [field, sent(field)]),
      now.answer.body,
    )
    if (wrapped) {
      resource.payload = { ...resource.payload, read: [parsePlace(`$response.body#${wrapped.at}`)] }
      trial.settle(['payload', 'read'], `$response.body#${wrapped.at}`, `${subject.call('read')}: what create sent stands there`)
      found = wrapped.field
    }
  }
  if (found === undefined)
    throw new Stop('no text of an item comes back as it was sent, so nobody could tell whose write is stored; say a "marker"')
  resource.marker = found
  trial.now = subject.shot(now.answer)
  trial.settle(['marker'], found, `${subject.call('create')}, then ${subject.call('read')}: it comes back as it was sent`)
}

/** Does a write of an existing item take this member, as far as its schema tells? */
function isTaken({ resource, scene }: Trial['subject'], pointer: string): boolean {
  const { deref } = scene.session.target.loaded
  const role = (['replace', 'patch'] as const).find((one) => resource.operations.has(one))
  const schema = role && mediaType(resource.operations.get(role)!.operation, role)?.schema
  if (schema === undefined) return true
  const declared = Object.keys(propertiesOf(schema, deref))
  return !declared.length || declared.includes(parsePointer(pointer)[0]!)
}

/** What the item is wrapped in where it is read: the place above the first text that comes back. */
function wrapper(
  sent: readonly [field: string, value: Json | undefined][],
  body: Json | undefined,
): { at: string; field: string } | undefined {
  const read = scalars(body)
  for (const [field, value] of sent) {
    const found = read.find(([pointer, one]) => one === value && pointer.endsWith(field) && pointer !== field)
    if (found) return { at: found[0].slice(0, -field.length), field }
  }
  return undefined
}

function isServers(pointer: string): boolean {
  const name = parsePointer(pointer).at(-1) ?? ''
  return tokenName(name) !== undefined || /^_?id$/i.test(name)
}
