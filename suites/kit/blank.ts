import type { Result } from '../../reports/model.ts'
import type { Check } from './check.ts'

/** What a result says of its check, before anything is known of the target. */
export function blank(check: Check, resource: string | null, started: Date, ms: number): Omit<Result, 'verdict'> {
  const { id, title, level, severity, why, fix, source } = check
  return {
    check: id,
    resource,
    title,
    level,
    severity,
    reason: null,
    expected: null,
    seen: null,
    why,
    fix,
    source,
    started: started.toISOString(),
    ms,
    exchanges: [],
  }
}

/** The result of a check that applies to no resource. */
export function notApplicable(check: Check, reasons: Map<string, string>, resource?: string): Result {
  const reason = resource === undefined ? inShort(reasons) : (reasons.get(resource) ?? `the contract has no resource "${resource}"`)
  return { ...blank(check, null, new Date(), 0), verdict: 'skip', reason }
}

/** The reasons of all resources in one sentence: equal ones once. */
function inShort(reasons: Map<string, string>): string {
  const grouped = Map.groupBy(reasons, ([, reason]) => reason)
  if (grouped.size === 0) return 'the contract has no resources'
  if (grouped.size === 1) return [...grouped.keys()][0]!
  return [...grouped].map(([reason, list]) => `${list.map(([name]) => name).join(', ')}: ${reason}`).join('; ')
}
