import type { Outcome, Place, Reveal } from '../../spec/contract.ts'
import type { Kit } from './kit.ts'

/** Where an outcome says that it tells something, part by part where that has parts. */
export function placesTold({ reveal, revealParts }: Outcome, what: Reveal): Place[] {
  return reveal[what] ?? Object.values(revealParts[what] ?? {}).flat()
}

/**
 * Does the contract promise that the answer to a stale write tells it? A header field that only a dialect names is promised where the
 * operation declares it: RFC 9110 has no word about an ETag with 412, and frameworks give error pages tags of their own.
 */
export function isRevealed({ guard, contract, resource, role }: Kit, reveal: 'currentToken' | 'current'): boolean {
  const { stale } = guard.outcomes
  const places = stale ? placesTold(stale, reveal) : []
  if (!stale || places.length === 0) return false
  const within = ['', `/guards/${guard.name}`].map((part) => `resources/${resource.name}${part}/outcomes/stale/reveal/${reveal}`)
  if (within.some((path) => contract.origins.get(path)?.from === 'said')) return true
  const declared =
    resource.spec.operations
      .get(role)
      ?.operation.responses.filter(({ status }) =>
        stale.status.some((code) => ['default', `${code}`, `${Math.floor(code / 100)}XX`].includes(status)),
      ) ?? []
  return places.some(({ part, name }) => part !== 'header' || declared.some(({ headers }) => headers.has(name.toLowerCase())))
}
