import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { exitCode, leavesOpen } from '../reports/exit-code.ts'
import { quote } from '../reports/shell.ts'
import { abilities, type FormatOptions, formatNamed, progress, type Report } from '../reports/index.ts'
import type { Target } from '../suites/target.ts'
import { runSuites } from '../suites/vitest/run.ts'
import { failureOf } from './failure.ts'
import { version } from './package.ts'
import { type ReportFile, writeReports } from './report-files.ts'
import type { Selection } from './selection.ts'

/** How a run goes, once all that was given is known to be right. */
export interface Run extends Selection {
  files: ReportFile[]
  /** Files that export checks of the user's own. */
  own?: readonly string[] | undefined
  strict?: boolean
  verbose?: boolean
  /** What the first request has to wait for. */
  ready?: Promise<void> | undefined
  interrupted: AbortSignal
}

/** Holds one target after the other against the checks, shows and writes the reports. Returns the exit code. */
export async function run(targets: readonly Target[], options: Run): Promise<number> {
  const { strict, verbose, interrupted } = options
  const reports: Report[] = []
  let unreachable = false
  for (const target of targets) {
    if (interrupted.aborted) break
    try {
      reports.push(await runOne(target, options))
    } catch (error) {
      const { message, exitCode: code } = failureOf(error)
      if (targets.length === 1 || code !== 3) throw error
      process.stderr.write(`ifmatch: ${message}\n`)
      unreachable = true
    }
  }
  const { colour, width } = abilities(process.stdout, process.env)
  const secrets = [...new Set(targets.flatMap((target) => target.secrets.map(({ name }) => name)))]
  const format: FormatOptions = { colour, width, secrets, strict, verbose }
  if (reports.length > 0) process.stdout.write(formatNamed('terminal')(reports, format))
  const written = await writeReports(reports.length > 0 ? options.files : [], reports, (name, some) => formatNamed(name)(some, format))
  if (written.length > 0) process.stdout.write(`\n${written.map((path) => `report: ${path}\n`).join('')}`)
  for (const { ledger } of targets)
    if (ledger !== undefined && existsSync(ledger))
      process.stderr.write(`ifmatch: what is left stands in ${ledger}; to delete it: ifmatch clean ${quote(relative('', ledger))}\n`)
  if (interrupted.aborted) {
    process.stderr.write('ifmatch: interrupted; what was not run proves nothing\n')
    return 130
  }
  const code = exitCode(reports, { strict })
  if (code === 3) for (const report of reports) explain(report)
  return code === 0 && unreachable ? 3 : code
}

async function runOne(target: Target, { checks, own, leaveOut, ready, interrupted }: Run): Promise<Report> {
  const marks = progress(abilities(process.stdout, process.env))
  const report = await runSuites({ target, checks, files: own, leaveOut, ready, signal: interrupted, version }, ({ result }) =>
    show(marks.add(result)),
  )
  show(marks.end())
  return target.forgets ? { ...report, leftovers: [] } : report
}

/** Writes what there is. Even an empty write would find out that nobody reads, and vitest waits for its worker then. */
function show(text: string): void {
  if (text !== '') process.stdout.write(text)
}

/** Why a report that has no failure is no success either. */
function explain({ target, complete, results }: Report): void {
  const open = results.filter(leavesOpen)
  const more = open.length > 1 ? ` (and ${open.length - 1} more)` : ''
  const reason = open[0] ? `${open[0].check}: ${open[0].reason}${more}` : complete ? 'no check passed' : 'the run came to an early end'
  process.stderr.write(`ifmatch: ${target.name} could not be judged: ${reason}\n`)
}
