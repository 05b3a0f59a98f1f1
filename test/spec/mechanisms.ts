import type { Resource } from '../../spec/index.ts'

/** The names of all that can refuse in a resource, in one line. */
export function mechanismsOf({ name, guards, unique, idempotency, locks, rules, bulk }: Resource): string {
  const named = (kind: string, list: readonly { name: string; for: unknown[] }[]): string[] => {
    const promised = list.filter((each) => each.for.length).map((each) => each.name)
    return promised.length ? [`${kind} ${promised.join(' ')}`] : []
  }
  return [
    name,
    ...named('guards', guards),
    ...named('unique', unique),
    ...(idempotency?.for.length ? ['key'] : []),
    ...named('locks', locks),
    ...named('rules', rules),
    ...(bulk ? ['bulk'] : []),
  ].join('; ')
}
