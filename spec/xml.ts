import { createRequire } from 'node:module'
import type { Json } from './contract.ts'

type Library = typeof import('fast-xml-parser')

const library = (): Library => createRequire(import.meta.url)('fast-xml-parser') as Library

let parser: InstanceType<Library['XMLParser']> | undefined

/**
 * An XML text as a tree that a pointer can walk by element names from the root: `/Error/Code`. Values are texts, namespace prefixes are
 * left out, elements of one name are a list, entities other than XML's own stay as they are. Undefined if it is no XML.
 */
export function parseXml(text: string): Json | undefined {
  if (!parser) {
    const { XMLParser } = library()
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

/** The other way: a tree as an XML text, a list as elements of one name. What `parseXml` reads from it is the tree, all its values as texts. */
export function formatXml(tree: Json): string {
  const { XMLBuilder } = library()
  return `<?xml version="1.0" encoding="utf-8"?>${new XMLBuilder({ suppressEmptyNode: true }).build(tree)}`
}
