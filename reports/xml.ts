import { visible, visibleLines } from './visible.ts'

/** Attributes of an element; undefined ones are left out. */
export type Attributes = Record<string, string | number | undefined>

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/**
 * Text as XML 1.0 character data, for HTML too. What XML cannot hold, even escaped (XML 1.0 §2.2: controls, lone surrogates, U+FFFE), and what
 * nobody can see comes out visibly as `\x1b`; line feeds and tabs stay.
 */
export function escaped(text: string): string {
  return visibleLines(text).replace(/[&<>"]/g, (character) => entities[character]!)
}

/** Text as the value of an attribute in double quotes, in one line. */
export function attribute(text: string): string {
  return visible(text).replace(/[&<>"]/g, (character) => entities[character]!)
}

/** One element, its content already XML; without content an empty one. */
export function element(name: string, attributes: Attributes, content: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${attribute(String(value))}"`)
  const start = `<${name}${written.join('')}`
  return content.length === 0 ? `${start}/>` : `${start}>${content.join('')}</${name}>`
}
