import { escaped } from '../xml.ts'

/** HTML that is ready to be written: made only by `markup`, which escapes every text that is put into it. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** What can stand in a template: texts are escaped, lists are joined, nothing is left out. */
export type Part = string | number | Markup | null | undefined | false | readonly Part[]

/** A template of HTML. Attributes must stand in double quotes; a text in one is escaped like any other. */
export function markup(literals: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(literals.reduce((written, literal, index) => written + write(parts[index - 1]) + literal))
}

function write(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return part.map(write).join('')
}
