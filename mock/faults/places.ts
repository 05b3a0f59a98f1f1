import { fault, type Fault } from '../fault.ts'
import { isRefusal } from './edit.ts'

/** Bugs of tokens that are sent in several places, or in several parts. */

export const firstPlaceOnly: Fault = fault({
  name: 'first-place-only',
  title: 'looks for a token at the first of its places only',
  resource: (resource) => ({ ...resource, guards: resource.guards.map((guard) => ({ ...guard, send: guard.send.slice(0, 1) })) }),
})

export const disagreementIgnored: Fault = fault({
  name: 'disagreement-ignored',
  title: 'performs a write that says two tokens in two places',
  decision: (decision, scene) => (isRefusal(decision, 'disagree') ? (scene.perform() ?? decision) : decision),
})

export const partWillDo: Fault = fault({
  name: 'part-will-do',
  title: 'performs a write with a part of the token alone',
  decision: (decision, scene) => (isRefusal(decision, 'partial') ? (scene.perform() ?? decision) : decision),
})

/** The part that changes with every write is not looked at. */
export const lastPartOnly: Fault = fault({
  name: 'last-part-only',
  title: 'compares the last part of a token only',
  decision: (decision, scene) =>
    isRefusal(decision, 'stale') && decision.evidence.token?.parts !== undefined ? (scene.perform() ?? decision) : decision,
})

/** The refusal is remembered, and taken for the version that stands. */
export const staleLocksOut: Fault = fault({
  name: 'stale-locks-out',
  title: 'refuses every write of a caller to an item once it has refused one as stale',
  decision(decision, scene) {
    const { target } = scene.received
    if (isRefusal(decision, 'stale')) scene.memory.set(target, decision)
    const refused = scene.memory.get(target) as typeof decision | undefined
    return decision.kind === 'perform' && scene.role === 'replace' && refused !== undefined ? refused : decision
  },
})
