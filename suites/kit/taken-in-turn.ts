import type { Lock, Resource } from '../../spec/contract.ts'
import { clean } from './clean.ts'
import { Fixture } from './fixture.ts'
import type { Item } from './kit.ts'
import { watched } from './lock.ts'
import type { Scene } from './scene.ts'
import type { Session } from './session.ts'
import { silentScene } from './silent.ts'

/** A lock, and on what. */
export interface Holding {
  session: Session
  resource: Resource
  lock: Lock
  signal: AbortSignal | undefined
}

/** Are two locks of one caller held at a time, while others may hold some? Where that cannot be seen, they are taken to be. */
export async function areTwoHeld(holding: Holding): Promise<boolean> {
  return apart(holding, 'two locks of one caller', false, async (scene) => {
    const items = await taken(scene, holding, 2)
    return typeof items !== 'string' && (await keepsOut(items[0]!, scene, holding.lock))
  }).catch(() => true)
}

/**
 * Takes locks one after another, when nobody else holds any.
 * @returns why not all of them are held; undefined where they are, or where it is no matter of how many one caller has
 */
export async function oneAfterAnother(holding: Holding, most: number): Promise<string | undefined> {
  const { lock } = holding
  try {
    return await apart(holding, 'locks one after another', true, async (scene) => {
      const first = await new Fixture(scene, holding.resource).create()
      // a lock that is of no use alone says nothing of many
      if (!(await first.acquire(lock)).ok || !(await keepsOut(first, scene, lock))) return undefined
      if (await isLostToOthers(first, scene, lock)) return undefined
      const held = watched(lock, (reason) => {
        throw new Error(reason)
      })
      const items = await taken(scene, holding, most)
      if (typeof items === 'string') return items
      let kept = 0
      for (const item of items) if (await keepsOut(item, scene, lock)) kept++
      held(kept < most)
      return kept === most
        ? undefined
        : `a caller may hold few locks at a time: of ${most} that were taken one after another ${kept} are held`
    })
  } catch (error) {
    return `whether a caller may hold ${most} locks at a time is not known: ${(error as Error).message}`
  }
}

/** In a scene of its own, whose items are deleted at once. */
async function apart<T>(
  { session, resource, signal }: Holding,
  name: string,
  holdsAlone: boolean,
  act: (scene: Scene) => Promise<T>,
): Promise<T> {
  const scene = silentScene(session, resource, name, signal ?? new AbortController().signal)
  scene.holdsAlone = holdsAlone
  try {
    return await act(scene)
  } finally {
    session.behind.push(...(await clean(scene)))
  }
}

/** Items whose locks were taken one after another; or why not. */
async function taken(scene: Scene, { resource, lock }: Holding, most: number): Promise<Item[] | string> {
  const fixture = new Fixture(scene, resource)
  const items: Item[] = []
  for (let at = 0; at < most; at++) {
    const item = await fixture.create()
    const answer = await item.acquire(lock, { purpose: `take lock ${at + 1} of ${most}, one after another` })
    if (!answer.ok) return `a caller may hold few locks at a time: after ${at} that were taken the next is answered ${answer.shown}`
    items.push(item)
  }
  return items
}

/** A lock that is lost where somebody else takes one is not one that its holder gave back. */
async function isLostToOthers(item: Item, scene: Scene, lock: Lock): Promise<boolean> {
  const { a, b } = scene.session.target.identities
  if (!a || !b) return false
  const fixture = new Fixture(scene, item.resource.spec)
  const created = await fixture.tryCreate({ as: 'b' })
  const other = created.ok ? await fixture.found(created) : undefined
  if (!other || !(await other.as('b').acquire(lock, { as: 'b' })).ok) return false
  return !(await keepsOut(item, scene, lock))
}

/** Does the lock keep out a write without its token, or (where there is none) by somebody else? */
async function keepsOut(item: Item, { session }: Scene, lock: Lock): Promise<boolean> {
  const { operations } = item.resource.spec
  const roles = [...lock.for, ...lock.unpromised]
  const role = (['replace', 'patch'] as const).find((one) => roles.includes(one) && operations.has(one))
  if (lock.send.length === 0 && !session.target.identities.b) return false
  const writer = lock.send.length === 0 ? item.as('b') : item
  const purpose = 'see whether the lock keeps a write out'
  const answer = role ? await writer.tryWrite({ role, lock: null, purpose }) : await writer.tryRemove({ lock: null, purpose })
  return !answer.ok
}
