import type { Contract, Json, Schema } from '../../spec/contract.ts'
import { textOf } from './pattern.ts'
import { fits } from './prefix.ts'

/**
 * A fresh word as all of these schemas allow it: cut at its front, made longer, or made from their pattern. As it is where it fits, or where
 * nothing made from it would: what a document asks for is not always what the server does.
 */
export function fitted(word: string, schemas: readonly Schema[], contract: Contract): string {
  const isAllowed = (text: string): boolean => schemas.every((schema) => fits(text, schema, contract))
  if (isAllowed(word)) return word
  const said = schemas.map((schema) => contract.deref(schema)).filter((schema) => typeof schema === 'object')
  const longest = Math.min(...numbers(said, 'maxLength'), Infinity)
  const shortest = Math.max(...numbers(said, 'minLength'), 0)
  const cut = word.slice(-Math.min(longest, word.length))
  const patterns = said.flatMap(({ pattern }) => (typeof pattern === 'string' ? [textOf(pattern, word, Math.min(longest, 24))] : []))
  const tries = [cut, word.padEnd(shortest, word), ...patterns, cut.toUpperCase(), cut.replace(/[^a-z0-9]/g, '')]
  return tries.find((text) => text !== undefined && text !== '' && isAllowed(text)) ?? word
}

function numbers(schemas: readonly { [keyword: string]: unknown }[], keyword: string): number[] {
  return schemas.map((schema) => schema[keyword] as Json | undefined).filter((value) => typeof value === 'number')
}
