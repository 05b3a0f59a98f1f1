import { ContractError, type Problem } from './contract-error.ts'
import type { Lack, Warning } from './contract.ts'
import { type Mark, positionOf } from './marks.ts'

/** Collects what is wrong while a contract is loaded, so that all of it can be told at once. */
export class Problems {
  readonly errors: Problem[] = []
  readonly warnings: Warning[] = []
  readonly #seen = new Set<string>()

  /** Adds an error at a mark; the same one at the same place is told once. */
  error(mark: Mark | undefined, message: string, value: unknown = '', expected = ''): void {
    const at = positionOf(mark)
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
    if (this.#isNew('error', at, message)) this.errors.push({ ...at, value: text, expected, message })
  }

  /** Adds a warning at a mark, with what the document could declare against it. */
  warn(mark: Mark | undefined, message: string, lacks: readonly Lack[] = []): void {
    const at = positionOf(mark)
    if (this.#isNew('warning', at, message)) this.warnings.push({ ...at, message, ...(lacks.length && { lacks: [...lacks] }) })
  }

  /** @throws ContractError if there is any error so far. */
  check(): void {
    if (this.errors.length) throw new ContractError(this.errors.toSorted(inOrder))
  }

  #isNew(kind: string, at: { file: string; line: number; column: number }, message: string): boolean {
    const key = JSON.stringify([kind, at.file, at.line, at.column, message])
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }
}

/** By file, then as they stand in it. */
export function inOrder(a: Warning, b: Warning): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}
