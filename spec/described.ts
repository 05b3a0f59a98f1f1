import type { Call, Fact, Resource } from './contract.ts'

/** What a call of a described rule says beyond what every request of its operation says anyway. */
export function ownFacts({ operation, with: facts }: Call, { operations }: Resource): Fact[] {
  const usual = [...operations.values()].filter((call) => call.operation === operation).flatMap((call) => call.with)
  const known = new Set(usual.map((fact) => JSON.stringify(fact)))
  return facts.filter((fact) => !known.has(JSON.stringify(fact)))
}
