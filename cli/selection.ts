import type { Level } from '../reports/model.ts'
import type { Check } from '../suites/index.ts'
import { wrongUsage } from './failure.ts'
import { pair } from './options.ts'

/** Which checks run, and which of these are left out, with the reason. */
export interface Selection {
  checks: Check[]
  leaveOut: Record<string, string>
}

const levels: readonly Level[] = ['must', 'should', 'practice', 'contract']

/** Reads `--only`, `--level` and `--skip`. What names no check is wrong usage, since it would else be a run that proves nothing. */
export function select(catalogue: readonly Check[], options: { only?: string[]; level?: string[]; skip?: string[] }): Selection {
  const { only, level, skip = [] } = options
  for (const pattern of only ?? []) {
    if (!catalogue.some((check) => matches(check, pattern))) {
      throw wrongUsage(`--only ${pattern}: no check has this id or begins with it; \`ifmatch checks\` lists them`)
    }
  }
  for (const name of level ?? []) {
    if (!levels.some((known) => known === name)) throw wrongUsage(`--level ${name}: there is no such level; expected ${levels.join(', ')}`)
  }
  const checks = catalogue
    .filter((check) => only?.some((pattern) => matches(check, pattern)) ?? true)
    .filter((check) => level?.includes(check.level) ?? true)
  if (checks.length === 0) throw wrongUsage(`--only ${only?.join(', ')} --level ${level?.join(', ')}: no check is both`)
  return { checks, leaveOut: Object.fromEntries(skip.map((value) => leftOut(catalogue, value))) }
}

function matches({ id }: Check, pattern: string): boolean {
  return id === pattern || id.startsWith(pattern.endsWith('/') ? pattern : `${pattern}/`)
}

function leftOut(catalogue: readonly Check[], value: string): [id: string, reason: string] {
  const [id, reason] = pair('--skip', value, '=', 'ID=REASON; the reason is told in the report')
  if (!catalogue.some((check) => check.id === id))
    throw wrongUsage(`--skip ${value}: there is no check ${id}; \`ifmatch checks\` lists them`)
  return [id, reason]
}
