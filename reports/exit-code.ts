import type { Report, Result } from './model.ts'

/** What a run tells the shell; 2 (wrong usage or contract) and 130 (interrupted) are decided before there is a report. */
export type ExitCode = 0 | 1 | 3

/** With `strict`, a `warn` counts as a `fail`. */
export interface Strictness {
  strict?: boolean
}

/** The result is a failure of the run. */
export function fails(result: Result, { strict = false }: Strictness = {}): boolean {
  return result.verdict === 'fail' || (strict && result.verdict === 'warn')
}

/** The result keeps the run from being a success: what must hold could not be judged, or a check of ours broke (`internal: …`). */
export function leavesOpen(result: Result): boolean {
  if (result.verdict !== 'inconclusive') return false
  return result.level === 'must' || result.level === 'contract' || (result.reason ?? '').startsWith('internal:')
}

/**
 * The exit code of a run over one or more targets.
 *
 * 1 where anything failed. Else 0 where every target has at least one pass, its run is complete, and nothing that must hold was left open.
 * Else 3: it could not be judged, and that is not a success.
 */
export function exitCode(reports: readonly Report[], strictness: Strictness = {}): ExitCode {
  if (reports.some((report) => report.results.some((result) => fails(result, strictness)))) return 1
  return reports.length > 0 && reports.every(succeeds) ? 0 : 3
}

function succeeds(report: Report): boolean {
  return report.complete && report.results.some((result) => result.verdict === 'pass') && !report.results.some(leavesOpen)
}
