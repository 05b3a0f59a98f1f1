import type { Command } from 'commander'
import { collect } from './options.ts'
import { warn } from './warnings.ts'

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
  const [{ loadContract }, { showContract }] = await Promise.all([import('../spec/index.ts'), import('../spec/show.ts')])
  const contract = await loadContract(file, { overlays: options.overlay, dialects: options.dialect })
  process.stdout.write(showContract(contract))
  warn(contract)
}
