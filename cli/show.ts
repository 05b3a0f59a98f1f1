import type { Command } from 'commander'
import { collect } from './options.ts'
import { readContract } from './contract.ts'

/** `ifmatch show FILE`: prints the resolved contract, each line with its origin. Sends nothing. */
export function addShow(program: Command): void {
  program
    .command('show')
    .description('print the resolved contract, each line with its origin; sends nothing')
    .argument('<file>', 'an OpenAPI document with x-conflict')
    .option('--overlay <file>', 'an OpenAPI Overlay laid over the document (repeat)', collect)
    .option('--dialect <name>', 'a dialect laid over those that the document extends (repeat)', collect)
    .option('--verbose', 'stack traces of errors')
    .action(show)
}

async function show(file: string, options: { overlay?: string[]; dialect?: string[] }): Promise<void> {
  const { contract, showContract } = await readContract(file, options)
  process.stdout.write(`${showContract(contract).trimEnd()}\n`)
}
