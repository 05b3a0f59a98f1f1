import type { Json } from '../../spec/contract.ts'
import type { Answer } from './answer.ts'
import type { Kit } from './kit.ts'
import { conflictsOf, provokeAll, provoked } from './provoke.ts'

/** Refusals to look at, and the members of their bodies. */

/**
 * A conflict answer for every kind that the contract promises here; a resource without any has nothing to say.
 * @param anew not those that other checks look at too, but others of the same kinds
 */
export async function refusals(
  kit: Kit,
  { anew = false }: { anew?: boolean } = {},
): Promise<{ kind: string; as: string; answer: Answer }[]> {
  if (conflictsOf(kit.resource.spec).length === 0) kit.skip('the contract promises no conflict here')
  const seen = (await (anew ? provokeAll(kit) : provoked(kit))).filter(({ answer }) => answer.status >= 400 && answer.status < 500)
  return seen.length > 0 ? seen : kit.skip('nothing was refused: other checks say so')
}

/** Is it a map of members? */
export function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member of an answer in JSON. */
export function member(answer: Answer, name: string): Json | undefined {
  return isObject(answer.json) ? answer.json[name] : undefined
}
