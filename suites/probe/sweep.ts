import { ItemHandle } from '../kit/item.ts'
import type { ItemState } from '../kit/item-state.ts'
import { remove } from './removal.ts'
import { Subject } from './subject.ts'
import { along, type Way, waysFor } from './ways.ts'

/** Room for the requests that clean up. */
const budget = 500

/**
 * Deletes what a probe created, the last first: plainly (or as it was seen to be wanted), then with every token that a read shows. What stays is told as a leftover.
 * @returns how many requests that took
 */
export async function sweep(subject: Subject): Promise<number> {
  const { session } = subject.scene
  const signal = AbortSignal.timeout(30_000)
  let sent = 0
  for (const state of subject.scene.items.toReversed()) {
    if (state.gone) {
      subject.scene.made.gone(state)
      continue
    }
    const broom = new Subject(session, state.resource, { budget, signal })
    broom.scene.cleaning = true
    const isGone = state.resource.operations.has('delete') && (await removed(broom, state, subject.removedBy).catch(() => false))
    sent += broom.sent
    if (isGone) subject.scene.made.gone(state)
    else
      session.leftovers.push({
        check: 'probe',
        resource: state.resource.name,
        url: urlOf(subject, state),
        reason: 'it could not be deleted',
      })
  }
  return sent
}

async function removed(broom: Subject, state: ItemState, known: Way | undefined): Promise<boolean> {
  const handle = new ItemHandle(broom.scene, broom.fixture, state, state.owner)
  const done = ({ ok, status }: { ok: boolean; status: number }): boolean => ok || status === 404 || status === 410
  // where a version is wanted, the answer to the create may have told it; that of an item that nobody changed still holds
  const first = known && along(known, broom.shot(state.created))
  if (first && done(await remove(broom, handle, first))) return true
  if (!known && done(await remove(broom, handle, []))) return true
  if (!broom.has('read')) return false
  const shot = await broom.read(handle)
  if (!shot.answer.ok) return done(shot.answer)
  for (const way of waysFor(broom, 'delete', shot)) {
    const puts = along(way, shot)
    if (puts && done(await remove(broom, handle, puts))) return true
  }
  return false
}

function urlOf({ scene: { session } }: Subject, state: ItemState): string {
  return session.redactor.url(session.item(state))
}
