import { setTimeout as sleep } from 'node:timers/promises'
import { Fixture } from './fixture.ts'
import type { Scene } from './scene.ts'
import type { Finding } from './verdict.ts'
import { changedBetween } from './volatile.ts'

/** A member (or the token) that differs after a refused request, and what would be found if the request is to blame. */
export interface Trace {
  name: string
  finding: Finding
}

/**
 * Ages, counters of all that happens and the like change by themselves, some only from second to second. So before a refused request is
 * said to have left a trace, a twin is watched to which nothing is done, while time passes and something else is created.
 * @throws Inconclusive where there can be no twin
 */
export async function confirmedTrace(scene: Scene): Promise<Finding | undefined> {
  if (scene.traces.length === 0) return undefined
  const fixture = new Fixture(scene, scene.resource)
  const twin = await fixture.create({ purpose: 'create a twin, to see what changes by itself' })
  const first = await twin.read({ purpose: 'read the twin' })
  await fixture.create({ purpose: 'create something else' })
  await sleep(1100, undefined, { signal: scene.signal })
  const alone = changedBetween(first, await twin.read({ purpose: 'read the twin again, to which nothing was done' }))
  return scene.traces.find(({ name }) => !alone.has(name))?.finding
}
