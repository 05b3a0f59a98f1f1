import { verdicts, type Report, type Result, type Verdict } from '../model.ts'
import { suiteOf, worst } from '../summary.ts'

/** One check of one target with its results, and where the page has it. */
export interface Entry {
  anchor: string
  check: string
  results: { anchor: string; result: Result }[]
  worst: Verdict
}

/** A report, arranged for the page. */
export interface Outline {
  report: Report
  /** Begins every anchor of this report; names its section. */
  anchor: string
  /** Checks by suite, in the order in which they were run. */
  suites: Map<string, Entry[]>
  /** The same, what is worst first. */
  entries: Entry[]
  /** Columns of the matrix; null is the whole target. */
  resources: (string | null)[]
}

/** Arranges reports for one page. Anchors are readable and, in one page, all different. */
export function outlines(reports: readonly Report[]): Outline[] {
  const taken = new Set<string>()
  const anchor = (text: string) => {
    const slug = text.replace(/[^\w./-]+/g, '-').slice(0, 120)
    let name = slug
    for (let count = 2; taken.has(name); count++) name = `${slug}-${count}`
    taken.add(name)
    return name
  }
  return reports.map((report) => outline(report, reports.length > 1 ? `${report.target.name}/` : '', anchor))
}

function outline(report: Report, prefix: string, anchor: (text: string) => string): Outline {
  const own = anchor(`${prefix}report`)
  const entries = [...Map.groupBy(report.results, ({ check }) => check)].map(([check, results]): Entry => ({
    anchor: anchor(prefix + check),
    check,
    results: inOrder(results, ({ verdict }) => verdict).map((result) => ({
      anchor: anchor(`${prefix}${check}/${result.resource ?? 'target'}`),
      result,
    })),
    worst: worst(results)!,
  }))
  const resources = [...new Set(report.results.map(({ resource }) => resource))].sort((a, b) => Number(b === null) - Number(a === null))
  return {
    report,
    anchor: own,
    suites: Map.groupBy(entries, ({ check }) => suiteOf(check)),
    entries: inOrder(entries, (entry) => entry.worst),
    resources,
  }
}

function inOrder<Item>(items: readonly Item[], verdict: (item: Item) => Verdict): Item[] {
  return [...items].sort((a, b) => verdicts.indexOf(verdict(a)) - verdicts.indexOf(verdict(b)))
}
