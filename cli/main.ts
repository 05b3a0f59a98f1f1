import { Command, CommanderError } from 'commander'
import { addMock } from './mock.ts'
import { addShow } from './show.ts'
import { addTest } from './test.ts'
import { Failure } from './failure.ts'
import { version } from './package.ts'

/**
 * Runs the command line and sets the exit code of the process; never throws.
 *
 * @param args what follows the program's name
 */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('ifmatch')
    .description('Tests how an HTTP API behaves when two writers meet, and acts out such an API.')
    .version(version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true)
  for (const add of [addTest, addMock, addShow]) add(program)
  try {
    process.exitCode = 0
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = report(error, args)
  }
  // A socket that a target left open must not keep us here.
  setTimeout(() => process.exit(), 1000).unref()
}

/** Prints what went wrong, one line a problem, and returns the exit code. */
function report(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === 'commander.help') return error.exitCode === 0 ? 0 : 2
    const message = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')
    process.stderr.write(`ifmatch: ${message}; see ifmatch${args[0]?.match(/^(test|mock|show)$/) ? ` ${args[0]}` : ''} --help\n`)
    return 2
  }
  const lines = error instanceof Failure ? error.message : `internal: ${error instanceof Error ? error.message : String(error)}`
  for (const line of lines.split('\n')) process.stderr.write(`ifmatch: ${line}\n`)
  if (args.includes('--verbose') && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return error instanceof Failure ? error.exitCode : 3
}
