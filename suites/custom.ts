import { glob } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Level, Severity } from '../reports/model.ts'
import { type Check, catalogue } from './index.ts'

/** Checks of a user's own, and the files that export them. */
export interface CustomChecks {
  /** Absolute paths, sorted. */
  files: string[]
  checks: Check[]
}

/** Everything that is wrong with files of checks, one line a problem: file, what stands there, what to do. */
export class ChecksError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ChecksError'
  }
}

const levels: readonly Level[] = ['must', 'should', 'practice', 'contract']
const severities: readonly Severity[] = ['fail', 'warn', 'info']
const texts = ['source', 'title', 'why', 'fix'] as const

/**
 * Loads the checks that files like `orders.conflict.ts` export, by whatever name.
 *
 * @param patterns paths or globs, from the working directory
 * @throws ChecksError where a pattern matches nothing, a file cannot be loaded or exports no check, a check is not whole, or an id is taken
 */
export async function loadChecks(patterns: string | readonly string[]): Promise<CustomChecks> {
  const problems: string[] = []
  const files = new Set<string>()
  for (const pattern of [patterns].flat()) {
    const before = files.size
    for await (const file of glob(pattern)) files.add(resolve(file))
    if (files.size === before)
      problems.push(`--checks ${pattern}: no file is matched; put the pattern in quotes, and name it from ${process.cwd()}`)
  }
  const sorted = [...files].toSorted()
  const owners = new Map(catalogue.map(({ id }) => [id, 'ifmatch itself']))
  const checks: Check[] = []
  for (const file of sorted) {
    const name = relative('', file)
    for (const check of await exported(file, name, problems)) {
      const flaws = flawsOf(check)
      const owner = owners.get(check.id)
      if (owner !== undefined) flaws.push(`the id ${check.id} is taken by ${owner}; give it another`)
      problems.push(...flaws.map((flaw) => `${name}: ${flaw}`))
      owners.set(check.id, name)
      checks.push({ ...check, catches: check.catches ?? [] })
    }
  }
  if (problems.length > 0) throw new ChecksError(problems)
  return { files: sorted, checks }
}

/** What looks like a check among the exports of a file. */
async function exported(file: string, name: string, problems: string[]): Promise<Check[]> {
  let module: Record<string, unknown>
  try {
    module = await import(/* @vite-ignore */ pathToFileURL(file).href)
  } catch (error) {
    problems.push(`${name}: cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
  const found = Object.values(module).filter((value): value is Check => typeof value === 'object' && value !== null && 'run' in value)
  if (found.length === 0) problems.push(`${name}: exports no check; expected \`export const name = check({ … })\``)
  return found
}

function flawsOf(check: Check): string[] {
  const flaws: string[] = []
  const id = String(check.id)
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(id))
    flaws.push(`the id ${JSON.stringify(check.id)} is not of the form subject/name, in small letters and hyphens`)
  else if (/^(?:and|or|not)\//.test(id)) flaws.push(`the id ${id} begins with a word that joins tags in vitest; give it another subject`)
  for (const key of texts) if (typeof check[key] !== 'string' || check[key] === '') flaws.push(`${id} has no ${key}; expected a text`)
  if (!levels.includes(check.level)) flaws.push(`${id} has the level ${JSON.stringify(check.level)}; expected ${levels.join(', ')}`)
  if (!severities.includes(check.severity))
    flaws.push(`${id} has the severity ${JSON.stringify(check.severity)}; expected ${severities.join(', ')}`)
  if (!Array.isArray(check.needs)) flaws.push(`${id} has no needs; expected a list, as ['create', 'read']`)
  if (typeof check.run !== 'function') flaws.push(`${id} has no run; expected a function of the kit`)
  return flaws
}
