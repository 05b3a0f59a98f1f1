import type { Fact, Report } from './model.ts'

/** The facts of a report by resource, in the order in which they are told. */
export function factsByResource({ facts }: Report): Map<string, Fact[]> {
  return Map.groupBy(facts, ({ resource }) => resource)
}

/** What was seen of a resource in one line. */
export function inOneLine(facts: readonly Fact[]): string {
  return facts.map(({ words }) => words).join('; ')
}
