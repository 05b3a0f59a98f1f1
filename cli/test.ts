import type { Command } from 'commander'
import { couldNotRun } from './failure.ts'
import { collect, wholeNumber } from './options.ts'

/** What `ifmatch test` was told, as commander read it. */
export interface TestOptions {
  contract?: string
  overlay?: string[]
  dialect?: string[]
  only?: string[]
  skip?: string[]
  level?: string[]
  strict?: boolean
  header?: string[]
  timeout?: number
  concurrency?: number
  seed?: string
  report?: string[]
  verbose?: boolean
}

/** `ifmatch test [target…]`: holds targets against their contracts. */
export function addTest(program: Command): void {
  program
    .command('test')
    .description('check how an API behaves when two writers meet')
    .argument('[target...]', 'base URLs (with --contract) or target files (default: the built-in mock)')
    .option('--contract <file>', 'the OpenAPI document with x-conflict that a base URL is held against')
    .option('--overlay <file>', 'an OpenAPI Overlay laid over the document (repeat)', collect)
    .option('--dialect <name>', 'a dialect for the built-in mock (repeat)', collect)
    .option('--only <check>', 'run only this check, or all that begin with it, as `if-match/` (repeat)', collect)
    .option('--skip <id=reason>', 'leave a check out, and say why (repeat)', collect)
    .option('--level <level>', 'run only checks of this level: must, should, practice, contract (repeat)', collect)
    .option('--strict', 'warnings count as failures')
    .option('--header <name: value>', 'a header for each request; its value never reaches a report (repeat)', collect)
    .option('--timeout <ms>', 'how long to wait for an answer', wholeNumber('--timeout', 1, 600_000))
    .option('--concurrency <number>', 'how many requests may be under way at once', wholeNumber('--concurrency', 1, 256))
    .option('--seed <text>', 'makes the run the same again (default: random)')
    .option('--report <format=file>', 'json=FILE, junit=FILE or html=FILE (repeat)', collect)
    .option('--verbose', 'every check with its requests, and stack traces of errors')
    .action(test)
}

async function test(targets: string[], options: TestOptions): Promise<void> {
  throw couldNotRun(`test ${targets.join(' ')} ${options.seed}: not built yet`)
}
