import { formatHttpDate, parseHttpDate } from '../../http/http-date.ts'
import { type EntityTag, parseEntityTag } from '../../http/entity-tag.ts'
import type { Outcome } from '../../spec/contract.ts'
import type { Answer } from './answer.ts'
import type { Item, Kit, TokenValue } from './kit.ts'
import type { WriteOptions } from './options.ts'
import { type Request, withHeader, withMethod, withoutHeader } from './request.ts'

/**
 * Requests with condition fields, for the checks that are about those fields themselves.
 */

/**
 * A read (or, with `method`, a HEAD) with these fields. It carries no `Cache-Control: no-cache`, as other reads do: that asks for the whole
 * answer whatever the copy (RFC 9111 §5.2.1.4), and widespread libraries then skip the conditions.
 */
export async function readWith(kit: Kit, item: Item, fields: Record<string, string>, purpose: string, method = 'GET'): Promise<Answer> {
  const request = withoutHeader(await item.request('read', { purpose }), 'cache-control')
  return kit.send(withFields(method === 'GET' ? request : withMethod(request, method), fields))
}

/** A write of the item with these fields; what else it carries is as `item.request` makes it. Not sent. */
export async function writeWith(kit: Kit, item: Item, fields: Record<string, string>, options: WriteOptions): Promise<Request> {
  return withFields(await item.request(kit.role, options), fields)
}

/** The request with each field set. */
export function withFields(request: Request, fields: Record<string, string>): Request {
  return Object.entries(fields).reduce((next, [name, value]) => withHeader(next, name, value), request)
}

/** The `ETag` as the last read showed it. None: blocked, or skipped, as for the token; a token that stands elsewhere is no tag. */
export function tagOf(kit: Kit, item: Item): string {
  const tag = item.last.answer.header('etag')
  if (tag !== undefined) return tag
  const { token } = item
  return kit.skip(`reads carry no ETag; the token ${token} stands elsewhere`)
}

/** The same, taken apart: only for checks of the syntax of condition fields. What is no entity tag is another check's finding. */
export function entityTagOf(kit: Kit, item: Item): EntityTag {
  const text = tagOf(kit, item)
  return parseEntityTag(text) ?? kit.skip(`${text} is no entity tag (RFC 9110 §8.8.3), so it can stand in no list`)
}

/** A token that is sent as an entity tag and compared as one, strong or weak; what is sent bare or compared otherwise: skipped. */
export function entityTag(token: TokenValue, { guard, skip }: Kit): string {
  if (typeof token !== 'string' || !/^(?:W\/)?"[^"]*"$/.test(token)) skip(`${token} is no entity tag`)
  if (guard.match !== 'strong' && guard.match !== 'weak') skip(`tags are compared otherwise (match: ${guard.match})`)
  return String(token)
}

/** The `Last-Modified` of the last read in milliseconds. None, or no date: skipped; other checks ask for it. */
export function modifiedOf(kit: Kit, item: Item): number {
  const text = item.last.answer.header('last-modified')
  if (text === undefined) kit.skip('reads carry no Last-Modified')
  return parseHttpDate(text) ?? kit.skip(`the Last-Modified ${JSON.stringify(text)} is no date (dates/last-modified-format)`)
}

/** An HTTP date so many seconds from another point in time. */
export function dateAt(ms: number, seconds: number): string {
  return formatHttpDate(ms + seconds * 1000)
}

/** A guard that asks for a token with every write, and the outcome where there is none. */
export function demandOf(kit: Kit): { name: string; missing: Outcome } | undefined {
  const guard = kit.resource.spec.guards.find((one) => one.required !== 'never' && one.for.includes(kit.role))
  return guard?.outcomes.missing && { name: guard.name, missing: guard.outcomes.missing }
}

/** How long the content of an answer was on the wire. */
export function bytesOf(answer: Answer): number {
  return answer.exchange.response?.body?.bytes ?? 0
}
