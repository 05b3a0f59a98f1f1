import { readPointer } from '../../http/pointer.ts'
import type { Json, Resource, Unique } from '../../spec/contract.ts'
import type { Item, Kit } from './kit.ts'
import { pointerInItem, sendPointer } from './whole.ts'

/** Values that are taken, and who has them. */

export interface Taken {
  unique: Unique
  /** The values that are taken, by pointer in the item. */
  taken: Record<string, Json>
  /** The item that has them. */
  first: Item
}

/**
 * The members of an item that are unique, by JSON Pointer in the item as clients send it.
 *
 * @returns undefined where the uniqueness counts within something or under a condition only, or any of its values stands elsewhere: in the
 *   path, in a part of a text, in the body but outside of the item
 */
export function uniqueMembers({ fields, within, when }: Unique, resource: Resource): string[] | undefined {
  if (within.length > 0 || when.length > 0) return undefined
  const members = fields.map(({ part, name, text }) => (part === 'body' && text === undefined ? pointerInItem(name, resource) : undefined))
  return members.every((member) => member !== undefined) ? members : undefined
}

/** The first uniqueness that stands in the item alone, of those that fit, and its members; else the check is skipped. */
export function plainUnique(kit: Kit, fits: (unique: Unique) => boolean = () => true): { unique: Unique; members: string[] } {
  for (const unique of kit.uniques.filter(fits)) {
    const members = uniqueMembers(unique, kit.resource.spec)
    if (members) return { unique, members }
  }
  return kit.skip('what is unique does not stand in the body alone')
}

/** For each uniqueness rule over members of the item: an item, and the values that it has now. */
export async function eachTaken(kit: Kit, uniques: Unique[] = kit.uniques): Promise<Taken[]> {
  const found: Taken[] = []
  for (const unique of uniques) {
    const members = uniqueMembers(unique, kit.resource.spec)
    if (!members) continue
    const first = await kit.resource.create({ purpose: 'create the item that has the value' })
    const taken = valuesAt(kit.resource.spec, first.sent, members)
    kit.control(taken !== undefined, `the sample of ${kit.resource.name} has no value for what is unique (${members.join(', ')})`)
    found.push({ unique, taken: taken!, first })
  }
  return found.length > 0 ? found : kit.skip('what is unique does not stand in the body alone')
}

/** What a body has at these members of the item; undefined where any has no value. */
export function valuesAt(resource: Resource, body: Json | undefined, members: readonly string[]): Record<string, Json> | undefined {
  const at = sendPointer(resource)
  const values = members.map((member) => [member, readPointer(body, at + member) as Json | undefined] as const)
  return values.every(([, value]) => value !== undefined && value !== null)
    ? (Object.fromEntries(values) as Record<string, Json>)
    : undefined
}

/** The members that are meant, as paths without the first slash. */
export function namesOf(taken: Record<string, Json>): string[] {
  return Object.keys(taken).map((pointer) => pointer.slice(1))
}

/** A member as an answer names it, as a path in the item: some name it by where it stands in the body. */
export function nameInItem(name: string, resource: Resource): string {
  return pointerInItem(`/${name}`, resource)?.slice(1) ?? name
}

/** A value in a sentence. */
export function show(value: unknown): string {
  return JSON.stringify(value) ?? 'not there'
}
