import type { Guard, Token } from '../../spec/contract.ts'
import type { Item, Kit, Snapshot, TokenValue } from './kit.ts'
import type { WriteOptions } from './options.ts'
import { placesRead, sameToken, tokenIn } from './token.ts'

/** Dates name versions to the second, or to whatever the server keeps: so much later there is another. */
const tick = 1050

/** What a later version may take to be told from an earlier one, waited for where the token is a date. */
export async function nextVersion(kit: Kit, token: Token): Promise<void> {
  if (token.format === 'http-date' || token.format === 'rfc3339') await kit.pause(tick)
}

/**
 * Somebody else saves, with the current token: from then on the token that was read before is stale. Gives back how they left the item.
 * Where a token stands still that must not (a weak tag may), no write with it proves anything: blocked by the check that asks for it.
 */
export async function overtake(kit: Kit, item: Item, { guard = kit.guard, ...options }: WriteOptions = {}): Promise<Snapshot> {
  const { token } = guard
  const known = tokenIn(item.last.answer, token) ?? item.token
  await nextVersion(kit, token)
  const { request } = await item.write({ purpose: 'somebody else saves first, with the current token', ...options })
  // where there is a marker the write was read back already
  const theirs = request.marker === undefined ? await item.read({ purpose: 'what the other left' }) : item.last
  const weak = typeof known === 'string' && known.startsWith('W/')
  if (sameToken(known, tokenIn(theirs.answer, token)) && !weak) kit.blocked(changeCheck(token), 'the token did not change with the content')
  return theirs
}

/** An item that somebody else has saved since: the token from before, and how it is now. */
export async function overtaken(kit: Kit, guard: Guard = kit.guard): Promise<{ item: Item; known: TokenValue; theirs: Snapshot }> {
  const item = await kit.resource.create()
  const known = tokenIn(item.last.answer, guard.token) ?? item.token
  return { item, known, theirs: await overtake(kit, item, { guard }) }
}

/** The check that fails where a token stands still. */
function changeCheck(token: Token): string {
  const headers = placesRead(token).map(({ part, name }) => (part === 'header' ? name.toLowerCase() : part))
  if (headers.includes('body')) return 'body-version/changes-on-write'
  return headers.includes('last-modified') ? 'dates/moves-with-change' : 'entity-tags/changes-on-write'
}
