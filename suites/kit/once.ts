import type { Exchange } from '../../reports/model.ts'
import { clean } from './clean.ts'
import type { Bound } from './needs.ts'
import { Scene } from './scene.ts'
import { silentScene } from './silent.ts'
import { Words } from './words.ts'

/** What was brought about for all who look at it, and the exchanges that it took. */
export interface Brought {
  value: unknown
  exchanges: readonly Exchange[]
}

/**
 * Several checks look at the same answers: what takes many requests is brought about once a resource and run, and its exchanges are evidence
 * of each check that looks at it.
 *
 * @param name of what is brought about; fresh words come from it
 * @param bring gets a scene apart: what it makes is deleted at once, so its value may hold answers, never items
 * @throws what `bring` throws
 */
export function once<T>(scene: Scene, name: string, bring: (apart: Scene) => Promise<T>): Promise<T> {
  const { session, check, resource, bound, signal } = scene
  return brought(scene, {
    key: [name, resource.name, ...wayOf(bound)].join(' '),
    apart: () => new Scene(session, { ...check, id: name }, resource, bound, signal),
    bring,
    afterwards: async (apart) => void scene.left.push(...(await clean(apart))),
  })
}

/** The same of what is there until the session ends: the value may hold items. Nothing of the check has a say in how it is made. */
export function lasting<T>(scene: Scene, name: string, bring: (apart: Scene) => Promise<T>): Promise<T> {
  const { session, resource, signal } = scene
  return brought(scene, {
    key: `${name} ${resource.name}`,
    apart: () => silentScene(session, resource, name, signal),
    bring,
    afterwards: (apart) => void session.atEnd.push(() => clean(apart)),
  })
}

interface Bringing<T> {
  key: string
  /** Where it is brought about. */
  apart(): Scene
  bring(apart: Scene): Promise<T>
  /** What becomes of that which was made. */
  afterwards(apart: Scene): Promise<void> | void
}

/**
 * Only success is shared: where it fails, the next check tries for itself. In runs that only read nothing is shared, since what is found there
 * has to be found again.
 */
async function brought<T>(scene: Scene, { key, apart: make, bring, afterwards }: Bringing<T>): Promise<T> {
  const { session, allowance } = scene
  for (let known = session.brought.get(key); known; known = session.brought.get(key)) {
    // the time is that of the check that brings it about
    allowance?.hold()
    const found = await known.finally(() => allowance?.release())
    if (!found) {
      // whoever failed took it out of the session that it failed in, which may be another
      if (session.brought.get(key) === known) session.brought.delete(key)
      continue
    }
    scene.exchanges.push(...found.exchanges)
    return found.value as T
  }
  const apart = make()
  apart.allowance = allowance
  // what an earlier try could not delete again may still have its words
  const tried = session.tried.get(key) ?? 0
  if (tried > 0) apart.words = new Words(session.target.seed, `${key}, try ${tried + 1}`, apart.resource.name)
  session.tried.set(key, tried + 1)
  const { promise, resolve } = Promise.withResolvers<Brought | undefined>()
  if (!session.target.readOnly) session.brought.set(key, promise)
  try {
    const value = await bring(apart)
    resolve({ value, exchanges: [...apart.exchanges] })
    return value
  } catch (error) {
    session.brought.delete(key)
    resolve(undefined)
    throw error
  } finally {
    scene.exchanges.push(...apart.exchanges)
    await afterwards(apart)
  }
}

/** What of its check decides how a fixture acts. */
function wayOf({ promised, role, guards }: Bound): string[] {
  return [String(promised), role, ...[...guards.values()].map(({ name }) => name)]
}
