import { readPlaces } from '../../spec/places.ts'
import type { Decision } from '../decision.ts'
import { fault, type Fault, type Scene } from '../fault.ts'
import { headerOf } from '../message.ts'
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

/** Somebody thought of If-Match and of the body, not of the header or the parameter that the API has of its own. */
export const versionIgnored: Fault = fault({
  name: 'version-ignored',
  title: 'performs a write with an old version in the query or in a header of its own',
  decision: (decision, scene) =>
    isWrite(scene) && sentElsewhere(decision, scene) && !sentInBody(decision, scene) ? (scene.perform() ?? decision) : decision,
})

/** Somebody thought of replacing only. */
export const versionIgnoredOnPatch: Fault = fault({
  name: 'version-ignored-on-patch',
  title: 'performs a patch with an old version sent anywhere but in If-Match',
  decision: (decision, scene) => (scene.role === 'patch' && sentElsewhere(decision, scene) ? (scene.perform() ?? decision) : decision),
})

/** The same for deletes. */
export const versionIgnoredOnDelete: Fault = fault({
  name: 'version-ignored-on-delete',
  title: 'performs a delete with an old version sent anywhere but in If-Match',
  decision: (decision, scene) => (scene.role === 'delete' && sentElsewhere(decision, scene) ? (scene.perform() ?? decision) : decision),
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

function isWrite({ role }: Scene): boolean {
  return role === 'replace' || role === 'patch'
}

/** Refused for an old token that did not come as If-Match. */
function sentElsewhere(decision: Decision, { received }: Scene): boolean {
  return isRefusal(decision, 'stale') && headerOf(received.headers, 'if-match') === undefined
}

function sentInBody(decision: Decision, { facts, model }: Scene): boolean {
  const guard = isRefusal(decision) ? model.resource.guards.find(({ name }) => name === decision.mechanism.name) : undefined
  const places = guard?.send.filter(({ part }) => part === 'body') ?? []
  return readPlaces(places, facts.message) !== undefined
}
