import type { RaceFinding, RaceOperation } from '../../reports/model.ts'

/** A finding with the operations that prove it, each once and in the order of their calls. */
export function finding(
  kind: RaceFinding['kind'],
  words: string,
  operations: readonly (RaceOperation | null | undefined)[],
  severity: RaceFinding['severity'] = 'fail',
): RaceFinding {
  const members = [...new Set(operations)].filter((operation) => operation != null)
  return { kind, severity, words, operations: members.sort((a, b) => a.call - b.call || a.id - b.id).map(({ id }) => id) }
}

/** What an operation did, for a sentence: `A's write of "w1"`. */
export function deed({ writer, role, wrote }: RaceOperation): string {
  return wrote === null ? `${writer}'s ${role}` : `${writer}'s ${role} of "${wrote}"`
}
