import type { Leftover } from '../../reports/model.ts'
import type { Call, Rule } from '../../spec/contract.ts'
import { Allowance } from './allowance.ts'
import { Fixture } from './fixture.ts'
import { pathSent } from './identity.ts'
import { ItemHandle } from './item.ts'
import type { ItemState } from './item-state.ts'
import { itemAt } from './item-at.ts'
import { holdsNoMore } from './lock-turns.ts'
import type { Request } from './request.ts'
import { Scene } from './scene.ts'
import { isUpdate } from './token.ts'

/** Milliseconds that it may take to delete what one check made, waiting for a turn left out. */
const patience = 5000

/**
 * Deletes what a check created, the last first. Best effort: no verdict depends on it, and it is no part of the evidence.
 * Returns what is left.
 */
export async function clean(scene: Scene, items: readonly ItemState[] = scene.items): Promise<Leftover[]> {
  try {
    return await cleaned(scene, items)
  } finally {
    if (items === scene.items) await holdsNoMore(scene)
  }
}

async function cleaned(scene: Scene, items: readonly ItemState[]): Promise<Leftover[]> {
  await scene.made.settled()
  if (scene.session.target.forgets) return []
  // its own signal: an interrupted run cleans up too, but not for ever
  const stop = new AbortController()
  const backstage = new Scene(scene.session, scene.check, scene.resource, { ...scene.bound, guards: new Map() }, stop.signal)
  backstage.allowance = new Allowance(patience, () => stop.abort())
  backstage.cleaning = true
  const leftovers: Leftover[] = []
  const leave = (item: Omit<Leftover, 'check'>): void => void leftovers.push({ check: scene.check.id, ...item })
  try {
    for (const state of items.toReversed()) {
      const left = state.gone ? undefined : await removed(backstage, state)
      if (left === undefined) scene.made.gone(state)
      else if (!state.resource.operations.has('delete')) scene.made.gone(state, 'told')
      if (left !== undefined)
        leave({ resource: state.resource.name, url: scene.session.redactor.url(scene.session.item(state)), reason: left })
    }
    for (const { entry, request, status, url } of scene.made.lost) {
      const state = status === undefined || status >= 500 ? chosen(scene, request) : undefined
      const left = state ? await removed(backstage, state) : lostWords(status)
      if (left === undefined || !state || !state.resource.operations.has('delete'))
        scene.session.ledger.settled(entry, left === undefined ? 'deleted' : 'told')
      if (left !== undefined) leave({ resource: request.resource, url, reason: left })
      scene.made.forget(request)
    }
  } finally {
    backstage.allowance.end()
  }
  return leftovers
}

/** Deletes an item, with the current token where the contract asks for one. Undefined: it is gone; else why it is not. */
export async function removed(scene: Scene, state: ItemState): Promise<string | undefined> {
  if (!state.resource.operations.has('delete')) return 'the contract has no delete'
  try {
    return await remove(scene, state)
  } catch (error) {
    return scene.signal.aborted ? 'there was no time left to delete it' : (error as Error).message
  }
}

async function remove(scene: Scene, state: ItemState): Promise<string | undefined> {
  const handle = new ItemHandle(scene, new Fixture(scene, state.resource), state, state.owner)
  const guards = state.resource.guards.filter((guard) => isUpdate(guard) && [...guard.for, ...guard.unpromised].includes('delete'))
  const guarded = guards.some((guard) => guard.required !== 'never')
  const known = handle.last.token
  let shown = ''
  // what we locked is given back first: not every server takes the token of the lock on a delete (mod_dav asks the folder for it too)
  if (state.lock !== undefined) for (const lock of state.resource.locks) if (lock.release) await handle.release(lock)
  for (let attempt = 0; attempt < 2; attempt++) {
    // a lock that could not be given back may be lost
    if (attempt > 0) state.lock = undefined
    // nobody else knows the item: it is read for its token only where none is known, after a write of ours, or where that token was refused
    if ((attempt > 0 || (guarded && known === undefined)) && state.resource.operations.has('read')) {
      const now = await handle.read()
      if (isGone(now.answer.status)) return undefined
    }
    const token = attempt > 0 && guards.length > 0 ? (handle.last.token ?? known) : guarded ? undefined : null
    const answer = await scene.send(await handle.request('delete', token === undefined ? {} : { token }))
    if (answer.ok || isGone(answer.status)) return undefined
    shown = answer.shown
    if (attempt === 0) for (const call of undoing(state.resource.rules)) await handle.undo(call)
  }
  return `its delete is answered ${shown}`
}

/** What takes back the calls that rules ask for: they may stand against a delete. */
function undoing(rules: readonly Rule[]): Call[] {
  return rules.flatMap((rule) => (rule.kind === 'described' ? rule.undo : []))
}

function isGone(status: number): boolean {
  return status === 404 || status === 410
}

/** The item that a create would have made whose whole address the client chose. */
function chosen(scene: Scene, request: Request): ItemState | undefined {
  const { resource: name, as, unique } = request
  const resource = scene.session.target.loaded.resources.get(name)
  return resource && itemAt(scene, { resource: name, path: pathSent(request, resource), as, unique, token: undefined })
}

/** Why a create may have left something that nobody can find. */
export function lostWords(status: number | undefined): string {
  if (status === undefined) return 'its create was sent, but no answer was seen: it may be there'
  if (status >= 500) return `its create was answered ${status}: it may be there`
  return `its create was answered ${status}, but the answer does not say where it is`
}
