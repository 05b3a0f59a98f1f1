import { createRequire } from 'node:module'
import type { Json } from './contract.ts'

let parser: import('fast-xml-parser').XMLParser | undefined

/**
 * An XML text as a tree that a pointer can walk by element names from the root: `/Error/Code`. Values are texts, namespace prefixes are
 * left out, elements of one name are a list, entities other than XML's own stay as they are. Undefined if it is no XML.
 */
export function parseXml(text: string): Json | undefined {
  if (!parser) {
    const { XMLParser } = createRequire(import.meta.url)('fast-xml-parser') as typeof import('fast-xml-parser')
    parser = new XMLParser({
      ignoreAttributes: true,
      ignoreDeclaration: true,
      ignorePiTags: true,
      removeNSPrefix: true,
      parseTagValue: false,
    })
  }
  try {
    return parser.parse(text) as Json
  } catch {
    return undefined
  }
}
