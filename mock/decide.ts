import type { Json, Mechanism, Outcome, OutcomeName, Outcomes, Role } from '../spec/contract.ts'
import type { Decision, Facts } from './decision.ts'
import { inForce } from './inforce.ts'
import type { Model } from './model.ts'
import { once } from './once.ts'
import type { Item, View } from './kept.ts'
import { authenticate } from './stages/authenticate.ts'
import { content } from './stages/content.ts'
import { existence } from './stages/existence.ts'
import { guards } from './stages/guards.ts'
import { keys } from './stages/keys.ts'
import { locks } from './stages/locks.ts'
import { rules } from './stages/rules.ts'
import { schema } from './stages/schema.ts'
import { unique } from './stages/unique.ts'

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
 * conditions is refused without looking at them), was it asked before, is it free, do its conditions hold (§13.2.2), is the content right, do the
 * rules and the unique fields allow it.
 */
export const stages: readonly Stage[] = [authenticate, content, existence, keys, locks, guards, schema, rules, unique]

/** What is known of a request before the first stage. */
export function situationOf(facts: Facts, view: View): Situation {
  return { facts, view, role: facts.roles[0]!, key: '', item: undefined, next: undefined, given: undefined, pending: undefined }
}

/**
 * Decides what becomes of a request: pure, from the request, the state and the contract, and always with the reason. Where the contract
 * has an order of its own, the first of its outcomes that could answer does.
 *
 * @param order the stages to go through
 */
export function decide(facts: Facts, view: View, order: readonly Stage[] = stages): Decision {
  for (const name of facts.model.resource.order) {
    const decision = inStages({ ...facts, model: speakingOnly(facts.model, name) }, view, order)
    if (decision.kind === 'refuse' && decision.name === name) return decision
  }
  return inStages(facts, view, order)
}

function inStages(facts: Facts, view: View, order: readonly Stage[]): Decision {
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
  return { kind: 'perform', role, reason, item, key, next, given, done: doneOf(facts) }
}

/** How success looks, where the contract says: with the mechanism that could have refused, else with the resource. */
function doneOf(facts: Facts): Outcome | undefined {
  const said = sayingDone(facts.model).find((each) => inForce(each, facts))
  return said?.outcomes.done ?? facts.model.resource.outcomes.done
}

const sayingDone = once(({ resource }: Model): Mechanism[] => {
  const { guards, unique, locks, rules, idempotency } = resource
  const all: Mechanism[] = [...guards, ...locks, ...rules, ...unique, ...(idempotency === undefined ? [] : [idempotency])]
  return all.filter(({ outcomes }) => outcomes.done !== undefined)
})

/** A model whose mechanisms know one outcome only, and those that would stand in its way unsaid. */
function speakingOnly(model: Model, name: OutcomeName): Model {
  const known = restricted(model)
  let found = known.get(name)
  if (found === undefined) {
    const kept = name === 'duplicate' ? [name, 'repeated'] : name === 'stale' ? [name, 'absent'] : [name]
    const only = <M extends { outcomes: Outcomes }>(mechanism: M): M => ({
      ...mechanism,
      outcomes: Object.fromEntries(Object.entries(mechanism.outcomes).filter(([each]) => kept.includes(each))),
    })
    const { resource } = model
    const idempotency = resource.idempotency !== undefined && name.startsWith('key') ? only(resource.idempotency) : undefined
    const { guards, unique, locks, rules } = resource
    found = {
      ...model,
      resource: {
        ...resource,
        idempotency,
        guards: guards.map(only),
        unique: unique.map(only),
        locks: locks.map(only),
        rules: rules.map(only),
      },
    }
    known.set(name, found)
  }
  return found
}

const restricted = once((_model: Model) => new Map<OutcomeName, Model>())
