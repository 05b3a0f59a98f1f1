import type { RaceOperation } from '../../reports/model.ts'

/** The writers of some operations, for a sentence: `A, B and C`. */
export function names(operations: readonly RaceOperation[]): string {
  return operations
    .map(({ writer }) => writer)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' and ')
}
