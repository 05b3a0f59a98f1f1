import { readPointer } from '../../http/pointer.ts'
import type { Json, Unique } from '../../spec/contract.ts'
import type { Item, Kit } from './kit.ts'

/** Values that are taken, and who has them. */

export interface Taken {
  unique: Unique
  /** The values that are taken, by pointer. */
  taken: Record<string, Json>
  /** The item that has them. */
  first: Item
}

/** For each uniqueness rule over members of the body: an item, and the values that it has now. */
export async function eachTaken(kit: Kit, uniques: Unique[] = kit.uniques): Promise<Taken[]> {
  const found: Taken[] = []
  for (const unique of uniques) {
    const pointers = unique.fields
      .filter((place) => place.part === 'body' && place.name !== '' && place.text === undefined)
      .map((place) => place.name)
    if (pointers.length !== unique.fields.length || unique.within.length > 0 || unique.when.length > 0) continue
    const first = await kit.resource.create({ purpose: 'create the item that has the value' })
    const values = pointers.map((pointer) => [pointer, readPointer(first.sent, pointer) as Json | undefined] as const)
    kit.control(
      values.every(([, value]) => value !== undefined && value !== null),
      `the sample of ${kit.resource.name} has no value for what is unique (${pointers.join(', ')})`,
    )
    found.push({ unique, taken: Object.fromEntries(values) as Record<string, Json>, first })
  }
  return found.length > 0 ? found : kit.skip('what is unique does not stand in the body alone')
}

/** The members that are meant, as paths without the first slash. */
export function namesOf(taken: Record<string, Json>): string[] {
  return Object.keys(taken).map((pointer) => pointer.slice(1))
}

/** A value in a sentence. */
export function show(value: unknown): string {
  return JSON.stringify(value) ?? 'not there'
}
