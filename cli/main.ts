import { Command, CommanderError } from 'commander'
import { addChecks } from './checks.ts'
import { addClean } from './clean.ts'
import { addExplain } from './explain.ts'
import { failureOf } from './failure.ts'
import { addFaults } from './faults.ts'
import { addInit } from './init.ts'
import { addMock } from './mock.ts'
import { version } from './package.ts'
import { addShow } from './show.ts'
import { addTest } from './test.ts'

/**
 * Runs the command line and sets the exit code of the process; never throws.
 *
 * @param args what follows the program's name
 */
export async function main(args: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', goOnIfClosed)
  const program = new Command('ifmatch')
    .description('Tests how an HTTP API behaves when two writers meet, and acts out such an API.')
    .version(version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
  for (const add of [addTest, addMock, addShow, addInit, addClean, addChecks, addExplain, addFaults]) add(program)
  let code: number
  try {
    await program.parseAsync(args, { from: 'user' })
    code = Number(process.exitCode ?? 0)
  } catch (error) {
    code = error instanceof CommanderError ? usage(error, program, args[0]) : failure(error, args.includes('--verbose'))
  }
  process.exitCode = code
  // A socket that a target left open must not keep us here.
  setTimeout(() => process.exit(code), 1000).unref()
}

/** Whoever read our output has enough (`ifmatch show FILE | head`). The work goes on: its reports and its exit code are still wanted. */
function goOnIfClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/** Commander has printed help and version itself; of what is wrong it is made one line that says where help is. */
function usage(error: CommanderError, program: Command, name: string | undefined): number {
  if (error.exitCode === 0) return 0
  if (error.code === 'commander.help') return 2
  const message = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')
  const command = program.commands.find((each) => each.name() === name)
  process.stderr.write(`ifmatch: ${message}; see ifmatch ${command ? `${name} ` : ''}--help\n`)
  return 2
}

/** Prints what went wrong, one line a problem. */
function failure(error: unknown, verbose: boolean): number {
  const { message, exitCode } = failureOf(error)
  for (const line of message.split('\n')) process.stderr.write(`ifmatch: ${line}\n`)
  if (verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return exitCode
}
