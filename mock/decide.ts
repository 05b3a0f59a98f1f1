import type { Role } from '../spec/contract.ts'
import type { Decision, Facts } from './decision.ts'
import type { Item, View } from './store.ts'
import { authenticate } from './stages/authenticate.ts'
import { content } from './stages/content.ts'
import { existence } from './stages/existence.ts'
import { guards } from './stages/guards.ts'
import { keys } from './stages/keys.ts'
import { rules } from './stages/rules.ts'
import { schema } from './stages/schema.ts'
import { unique } from './stages/unique.ts'
import type { Json } from '../spec/contract.ts'

/** What is found out on the way to a decision; each stage may read what those before it found. */
export interface Situation {
  facts: Facts
  view: View
  /** The role in this very request: `create` where a PUT that also creates finds nothing. */
  role: Role
  /** The key that the item has, or would get. */
  key: string
  item: Item | undefined
  /** The item as it would be; undefined where nothing is stored (reads, deletes) or before the stage `schema`. */
  next: Json | Buffer | undefined
  /** The version that the client gives the item, where it is the client's to choose. */
  given: number | undefined
  /** A flaw that the stage `guards` leaves to the schema to name first. */
  pending: Decision | undefined
}

/** One question that is asked of every request. A decision ends the questions. */
export interface Stage {
  name: string
  decide(situation: Situation): Decision | undefined
}

/**
 * The order of a request: who asks, can its content be read, is the item there (RFC 9110 §13.2.1: what would be refused without its
 * conditions is refused without looking at them), was it asked before, do its conditions hold (§13.2.2), is the content right, do the
 * rules and the unique fields allow it.
 */
export const stages: readonly Stage[] = [authenticate, content, existence, keys, guards, schema, rules, unique]

/** What is known of a request before the first stage. */
export function situationOf(facts: Facts, view: View): Situation {
  return { facts, view, role: facts.roles[0]!, key: '', item: undefined, next: undefined, given: undefined, pending: undefined }
}

/**
 * Decides what becomes of a request: pure, from the request, the state and the contract, and always with the reason.
 *
 * @param order the stages to go through
 */
export function decide(facts: Facts, view: View, order: readonly Stage[] = stages): Decision {
  const situation = situationOf(facts, view)
  for (const stage of order) {
    const decision = stage.decide(situation)
    if (decision !== undefined) return decision
  }
  const { role, item, key, next, given } = situation
  const reason = {
    text: `nothing stands against ${facts.message.method} ${facts.request.target}`,
    rule: role,
    pointer: facts.model.resource.pointer,
  }
  return { kind: 'perform', role, reason, item, key, next, given, done: facts.model.resource.outcomes.done }
}
