import type { Exchange } from '../../reports/model.ts'
import { clean } from './clean.ts'
import type { Bound } from './needs.ts'
import { Scene } from './scene.ts'

/** What was brought about for all who look at it, and the exchanges that it took. */
export interface Brought {
  value: unknown
  exchanges: readonly Exchange[]
}

/**
 * Several checks look at the same answers: what takes many requests is brought about once a resource and run, and its exchanges are evidence
 * of each check that looks at it. Only success is shared: where it fails, the next check tries for itself. In runs that only read nothing is
 * shared, since what is found there has to be found again.
 *
 * @param name of what is brought about; fresh words come from it
 * @param bring gets a scene apart: what it makes is deleted at once, so its value may hold answers, never items
 * @throws what `bring` throws
 */
export async function once<T>(scene: Scene, name: string, bring: (apart: Scene) => Promise<T>): Promise<T> {
  const { session, resource, bound, allowance, signal } = scene
  const key = [name, resource.name, ...wayOf(bound)].join(' ')
  for (let known = session.brought.get(key); known; known = session.brought.get(key)) {
    // the time is that of the check that brings it about
    allowance?.hold()
    const found = await known.finally(() => allowance?.release())
    if (!found) continue
    scene.exchanges.push(...found.exchanges)
    return found.value as T
  }
  const apart = new Scene(session, { ...scene.check, id: name }, resource, bound, signal)
  apart.allowance = allowance
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
    scene.left.push(...(await clean(apart)))
  }
}

/** What of its check decides how a fixture acts. */
function wayOf({ promised, role, guards }: Bound): string[] {
  return [String(promised), role, ...[...guards.values()].map(({ name }) => name)]
}
