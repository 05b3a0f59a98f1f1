import type { Command } from 'commander'
import { collect, positiveNumber, wholeNumber } from './options.ts'

/** What the command line says of every target, whatever is done with it. */
export interface TargetOptions {
  contract?: string
  overlay?: string[]
  dialect?: string[]
  header?: string[]
  timeout?: number
  concurrency?: number
  rps?: number
  maxRequests?: number
  rounds?: number
  writers?: number
  ca?: string
  insecure?: boolean
  prefix?: string
  readOnly?: boolean
  seed?: string
}

/** How to reach a target, and what may be asked of it. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--header <name: value>', 'a header for each request; its value never reaches a report (repeat)', collect)
    .option('--timeout <ms>', 'how long to wait for an answer (default: 10000)', wholeNumber('--timeout', 1, 600_000))
    .option('--concurrency <number>', 'how many requests may be under way at once (default: 8)', wholeNumber('--concurrency', 1, 256))
    .option(
      '--rps <number>',
      'how many requests may be sent in a second (default: as fast as they are answered)',
      positiveNumber('--rps', 10_000),
    )
    .option('--max-requests <number>', 'send no more requests than this', wholeNumber('--max-requests', 1, 1_000_000_000))
    .option('--ca <file>', 'a certificate (PEM) to trust beside those that Node.js trusts')
    .option('--insecure', 'take answers from whoever gives them; the report says so')
}
