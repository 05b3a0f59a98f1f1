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

/** The known name that is most like this one, if any is like enough to be meant. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  return alike(name, known)[0]
}

/** The known names that are like enough to this one to be meant, the likest first. */
export function alike(name: string, known: readonly string[]): string[] {
  const wanted = name.toLowerCase()
  return known
    .map((other) => ({ other, far: distance(wanted, other.toLowerCase()) }))
    .filter(({ other, far }) => far <= Math.max(1, Math.ceil(Math.max(name.length, other.length) / 3)))
    .toSorted((a, b) => a.far - b.far)
    .map(({ other }) => other)
}

/** How many letters must be put in, taken out, changed or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j]!, before[j - 2]! + 1)
    }
    before = row
    row = next
  }
  return row[b.length]!
}
