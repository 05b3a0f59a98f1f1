import type { Answer } from './answer.ts'
import { readWith, tagOf } from './condition.ts'
import type { Item, Kit } from './kit.ts'
import { sameToken } from './token.ts'

/** Reads whose condition confirms a copy (304), or does not. */

/** What a contract calls a version that only happens to stand in quotes is compared as a whole, and has no weak form and no `*`. */
export function readAsTag(kit: Kit): void {
  const { format } = kit.guard.token
  if (format !== 'etag' && format !== 'etag-weak') kit.skip(`the contract takes the version for ${format}, not for an entity tag`)
}

/** The current tag alone makes a 304; where it does not, no other form of it can be expected to: one cause is one failure. */
export async function control(kit: Kit, item: Item): Promise<void> {
  const answer = await readWith(kit, item, { 'If-None-Match': tagOf(kit, item) }, 'control: read with the current tag')
  const { unchanged } = kit.guard.outcomes
  if (answer.status === 200 && unchanged && !unchanged.status.includes(200) && sameToken(answer.header('etag'), tagOf(kit, item)))
    kit.blocked('if-none-match/current-304', 'a read with the current tag is answered 200')
  confirmed(kit, item, answer)
}

/** Sends the condition, which must be answered as the contract says for `unchanged`; a tag that changes by itself proves nothing. */
export async function notModified(kit: Kit, item: Item, value: string, purpose: string): Promise<Answer> {
  return confirmed(kit, item, await readWith(kit, item, { 'If-None-Match': value }, purpose))
}

/** The answer to a read whose condition names the tag that was read last. */
export function confirmed(kit: Kit, item: Item, answer: Answer): Answer {
  const [known, tag] = [tagOf(kit, item), answer.header('etag')]
  if (answer.status === 200 && tag !== undefined && !sameToken(tag, known))
    kit.skip(`the tag changes from read to read: ${known}, ${tag} (entity-tags/stable)`)
  kit.prove.outcome(answer, 'unchanged')
  return answer
}

/** The answer to a read that found something new to tell. */
export function whole(kit: Kit, answer: Answer): void {
  kit.prove.that(answer.status !== 304, 'a copy is confirmed that is not current', 'a 2xx with the content', answer.shown)
  kit.prove.succeeded(answer)
  kit.prove.that(answer.text !== '', 'the answer has no content', 'the content of the item', answer.shown)
}

/** A tag that was never current, in right syntax. */
export function other(kit: Kit): string {
  return `"${kit.fresh()}"`
}
