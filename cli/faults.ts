import type { Command } from 'commander'

/** `ifmatch faults`: lists the bugs that the mock can act out. */
export function addFaults(program: Command): void {
  program
    .command('faults')
    .description('list the bugs that the mock can act out (--fault)')
    .option('--json', 'with the checks that catch each, as JSON')
    .action(async (options: { json?: boolean }) => {
      const [{ faults }, { catalogue }] = await Promise.all([import('../mock/faults/index.ts'), import('../suites/index.ts')])
      const data = faults.map(({ name, title, seen }) => ({
        name,
        title,
        seen,
        caughtBy: catalogue.filter(({ catches }) => catches.includes(name)).map(({ id }) => id),
      }))
      const width = Math.max(...data.map(({ name }) => name.length))
      const lines = data.map(({ name, title, seen }) => `${name.padEnd(width)}  ${title}${seen === undefined ? '' : ` (seen in ${seen})`}`)
      process.stdout.write(`${options.json ? JSON.stringify(data, null, 2) : lines.join('\n')}\n`)
    })
}
