import type { Json } from './contract.ts'
import { plain } from './places.ts'

const pattern = String.raw`\$(?:(?:unique|uuid|now|marker|token|body|lock)\b|id(?:\.[^\s{}]+|\b)|env\.[A-Za-z_][A-Za-z0-9_]*|statusCode\b|(?:request|response)\.(?:header\.[^\s{}"]+|query\.[^\s{}]+|path\.[^\s{}]+|body(?:#(?:/[^\s{}]*)?)?))`
const alone = new RegExp(`^${pattern}$`)
const inside = new RegExp(String.raw`\{(${pattern})\}`, 'g')

/**
 * Fills the names in a JSON value: a text that is nothing but a name (`$unique`, `$env.DB`, `$request.body#/id`) becomes what it
 * stands for, with its type; a name in braces inside a longer text (`"{$unique}@example.test"`) is written into the text.
 * A name that `lookup` knows nothing of (undefined) stays as it is written. Keys are left alone.
 */
export function fillValues(value: Json, lookup: (name: string) => Json | undefined): Json {
  if (typeof value === 'string') {
    if (alone.test(value)) return lookup(value) ?? (lookup(value) === null ? null : value)
    return value.replace(inside, (whole, name: string) => {
      const found = lookup(name)
      return found === undefined ? whole : plain(found)
    })
  }
  if (Array.isArray(value)) return value.map((member) => fillValues(member, lookup))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fillValues(member, lookup)]))
  }
  return value
}

/** All names that `fillValues` would ask for, each once, in order. */
export function namesIn(value: Json): string[] {
  const names = new Set<string>()
  fillValues(value, (name) => {
    names.add(name)
    return undefined
  })
  return [...names]
}
