import { fault, type Fault } from '../fault.ts'
import { claimOf } from '../stages/keys.ts'
import { isRefusal, restated, serverError } from './edit.ts'

/** Bugs of idempotency keys, beside the key that is not looked at at all. */

export const keyReplayOtherStatus: Fault = fault({
  name: 'key-replay-other-status',
  title: 'answers a repeat with 202',
  answer: (answer, { decision }) => (decision.kind === 'replay' ? restated(answer, 202) : answer),
})

export const keyReplayEmpty: Fault = fault({
  name: 'key-replay-empty',
  title: 'answers a repeat with the first status and no content',
  answer: (answer, { decision }) => (decision.kind === 'replay' ? { ...answer, body: '' } : answer),
})

export const keyOtherPayloadExecuted: Fault = fault({
  name: 'key-other-payload-executed',
  title: 'carries out another request under a key that was used',
  decision: (decision, scene) => (isRefusal(decision, 'keyReused') ? (scene.perform() ?? decision) : decision),
})

export const keyOtherPayloadReplayed: Fault = fault({
  name: 'key-other-payload-replayed',
  title: 'answers another request under a used key with the first one’s answer',
  seen: 'josipmusa/idempotency4j#12; Qonto, on purpose',
  decision(decision, scene) {
    const claim = isRefusal(decision, 'keyReused') ? claimOf(scene.facts) : undefined
    const entry = claim && scene.view.key(claim.key)
    return entry?.answer === undefined
      ? decision
      : { kind: 'replay', entry, outcome: scene.model.resource.idempotency?.outcomes.repeated, current: false, reason: decision.reason }
  },
})

export const keyReusedOtherStatus: Fault = fault({
  name: 'key-reused-other-status',
  title: 'answers another request under a used key with 400',
  seen: 'jcagarcia/grape-idempotency#13; Stripe, as documented there',
  answer: (answer, { decision }) => (isRefusal(decision, 'keyReused') ? restated(answer, 400) : answer),
})

export const keyOptional: Fault = fault({
  name: 'key-optional',
  title: 'carries a request out without the key that it requires',
  resource: (resource) =>
    resource.idempotency === undefined ? resource : { ...resource, idempotency: { ...resource.idempotency, required: 'never' } },
})

export const keyMissingOtherStatus: Fault = fault({
  name: 'key-missing-other-status',
  title: 'answers a missing key with 422',
  answer: (answer, { decision }) => (isRefusal(decision, 'keyMissing') ? restated(answer, 422) : answer),
})

export const keyNotCompared: Fault = fault({
  name: 'key-not-compared',
  title: 'takes a payload that was seen before for a repeat, whatever its key',
  decision(decision, scene) {
    const claim = claimOf(scene.facts)
    if (decision.kind !== 'perform' || claim === undefined) return decision
    const first = scene.memory.get(claim.fingerprint) as string | undefined
    if (first === undefined) scene.memory.set(claim.fingerprint, claim.key)
    const entry = first === undefined || first === claim.key ? undefined : scene.view.key(first)
    return entry?.answer === undefined
      ? decision
      : { kind: 'replay', entry, outcome: scene.model.resource.idempotency?.outcomes.repeated, current: false, reason: decision.reason }
  },
})

export const keyClaimedLate: Fault = fault({
  name: 'key-claimed-late',
  title: 'notes a key only when the work is done: what arrives meanwhile is carried out too',
  seen: 'zonelessdev/zoneless#134',
  window: { ms: 5 },
})

export const keyInFlightServerError: Fault = fault({
  name: 'key-in-flight-server-error',
  title: 'answers 500 to a request whose key is under way',
  answer: (answer, { decision }) => (isRefusal(decision, 'keyInFlight') ? serverError(answer) : answer),
})

export const keyBurntByRefusal: Fault = fault({
  name: 'key-burnt-by-refusal',
  title: 'keeps a key for a request that it refused as invalid',
  resource: (resource) =>
    resource.idempotency === undefined ? resource : { ...resource, idempotency: { ...resource.idempotency, stores: 'all' } },
})

export const keyMalformedPasses: Fault = fault({
  name: 'key-malformed-passes',
  title: 'takes any text for a key',
  decision: (decision, scene) => (isRefusal(decision, 'keyMalformed') ? (scene.perform() ?? decision) : decision),
})
