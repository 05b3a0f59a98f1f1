import { setTimeout as sleep } from 'node:timers/promises'
import type { Guard, Resource } from '../../spec/contract.ts'
import type { Answer } from './answer.ts'
import type { Snapshot } from './kit.ts'
import type { Scene } from './scene.ts'
import { isUpdate, neverMatches, tokenIn } from './token.ts'

/** Milliseconds after which a tag that will turn strong has done so: a second, and what clocks and timers are off by. */
const turn = 1100

/**
 * A read whose tag the guards of the check can match, as far as it can be had. Some servers name a version by its time, and mark the tag as
 * weak until the version is a second old, since another write within that second would get the same (Apache httpd; RFC 9110 §8.8.1). So
 * where a weak tag is to be compared strongly, it is waited once and read again. On a resource whose tags stay weak that happens once.
 *
 * @param wanted a strong tag is wanted whatever the guards
 * @param again reads the item once more
 */
export async function settled(
  scene: Scene,
  resource: Resource,
  first: Snapshot,
  wanted: boolean,
  again: () => Promise<Snapshot>,
): Promise<Snapshot> {
  const weak = (read: Snapshot): boolean => (wanted && isWeakTag(read)) || guardsOf(scene, resource).some((guard) => isWeakFor(read, guard))
  return turned(scene, resource, first, weak, again)
}

/** A read as it is when its tag has turned strong, if it was `weak` and does turn. */
export async function turned<T extends { answer: Answer }>(
  { session: { turnsStrong }, signal }: Scene,
  { name }: Resource,
  first: T,
  weak: (read: T) => boolean,
  again: () => Promise<T>,
): Promise<T> {
  if (!first.answer.ok || !weak(first) || turnsStrong.get(name) === false) return first
  await sleep(turn, undefined, { signal })
  const later = await again()
  if (!later.answer.ok) return later
  // once seen to turn, a tag that has not (somebody else wrote meanwhile) proves nothing
  if (!weak(later)) turnsStrong.set(name, true)
  else if (!turnsStrong.has(name)) turnsStrong.set(name, false)
  return later
}

/** The guards that the check sends a token to: those that it is about, and those that no write gets past without one. */
function guardsOf(scene: Scene, resource: Resource): Guard[] {
  const required = resource.guards.filter((guard) => isUpdate(guard) && guard.required !== 'never' && guard.for.length > 0)
  return resource === scene.resource ? [...scene.bound.guards.values(), ...required] : required
}

function isWeakFor({ answer }: Snapshot, guard: Guard): boolean {
  const token = tokenIn(answer, guard.token)
  return token !== undefined && neverMatches(token, guard)
}

/** The ETag of a read is weak. */
export function isWeakTag({ answer }: { answer: Answer }): boolean {
  return answer.header('etag')?.startsWith('W/') ?? false
}
