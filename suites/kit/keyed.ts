import type { Answer } from './answer.ts'
import { freshKey } from './key.ts'
import type { Item, Kit } from './kit.ts'
import type { Request } from './request.ts'

/** Creates with an idempotency key, and what a repeat of one may have made. */

/** What a check about keys holds answers against. */
export function idempotencyOf(kit: Kit): { name: string; outcomes: Kit['idempotency']['outcomes'] } {
  return { name: 'idempotency', outcomes: kit.idempotency.outcomes }
}

/** A first create under a key, and the request as it was sent. */
export async function keyed(kit: Kit): Promise<{ first: Item; key: string; request: Answer['request'] }> {
  const key = freshKey(kit.resource.spec, kit.contract)
  const first = await kit.resource.create({ key, purpose: 'create with a fresh key' })
  return { first, key, request: first.created.request }
}

/** The answer to a repeat speaks of the first item. */
export async function provesSame(kit: Kit, first: Item, answer: Answer): Promise<void> {
  const item =
    (await kit.resource.found(answer)) ?? kit.inconclusive(`the repeat is answered ${answer.shown}, and nothing there says of which item`)
  kit.prove.that(item.id === first.id, 'the same create had a second effect', `the first item, ${first.id}`, `another, ${item.id}`)
}

/** Where the collection can be read and shows what this create would make: it stands there at most so often. */
export async function provesAlone(kit: Kit, request: Request, most: number = 0): Promise<void> {
  const { marker } = request
  if (marker === undefined || !kit.resource.spec.operations.has('list')) return
  const { items, answer } = await kit.resource.list({ of: request, purpose: 'count what was made' })
  if (!answer.ok) return
  const found = items.filter((item) => JSON.stringify(item).includes(marker)).length
  kit.prove.that(found <= most, 'the collection has more than it should', `${most || 'none'} with "${marker}"`, `${found}`)
}
