/** Reports: pure functions from what a run saw (`model.ts`) to texts for people and machines. */

import type { Format } from './format.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { terminal } from './terminal.ts'

export type { FormatOptions } from './format.ts'
export type { Report } from './model.ts'
export { manual } from './manual.ts'
export { abilities } from './paint.ts'
export { progress } from './progress.ts'

/** The formats of `--report NAME=FILE` and the one for the terminal, by name. JSON holds one report a file; the others show several targets in one. */
export const formats: Readonly<Record<string, Format>> = { terminal, json, junit, html }

/** The format of that name; a RangeError that lists the known ones if there is none. */
export function formatNamed(name: string): Format {
  if (Object.hasOwn(formats, name)) return formats[name]!
  throw new RangeError(`there is no report format "${name}"; known: ${Object.keys(formats).join(', ')}`)
}
