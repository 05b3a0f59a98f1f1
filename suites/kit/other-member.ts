import { isDeepStrictEqual } from 'node:util'
import { parsePointer, readPointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import type { Item, Kit } from './kit.ts'
import { isMap } from './volatile.ts'

/**
 * A member beside one that is known, which clients write, reads give back as it was sent, and nothing in the contract speaks of.
 * @param at where the members stand in the content
 * @param known the name of the member beside which another one is looked for
 * @param fits may the value be changed as it has to be?
 * @returns its name; undefined: there is none
 */
export function otherMember(
  { resource }: Kit,
  item: Item,
  at: string,
  known: string,
  fits: (name: string, value: Json) => boolean = () => true,
): string | undefined {
  const [sent, shown] = [item.sent, item.last.payload].map((content) => readPointer(content, at) as Json | undefined)
  if (!isMap(sent) || !isMap(shown)) return undefined
  const { unique, parents, rules, identity } = resource.spec
  const ofBody = unique.flatMap(({ fields }) => fields)
  // an id stays, whatever is written, and that of a parent takes no other value
  const ofParents = [...parents.values(), ...rules.flatMap((rule) => ('parent' in rule ? [rule.parent] : []))]
  const spoken = [...ofBody, ...ofParents, ...[...identity.values()].flat()].filter(({ part }) => part === 'body')
  const taken = new Set([known, ...(at === '' ? spoken.map(({ name }) => parsePointer(name)[0]!) : [])])
  return Object.keys(sent).find(
    (name) => !taken.has(name) && isDeepStrictEqual(shown[name], sent[name]) && sent[name] !== null && fits(name, sent[name]!),
  )
}
