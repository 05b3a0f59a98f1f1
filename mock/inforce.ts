import type { Fact, Mechanism } from '../spec/contract.ts'
import { factsHold, fillFact } from '../spec/facts.ts'
import { parsePlace, readPlace, type RequestMessage } from '../spec/places.ts'
import { fillValues } from '../spec/values.ts'
import type { Facts } from './decision.ts'

/** Whether a mechanism speaks of this request: promised for one of its roles, everything it needs is there, nothing switches it off. */
export function inForce(mechanism: Mechanism, facts: Pick<Facts, 'roles' | 'message'>): boolean {
  return speaks(mechanism, facts) && !says(mechanism, facts)
}

/** Whether it would speak of this request, but the request says what switches it off. */
export function isOverridden(mechanism: Mechanism, facts: Pick<Facts, 'roles' | 'message'>): boolean {
  return speaks(mechanism, facts) && says(mechanism, facts)
}

function speaks(mechanism: Mechanism, { roles, message }: Pick<Facts, 'roles' | 'message'>): boolean {
  return mechanism.for.some((role) => roles.includes(role)) && sayTrue(mechanism.when, message)
}

function says({ override }: Mechanism, { message }: Pick<Facts, 'message'>): boolean {
  return override.length > 0 && sayTrue(override, message)
}

/** Do all of these hold in a request? What they name of it (`$request…`) is filled in. */
export function sayTrue(facts: readonly Fact[], message: RequestMessage): boolean {
  return (
    facts.length === 0 ||
    factsHold(
      facts.map((fact) => fillFact(fact, (value) => fillValues(value, (name) => valueOf(name, message)))),
      message,
    )
  )
}

function valueOf(name: string, message: RequestMessage): ReturnType<typeof readPlace> {
  return name.startsWith('$request') ? readPlace(parsePlace(name), message) : undefined
}
