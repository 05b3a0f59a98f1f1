import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import type { Leftover } from '../reports/model.ts'
import type { LedgerHead } from '../suites/kit/ledger.ts'
import type { TargetConfig } from '../suites/target.ts'
import { wrongUsage } from './failure.ts'
import { interruption } from './interrupt.ts'
import { ledgerFolder } from './ledger-file.ts'
import { collect } from './options.ts'
import { addTargetOptions, type TargetOptions } from './target-options.ts'
import { targetOf } from './targets.ts'

interface CleanOptions extends TargetOptions {
  target?: string
  dryRun?: boolean
  verbose?: boolean
}

/** `ifmatch clean [ledger…]`: deletes what runs left behind. */
export function addClean(program: Command): void {
  const command = program
    .command('clean')
    .description('delete what runs left behind, as their ledgers say')
    .argument('[ledger...]', `ledgers that runs left (default: all in ${ledgerFolder}/)`)
    .option('--target <file or URL>', 'the target, if it is not where the ledger says')
    .option('--contract <file>', 'the document of a target that is named by its URL, if it is not where the ledger says')
    .option('--overlay <file>', 'an OpenAPI Overlay laid over the document (repeat)', collect)
    .option('--dry-run', 'list what would be deleted, and send nothing')
  addTargetOptions(command).option('--verbose', 'stack traces of errors').action(clean)
}

async function clean(args: string[], options: CleanOptions): Promise<void> {
  const files = args.length > 0 ? args : await found()
  if (files.length === 0) {
    process.stdout.write(`nothing to delete: there is no ledger in ${ledgerFolder}/\n`)
    return
  }
  const stop = interruption()
  const later: Leftover[] = []
  for (const file of files) if (!stop.aborted) later.push(...(await cleanOne(file, options, stop)))
  if (stop.aborted) process.exitCode = 130
  else if (later.length > 0) process.exitCode = 3
}

async function found(): Promise<string[]> {
  const names = await readdir(ledgerFolder).catch(() => [])
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => path.join(ledgerFolder, name))
}

/** Returns what could be deleted another time. */
async function cleanOne(file: string, options: CleanOptions, stop: AbortSignal): Promise<Leftover[]> {
  const [{ readLedger, LedgerProblem }, { finish }, { openTarget }] = await Promise.all([
    import('../suites/kit/ledger.ts'),
    import('../suites/kit/finish.ts'),
    import('../suites/target.ts'),
  ])
  const read = (): ReturnType<typeof readLedger> => {
    try {
      return readLedger(file)
    } catch (error) {
      throw error instanceof LedgerProblem ? wrongUsage(error.message, error) : error
    }
  }
  const { head, open } = read()
  if (options.dryRun) {
    for (const { resource, known, url, path: sent } of open.toReversed())
      process.stdout.write(
        `${resource} ${known?.url ?? url}${known || Object.keys(sent).length > 0 ? '' : ' (its address is not known)'}\n`,
      )
    return []
  }
  const target = await targetIn(head, file, options)
  const { deleted, later, lost } = await finish(await openTarget(target), file, stop)
  process.stdout.write(`${file}: ${deleted} deleted${later.length > 0 ? `, ${later.length} left` : ''}\n`)
  for (const { resource, url, reason } of later) process.stderr.write(`ifmatch: left behind: ${resource} ${url}: ${reason}\n`)
  for (const { resource, url, reason } of lost) process.stderr.write(`ifmatch: to be deleted by hand: ${resource} ${url}: ${reason}\n`)
  return later
}

/** The target that a ledger is of, with credentials from where they always come from. It must be where the items were made. */
async function targetIn(head: LedgerHead, file: string, options: CleanOptions): Promise<TargetConfig> {
  const { target: said, dryRun: _, verbose: __, ...rest } = options
  const argument = said ?? head.file ?? head.urls[0]!
  const isUrl = /^https?:\/\//i.test(argument)
  if (!isUrl && !existsSync(argument))
    throw wrongUsage(`${file}: is of the target file ${argument}, which is not there; say where it is with --target`)
  const contract = isUrl ? { contract: options.contract ?? head.contract, overlay: options.overlay ?? head.overlays } : {}
  const target = await targetOf(argument, { ...rest, ...contract })
  if (head.urls.some((url) => !target.urls.includes(url)))
    throw wrongUsage(
      `${file}: is of ${head.urls.join(', ')}, but the target is ${target.urls.join(', ')}; nothing is deleted there that was made elsewhere`,
    )
  return { ...target, dialects: isUrl ? head.dialects : target.dialects, readOnly: false }
}
