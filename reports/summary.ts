import { verdicts, type Report, type Result, type Verdict } from './model.ts'

/** How many results have each verdict; a verdict that nothing has counts 0. */
export function summarise(results: readonly Result[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = { fail: 0, warn: 0, inconclusive: 0, info: 0, skip: 0, pass: 0 }
  for (const result of results) counts[result.verdict]++
  return counts
}

/**
 * The verdict that stands for several results: the one that a reader must see first, in the order of `verdicts`. A skip says nothing of the
 * others, so it stands for them only where there is nothing else. Undefined for no results.
 */
export function worst(results: readonly Result[]): Verdict | undefined {
  const tried = results.filter(({ verdict }) => verdict !== 'skip')
  return verdicts.find((verdict) => (tried.length > 0 ? tried : results).some((result) => result.verdict === verdict))
}

/** The suite of a check: what stands before the slash in its id. */
export function suiteOf(check: string): string {
  return check.split('/', 1)[0]!
}

/** Results by suite, in the order in which the suites first appear. */
export function bySuite(results: readonly Result[]): Map<string, Result[]> {
  return Map.groupBy(results, (result) => suiteOf(result.check))
}

/**
 * What a run may claim, in plain sentences. A pass is never more than "these requests found no fault", and an interrupted run says so first.
 */
export function claim(report: Report): string {
  const tried = report.results.filter((result) => result.verdict !== 'skip')
  const checks = new Set(tried.map((result) => result.check)).size
  const resources = new Set(tried.map((result) => result.resource).filter((name) => name !== null)).size
  const requests = tried.reduce((sum, result) => sum + result.exchanges.length, 0)
  const start = report.complete ? '' : 'Interrupted: what is not listed was not tried. '
  const amount = `Tried ${plural(checks, 'check')} on ${plural(resources, 'resource')} with ${plural(requests, 'recorded request')} in ${seconds(report.ms)}`
  return `${start}${amount}, seed ${report.seed}. A pass means that these requests found no fault, not that there is none.`
}

/** What a reader must know of a run that took answers from whoever gave them. */
export const unverified: string = 'TLS certificates were not verified (--insecure): nobody made sure that it was the target that answered.'

/** `1 check`, `2 checks`, `1,234 checks`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

/** Milliseconds for reading: `12 ms`, `3.4 s`, `2 min 5 s`. */
export function seconds(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}
