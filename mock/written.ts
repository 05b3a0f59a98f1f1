import { isDeepStrictEqual } from 'node:util'
import { isJson, isXml } from '../http/media-type.ts'
import type { Json } from '../spec/contract.ts'
import { formatXml, parseXml } from '../spec/xml.ts'
import { isMembers } from './conflicts.ts'

/** What places can be written in: the elements of an XML text as a tree, everything else as it is. */
export function treeOf(body: Json | undefined, type: string): Json | undefined {
  return isXml(type) && typeof body === 'string' ? (parseXml(body) ?? body) : body
}

/** A body as its media type has it. An XML text of which nothing was changed keeps its attributes and prefixes. */
export function writtenAs(body: Json | undefined, type: string, template: Json | undefined): string {
  if (body === undefined) return ''
  if (isJson(type)) return JSON.stringify(body)
  if (!isXml(type) || !isMembers(body))
    return typeof body === 'string' ? body : isMembers(body) && Object.keys(body).length === 0 ? '' : JSON.stringify(body)
  if (typeof template === 'string' && isDeepStrictEqual(body, parseXml(template))) return template
  return Object.keys(body).length === 0 ? '' : formatXml(body)
}
