import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Leftover, Result } from '../../reports/model.ts'
import type { Sighting } from '../facts/index.ts'

/** What the run has come to. */
export interface Progress {
  /** Tests that will run. */
  total: number
  /** Of these, done. */
  done: number
  /** The one that has just come. */
  result: Result
}

/** A vitest reporter that prints nothing and gathers the results of the checks. */
export class Collector implements Reporter {
  readonly results: Result[] = []
  readonly leftovers: Leftover[] = []
  /** What their exchanges showed of the target. */
  readonly sightings: Sighting[] = []
  /** What went wrong outside of the checks: a module that could not be loaded, an error that nobody caught. */
  readonly errors: string[] = []
  #total = 0
  readonly #onProgress: (progress: Progress) => void

  constructor(onProgress: (progress: Progress) => void) {
    this.#onProgress = onProgress
  }

  onTestModuleCollected(module: TestModule): void {
    this.#total += [...module.children.allTests()].length
  }

  onTestCaseResult(test: TestCase): void {
    const { ifmatch: result, leftovers = [], sightings = [] } = test.meta()
    this.leftovers.push(...leftovers)
    this.sightings.push(...sightings)
    if (result) {
      this.results.push(result)
      this.#onProgress({ total: this.#total, done: this.results.length, result })
      return
    }
    const { state, errors } = test.result()
    if (state === 'failed') this.errors.push(`${test.fullName}: ${errors?.[0]?.message}`)
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    for (const module of modules) this.leftovers.push(...(module.meta().leftovers ?? []))
    for (const error of [...modules.flatMap((module) => module.errors()), ...unhandled]) this.errors.push(error.message)
  }
}
