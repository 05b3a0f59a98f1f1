import { curl } from './curl.ts'
import { overruledWords } from './overruled.ts'
import { fails, leavesOpen } from './exit-code.ts'
import { factsByResource, inOneLine } from './facts.ts'
import type { FormatOptions } from './format.ts'
import type { Report, Result } from './model.ts'
import { chosen, short } from './short.ts'
import { bySuite, claim, plural, unverified } from './summary.ts'
import { visible } from './visible.ts'
import { element, escaped } from './xml.ts'

/**
 * The verdicts in JUnit's words. A CI system that reads the file must come to the same end as one that reads the exit code, so
 *
 * * `fail` (and `warn`, where that counts as one) is a `<failure>`;
 * * `inconclusive` is an `<error>` where it keeps the run from succeeding: Jenkins, GitLab and GitHub show errors as red and apart from failures, while a skip
 *   would be green. Where the run may succeed nevertheless, it is `<skipped>` with its reason;
 * * `skip` is `<skipped>` with its reason, `warn` and `info` pass and say what they saw in `<system-out>`.
 *
 * The verdict itself is a property of each test case. An interrupted run has an error of its own.
 */
type Outcome = 'failure' | 'error' | 'skipped' | 'passed'

interface Case {
  outcome: Outcome
  ms: number
  xml: string
}

/** Exchanges in the text of one test case; the JSON and HTML reports have all. */
const mostExchanges = 12

/** JUnit XML of one or more reports: a `<testsuite>` for each suite of each target, a `<testcase>` for each result. */
export function junit(reports: readonly Report[], options: FormatOptions = {}): string {
  const several = reports.length > 1
  const suites = reports.flatMap((report) => [...suitesOf(report, several, options)])
  const ms = reports.reduce((sum, report) => sum + report.ms, 0)
  const all = element('testsuites', { name: 'ifmatch', ...counts(suites.flatMap(({ cases }) => cases)), time: time(ms) }, [
    ...suites.map(({ xml }) => `\n${xml}`),
    '\n',
  ])
  return `<?xml version="1.0" encoding="UTF-8"?>\n${all}\n`
}

function* suitesOf(report: Report, several: boolean, options: FormatOptions): Generator<{ cases: Case[]; xml: string }> {
  const prefix = several ? `${report.target.name}: ` : ''
  for (const [suite, results] of bySuite(report.results)) {
    yield testsuite(
      prefix + suite,
      report,
      results.map((result) => testcase(prefix + suite, result, options)),
    )
  }
  if (!report.complete) yield testsuite(`${prefix}run`, report, [interrupted(`${prefix}run`)])
}

function testsuite(name: string, report: Report, cases: Case[]): { cases: Case[]; xml: string } {
  const ms = cases.reduce((sum, each) => sum + each.ms, 0)
  const facts = properties({
    target: report.target.name,
    urls: report.target.urls.join(' '),
    contract: report.contract.file,
    digest: report.contract.digest,
    dialects: report.contract.dialects.join(' '),
    seed: report.seed,
    complete: String(report.complete),
    version: report.tool.version,
    claim: claim(report),
    insecure: report.insecure ? unverified : undefined,
    facts: [...factsByResource(report)].map(([resource, facts]) => `${resource}: ${inOneLine(facts)}`).join('\n'),
    leftovers: report.leftovers.map(({ resource, url, reason }) => `${resource} ${url}: ${reason}`).join('\n'),
  })
  const attributes = { name, ...counts(cases), time: time(ms), timestamp: report.started.replace(/\.\d+Z$|Z$/, '') }
  return { cases, xml: element('testsuite', attributes, [`\n${facts}`, ...cases.map(({ xml }) => `\n${xml}`), '\n']) }
}

function testcase(classname: string, result: Result, options: FormatOptions): Case {
  const outcome = outcomeOf(result, options)
  const { verdict, level, severity, resource, source, why, fix } = result
  const children = [
    properties({
      verdict,
      level,
      severity,
      resource: resource ?? undefined,
      source,
      why,
      fix,
      overruled: overruledWords(result) ?? undefined,
    }),
    ...told(outcome, result, options),
  ]
  const name = resource === null ? result.check : `${result.check} on ${resource}`
  return {
    outcome,
    ms: result.ms,
    xml: element('testcase', { classname, name, time: time(result.ms) }, [...children.map((child) => `\n${child}`), '\n']),
  }
}

function outcomeOf(result: Result, options: FormatOptions): Outcome {
  if (fails(result, options)) return 'failure'
  if (leavesOpen(result)) return 'error'
  return result.verdict === 'skip' || result.verdict === 'inconclusive' ? 'skipped' : 'passed'
}

function told(outcome: Outcome, result: Result, options: FormatOptions): string[] {
  const reason = result.reason ?? ''
  const text = () => escaped(evidence(result, options.secrets ?? []))
  if (outcome === 'failure') return [element('failure', { message: reason || result.title, type: result.level }, [text()])]
  if (outcome === 'error') return [element('error', { message: reason, type: 'inconclusive' }, [text()])]
  if (outcome === 'skipped') return [element('skipped', { message: result.verdict === 'skip' ? reason : `inconclusive: ${reason}` })]
  return result.verdict === 'pass' ? [] : [element('system-out', {}, [text()])]
}

function interrupted(classname: string): Case {
  const message = 'the run was interrupted: what is not listed was not tried'
  const xml = element('testcase', { classname, name: 'the run is complete', time: time(0) }, [
    element('error', { message, type: 'interrupted' }),
  ])
  return { outcome: 'error', ms: 0, xml }
}

/** What a person needs to judge and repeat it, as plain lines. */
function evidence(result: Result, secrets: readonly string[]): string {
  const { check, title, reason, expected, seen, why, fix, source, level } = result
  const facts = Object.entries({
    title,
    reason,
    weighs: overruledWords(result),
    expected,
    seen,
    why,
    fix,
    source: `${source} (${level})`,
    more: `ifmatch explain ${check}`,
  })
  const shown = chosen(result.exchanges, mostExchanges)
  const show = (exchange: Result['exchanges'][number]) =>
    ['', `${result.exchanges.indexOf(exchange) + 1}. ${visible(exchange.purpose)}`, ...short(exchange, 300), curl(exchange, secrets)].join(
      '\n',
    )
  return [
    ...facts.filter(([, text]) => text !== null).map(([name, text]) => `${name}: ${text}`),
    ...shown.first.map(show),
    ...(shown.left === 0 ? [] : [`\n… ${plural(shown.left, 'exchange')} more in the JSON report`]),
    ...shown.last.map(show),
  ].join('\n')
}

function properties(facts: Record<string, string | undefined>): string {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined && value !== '')
  return element(
    'properties',
    {},
    given.map(([name, value]) => element('property', { name, value })),
  )
}

function counts(cases: readonly Case[]): Record<string, number> {
  const of = (outcome: Outcome) => cases.filter((each) => each.outcome === outcome).length
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') }
}

/** Seconds, as JUnit wants them. */
function time(ms: number): string {
  return (ms / 1000).toFixed(3)
}
