import { isDeepStrictEqual } from 'node:util'
import type { Answer } from '../kit/answer.ts'
import { withHeader } from '../kit/request.ts'
import { current, type Guarding } from './guards.ts'
import type { Creation } from './creation.ts'
import { outcomeOf } from './outcome.ts'
import { remove } from './removal.ts'
import type { Trial } from './trial.ts'

/**
 * Whether a copy that says `Overwrite: F` spares what is at its destination (RFC 4918 §10.6): it is refused and changes nothing there, and the
 * same is performed once the destination is free.
 */
export async function probeOverwriteField(trial: Trial, creation: Creation, guarding: Guarding | undefined): Promise<void> {
  const { subject, item } = trial
  const operation = subject.resource.operations.get('copy')?.operation
  const declares = (name: string): boolean =>
    operation?.parameters.some((one) => one.in === 'header' && one.name.toLowerCase() === name) ?? false
  if (!operation || !subject.has('delete') || !declares('destination') || !declares('overwrite')) return
  const { item: other } = await creation.again(creation.varied(creation.body))
  const state = other && subject.scene.items.find(({ path }) => path === other.path)
  if (!other || !state) return
  const before = await subject.read(other)
  const copy = async (): Promise<Answer> => {
    const request = await item.request('copy', { purpose: 'probe: copy', token: null })
    const destination = subject.scene.session.item(state)
    return subject.send(withHeader(withHeader(request, 'Destination', destination), 'Overwrite', 'F'))
  }
  const refused = await copy()
  if (refused.ok || refused.status >= 500) return
  const after = await subject.read(other)
  if (!after.answer.ok || !isDeepStrictEqual(after.payload, before.payload)) return
  if (!(await remove(subject, other, guarding ? current(after, guarding) : [])).ok) return
  const performed = await copy()
  if (performed.ok) state.gone = false
  if (!performed.ok || !(await subject.read(other)).answer.ok) return
  trial.settle(
    ['guards', 'overwrite'],
    {
      for: ['copy'],
      send: '$request.header.Overwrite',
      none: 'F',
      item: '$request.header.Destination',
      outcomes: { exists: outcomeOf(refused) },
    },
    `${subject.call('copy')}, Overwrite: F, to what exists → ${refused.status}, nothing changed; to what does not → ${performed.status}`,
  )
}
