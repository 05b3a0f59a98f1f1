import { type Result, type Severity, verdicts } from '../../reports/model.ts'
import type { Contract, Overruling, Resource } from '../../spec/contract.ts'
import { ContractError, type Problem } from '../../spec/contract-error.ts'
import { didYouMean } from '../../spec/spelling.ts'
import type { Check } from './check.ts'

/** What a contract says of the worth of checks: it may overrule the severity of any, with its reason. */

/** What it says of one check on one resource; undefined: nothing. */
export function overrulingOf({ id }: Check, { checks }: Resource): Overruling | undefined {
  return checks !== undefined && Object.hasOwn(checks, id) ? checks[id] : undefined
}

/** The check as it weighs on a resource. */
export function weighed(check: Check, resource: Resource): Check {
  const { severity = check.severity } = overrulingOf(check, resource) ?? {}
  return severity === 'off' ? check : { ...check, severity }
}

/** What the report says of it. */
export function overruledIn(check: Check, resource: Resource): Pick<Result, 'overruled'> {
  const said = overrulingOf(check, resource)
  return said ? { overruled: { severity: check.severity, reason: said.reason } } : {}
}

/** The one of two severities that is worth less. */
export function milder(a: Severity, b: Severity): Severity {
  return verdicts.indexOf(a) > verdicts.indexOf(b) ? a : b
}

/**
 * Looks for overrulings that no check has. Not done where a contract is loaded: what checks there are, a user's own included, is known only where they run.
 *
 * @throws ContractError with every id that there is no check of, and the one that is nearest
 */
export function checkOverrulings({ resources, origins, file }: Contract, checks: readonly Check[]): void {
  const known = checks.map(({ id }) => id)
  const problems = new Map<string, Problem>()
  for (const { name, checks: said = {} } of resources.values())
    for (const id of Object.keys(said).filter((one) => !known.includes(one))) {
      const { file: where = file, line = 1, column = 1 } = origins.get(`resources/${name}/checks/${id}`) ?? {}
      const meant = didYouMean(id, known)
      const hint = meant ? `did you mean ${meant}?` : '`ifmatch checks` lists them'
      const message = `there is no check ${JSON.stringify(id)}; ${hint}`
      problems.set(`${where}:${line}:${column}`, { file: where, line, column, value: id, expected: meant ?? 'the id of a check', message })
    }
  if (problems.size) throw new ContractError([...problems.values()])
}
