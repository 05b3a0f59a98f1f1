import type { Command } from 'commander'
import { randomSeed } from '../spec/seed.ts'
import type { TargetConfig } from '../suites/target.ts'
import type { Target } from '../suites/target.ts'
import { BuiltIn } from './built-in.ts'
import { wrongUsage } from './failure.ts'
import { interruption } from './interrupt.ts'
import { ledgerFiles } from './ledger-file.ts'
import { collect, wholeNumber } from './options.ts'
import { reportFiles } from './report-files.ts'
import { type Selection, select } from './selection.ts'
import { addTargetOptions, type TargetOptions } from './target-options.ts'
import { builtInTarget, targetOf } from './targets.ts'
import { warn } from './warnings.ts'

/** What `ifmatch test` was told, as commander read it. */
interface TestOptions extends TargetOptions {
  checks?: string[]
  only?: string[]
  skip?: string[]
  level?: string[]
  strict?: boolean
  report?: string[]
  ledger?: string
  dryRun?: boolean
  verbose?: boolean
  replay?: string
}

/** `ifmatch test [target…]`: holds targets against their contracts. */
export function addTest(program: Command): void {
  const command = program
    .command('test')
    .description('check how an API behaves when two writers meet')
    .argument('[target...]', 'base URLs (with --contract) or target files (default: the built-in mock)')
    .option('--contract <file>', 'the OpenAPI document with x-conflict that a base URL is held against')
    .option('--overlay <file>', 'an OpenAPI Overlay laid over the document (repeat)', collect)
    .option('--dialect <name>', 'a dialect for the built-in mock (repeat)', collect)
    .option('--checks <files>', 'checks of your own beside ours: a path or a glob in quotes, as `checks/*.conflict.ts` (repeat)', collect)
    .option('--only <check>', 'run only this check, or all that begin with it, as `if-match` (repeat)', collect)
    .option('--skip <id=reason>', 'leave a check out, and say why (repeat)', collect)
    .option('--level <level>', 'run only checks of this level: must, should, practice, contract (repeat)', collect)
    .option('--strict', 'warnings count as failures')
  addTargetOptions(command)
    .option('--dry-run', 'print what would run and about how many requests that takes; sends nothing')
    .option(
      '--rounds <number>',
      'how often requests meet in a race (default: 7 on this machine, else 5)',
      wholeNumber('--rounds', 1, 1_000_000),
    )
    .option(
      '--writers <number>',
      'how many requests meet, if --concurrency and --rps allow it (default: 5)',
      wholeNumber('--writers', 2, 64),
    )
    .option('--replay <file>', 'only what this replay file or JSON report proved by races: does it happen again?')
    .option('--read-only', 'send nothing but GET, HEAD and OPTIONS: checks that write are left out, and what is there is read')
    .option('--prefix <text>', 'with which everything begins that is made, where the document allows it (default: ifmatch-)')
    .option('--ledger <file>', 'remembers what was made until it is deleted (default: a file in .ifmatch/)')
    .option('--seed <text>', 'makes the values that are sent the same again (default: random)')
    .option('--report <format=file>', 'json=FILE, junit=FILE or html=FILE (repeat)', collect)
    .option('--verbose', 'every check with its requests, and stack traces of errors')
    .action(test)
}

async function test(args: string[], options: TestOptions): Promise<void> {
  if (args.length > 0 || options.dryRun) return judge(args, options)
  // one seed for both, so that it brings both back
  const seeded = { ...options, seed: options.seed ?? randomSeed() }
  // it takes long to start, and does so beside all that is to be read and looked at first
  const mock = new BuiltIn(seeded)
  try {
    await judge(args, seeded, mock)
  } finally {
    await mock.stop()
  }
}

/** Everything that can be wrong with what the user gave is found before the first request. */
async function judge(args: string[], options: TestOptions, mock?: BuiltIn): Promise<void> {
  const interrupted = interruption()
  const [{ catalogue, checkOverrulings }, { openTarget }, { run }] = await Promise.all([
    import('../suites/index.ts'),
    import('../suites/target.ts'),
    import('./run.ts'),
  ])
  const own = options.checks && (await (await import('../suites/custom.ts')).loadChecks(options.checks))
  const all = [...catalogue, ...(own?.checks ?? [])]
  const selection = select(all, options)
  const builtIn = args.length === 0 ? await builtInTarget(options) : undefined
  const configs = builtIn ? [builtIn] : await Promise.all(args.map((argument) => targetOf(argument, options)))
  const targets: Target[] = []
  for (const config of configs) {
    warn(config)
    const target = await openTarget(config)
    checkOverrulings(target.loaded, all)
    warn(target.loaded)
    targets.push(target)
  }
  if (options.dryRun) return showPlans(targets, selection, options, interrupted)
  const names = targets.map(({ name }) => name)
  const files = await reportFiles(options.report ?? [], names)
  if (!builtIn) for (const [at, file] of (await ledgerFiles(options.ledger, names)).entries()) targets[at]!.ledger = file
  const ready = mock?.url.then((url) => void (targets[0]!.urls = [url]))
  // an interrupted run does not wait for it
  ready?.catch(() => {})
  if (options.replay !== undefined) {
    await ready
    const { replay } = await import('./replay.ts')
    process.exitCode = await replay(targets, options.replay, interrupted)
  } else
    process.exitCode = await run(targets, {
      ...options,
      ...selection,
      own: own?.files,
      files,
      ready,
      interrupted,
    })
}

/** Nothing is sent: no report, no ledger, no exit code of a verdict. */
async function showPlans(targets: readonly TargetConfig[], selection: Selection, options: TestOptions, stop: AbortSignal): Promise<void> {
  if (options.report)
    throw wrongUsage(`--report ${options.report[0]}: a dry run sees nothing that could be reported; leave one of the two out`)
  const [{ planOf }, { planText }, { abilities }, { openTarget }] = await Promise.all([
    import('./plan.ts'),
    import('../reports/plan.ts'),
    import('../reports/index.ts'),
    import('../suites/target.ts'),
  ])
  const texts: string[] = []
  for (const target of targets)
    if (!stop.aborted) texts.push(planText(await planOf(await openTarget(target), selection, stop), abilities(process.stdout, process.env)))
  process.stdout.write(texts.join('\n'))
  if (stop.aborted) process.exitCode = 130
}
