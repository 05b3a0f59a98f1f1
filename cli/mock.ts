import type { Command } from 'commander'
import { readContract } from './contract.ts'
import { couldNotRun } from './failure.ts'
import { collect, wholeNumber } from './options.ts'

interface MockOptions {
  port: number
  host: string
  dialect?: string[]
  overlay?: string[]
  seed?: string
  work: number
  fault?: string[]
}

/** `ifmatch mock [document]`: acts a contract out until it is told to stop. */
export function addMock(program: Command): void {
  program
    .command('mock')
    .description('act out an API from its contract, in memory')
    .argument('[document]', 'an OpenAPI document with x-conflict (default: the reference API)')
    .option('--port <number>', 'port to listen on; 0 picks a free one', wholeNumber('--port', 0, 65535), 4090)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--overlay <file>', 'an OpenAPI Overlay laid over the document (repeat)', collect)
    .option('--dialect <name>', 'a dialect laid over those that the document extends (repeat)', collect)
    .option('--seed <text>', 'makes ids and other made-up values the same again (default: random)')
    .option('--work <ms>', 'how long a write is under way', wholeNumber('--work', 0, 600_000), 0)
    .option('--fault <name>', 'a bug to act out; `ifmatch faults` lists them (repeat)', collect)
    .option('--verbose', 'a line for each request, and stack traces of errors')
    .action(mock)
}

async function mock(document: string | undefined, options: MockOptions): Promise<void> {
  throw couldNotRun(`mock ${document} ${options.port}: not built yet`)
}
