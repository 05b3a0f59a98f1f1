import type { Contract } from '../spec/contract.ts'

/** Tells, on stderr, what is odd about a contract or a target and does not stop it from being used. */
export function warn({ warnings }: Pick<Contract, 'warnings'>): void {
  for (const { file, line, column, message } of warnings) process.stderr.write(`ifmatch: warning: ${file}:${line}:${column}: ${message}\n`)
}
