/** One thing that is wrong with a contract. */
export interface Problem {
  file: string
  line: number
  column: number
  /** What stands there. */
  value: string
  /** What could stand there. */
  expected: string
  /** The whole story in one or two sentences: what is wrong, and the remedy. */
  message: string
}

/** A contract that cannot be used, with everything that is wrong with it. */
export class ContractError extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`).join('\n'))
    this.name = 'ContractError'
    this.problems = problems
  }
}
