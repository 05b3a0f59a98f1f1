import type { Command } from 'commander'

/** `ifmatch checks`: lists all checks. */
export function addChecks(program: Command): void {
  program
    .command('checks')
    .description('list all checks')
    .option('--json', 'with source, why it matters and how to fix it, as JSON')
    .action(async (options: { json?: boolean }) => {
      const { catalogue } = await import('../suites/index.ts')
      const data = catalogue.map(({ run: _, ...check }) => check)
      const width = Math.max(...data.map(({ id }) => id.length))
      const lines = data.map(({ id, level, title }) => `${id.padEnd(width)}  ${level.padEnd(8)}  ${title}`)
      process.stdout.write(`${options.json ? JSON.stringify(data, null, 2) : lines.join('\n')}\n`)
    })
}
