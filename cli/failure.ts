import type { ContractError, Problem } from '../spec/index.ts'

/** What ends a command before its work is done. The exit code is part of the command line's promise; see the README. */

/** 2: wrong usage or contract. 3: could not be judged or could not run. */
type FailureCode = 2 | 3

/** An end that is the user's to mend: shown as its lines alone, without a stack trace. */
export class Failure extends Error {
  readonly exitCode: FailureCode

  /** `message` says place, value and remedy, one line a problem. */
  constructor(exitCode: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Failure'
    this.exitCode = exitCode
  }
}

/** Wrong usage or a wrong contract. */
export function wrongUsage(message: string, cause?: unknown): Failure {
  return new Failure(2, message, { cause })
}

/** Something outside stood in the way: a port, a file, a target. */
export function couldNotRun(message: string, cause?: unknown): Failure {
  return new Failure(3, message, { cause })
}

/** What an error of any room means here; what is not known is a bug of ours. The rooms are not loaded for it: their errors go by name. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (!(error instanceof Error)) return couldNotRun(`internal: ${String(error)}`, error)
  if (error.name === 'ContractError') return wrongUsage((error as ContractError).problems.map(told).join('\n'), error)
  if (error.name === 'ChecksError') return wrongUsage(error.message, error)
  if (error.name === 'Unreachable') return couldNotRun(error.message, error)
  return couldNotRun(`internal: ${error.message}`, error)
}

/** What stands in no file was said on the command line. */
function told({ file, line, column, message }: Problem): string {
  return `${file === '' ? '--dialect' : `${file}:${line}:${column}`}: ${message}`
}
