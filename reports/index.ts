/** Reports: pure functions from what a run saw (`model.ts`) to texts for people and machines. */

import type { Format } from './format.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { terminal } from './terminal.ts'

export type { Format, FormatOptions } from './format.ts'
export type { Content, Exchange, HeaderLine, Level, Report, Result, Severity, Verdict } from './model.ts'
export { curl } from './curl.ts'
export { exitCode, type ExitCode } from './exit-code.ts'
export { verdicts } from './model.ts'
export { abilities } from './paint.ts'
export { progress, type Progress } from './progress.ts'
export { claim, summarise } from './summary.ts'

/** The formats of `--report NAME=FILE`, by name. */
export const formats: Readonly<Record<string, Format>> = { terminal, json, junit, html }

/** Formats that hold one report a file; the others show several targets in one. */
export const onePerFile: ReadonlySet<string> = new Set(['json'])

/** The format of that name; a RangeError that lists the known ones if there is none. */
export function formatNamed(name: string): Format {
  if (Object.hasOwn(formats, name)) return formats[name]!
  throw new RangeError(`there is no report format "${name}"; known: ${Object.keys(formats).join(', ')}`)
}
