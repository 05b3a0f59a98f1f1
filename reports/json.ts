import type { FormatOptions } from './format.ts'
import type { Report } from './model.ts'
import { unseen } from './visible.ts'

/**
 * The report as JSON (`report.schema.json`), indented, with a line feed at the end. What a terminal would act on is escaped, as JSON allows. One report a file: a run over several targets writes several.
 * Throws a RangeError for any other number than one.
 */
export function json(reports: readonly Report[], _options: FormatOptions = {}): string {
  if (reports.length !== 1) throw new RangeError(`a JSON file holds one report, not ${reports.length}`)
  const text = JSON.stringify(reports[0], null, 2)
  return text.replace(new RegExp(unseen, 'gu'), (character) => [...units(character)].join('')) + '\n'
}

/** The JSON escapes of a character, one for each UTF-16 unit (RFC 8259 §7). */
function* units(character: string): Generator<string> {
  for (let i = 0; i < character.length; i++) yield `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
}
