import type { Json } from '../../spec/contract.ts'
import { plain } from '../../spec/places.ts'
import { formatXml } from '../../spec/xml.ts'
import type { Request } from './request.ts'

/**
 * The body of a request as it goes out in its media type: a JSON value as JSON, as XML (a tree whose members are elements) or as a form; a
 * text that is not for JSON as it is. Undefined: none.
 */
export function written({ raw, body, headers }: Request): string | undefined {
  if (raw !== undefined || body === undefined) return raw
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  if (isForm(type) && isMap(body)) return form(body)
  if (/[/+]xml\b/i.test(type) && isMap(body)) return formatXml(body)
  return typeof body === 'string' && !/[/+]json\b/i.test(type) ? body : JSON.stringify(body)
}

function isForm(type: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(type)
}

/** A member that is a list is a field of several lines. */
function form(members: { [name: string]: Json }): string {
  const pairs = Object.entries(members).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, plain(one)]))
  return new URLSearchParams(pairs).toString()
}

function isMap(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
