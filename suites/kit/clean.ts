import { Allowance } from './allowance.ts'
import { Fixture } from './fixture.ts'
import { ItemHandle, type ItemState } from './item.ts'
import { Scene } from './scene.ts'
import { isUpdate } from './token.ts'

/**
 * Deletes what a check created, the last first. Best effort: what cannot be deleted is remembered as a leftover, and no verdict
 * depends on it. Not part of the evidence.
 */
export async function clean(scene: Scene): Promise<void> {
  // its own signal: an interrupted run cleans up too, but not for ever
  const stop = new AbortController()
  const backstage = new Scene(scene.session, scene.check, scene.resource, { ...scene.bound, guards: new Map() }, stop.signal)
  backstage.allowance = new Allowance(5000, () => stop.abort())
  backstage.cleaning = true
  for (const state of scene.items.toReversed()) {
    if (state.gone || !state.resource.operations.has('delete')) continue
    try {
      if (!(await removed(backstage, state))) leave(scene, state)
    } catch {
      leave(scene, state)
    }
  }
  backstage.allowance.end()
}

async function removed(scene: Scene, state: ItemState): Promise<boolean> {
  const handle = new ItemHandle(scene, new Fixture(scene, state.resource), state, state.owner)
  const guards = state.resource.guards.filter((guard) => isUpdate(guard) && [...guard.for, ...guard.unpromised].includes('delete'))
  const guarded = guards.some((guard) => guard.required !== 'never')
  for (let attempt = 0; attempt < 2; attempt++) {
    if ((guarded || attempt > 0) && state.resource.operations.has('read')) {
      const now = await handle.read()
      if (!now.exists) return true
    }
    const token = attempt > 0 && guards.length > 0 ? handle.last.token : undefined
    const answer = await scene.send(await handle.request('delete', token === undefined ? {} : { token }))
    if (answer.ok || answer.status === 404 || answer.status === 410) return true
  }
  return false
}

function leave(scene: Scene, state: ItemState): void {
  const operation = state.resource.operations.get('delete')!.operation
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(state.path[name] ?? ''))
  scene.session.leftovers.push(scene.session.redactor.url(scene.session.target.urls[0]!.replace(/\/$/, '') + path))
}
