import type { Outcome, Resource } from '../../spec/contract.ts'
import { factHolds, fillFact } from '../../spec/facts.ts'
import { fillValues } from '../../spec/values.ts'
import type { Answer } from './answer.ts'
import { valueIn } from './values.ts'

/**
 * Is this answer an outcome of the contract, by its status and by facts of its own? "Too many requests" (429) and "unavailable" (503) mostly
 * come from a gateway and say nothing about a requirement; where a contract says how an outcome of that status is told from those, it does.
 */
export function isDeclared(answer: Answer, resource: Resource): boolean {
  return outcomesOf(resource).some(
    ({ status, where }) =>
      status.includes(answer.status) &&
      where.length > 0 &&
      where.every((written) => {
        const fact = fillFact(written, (value) => fillValues(value, (name) => valueIn(name, answer.request)))
        return factHolds(fact, answer)
      }),
  )
}

function outcomesOf({ guards, unique, idempotency, locks, rules, outcomes }: Resource): Outcome[] {
  const mechanisms = [...guards, ...unique, ...(idempotency ? [idempotency] : []), ...locks, ...rules]
  return [outcomes, ...mechanisms.map((mechanism) => mechanism.outcomes)].flatMap((each) => Object.values(each))
}
