import { removePointer } from '../../http/pointer.ts'
import type { Guard, Json, Place } from '../../spec/contract.ts'
import { isMembers } from '../conflicts.ts'
import { bodyOf } from '../content.ts'
import { refuse, type Decision } from '../decision.ts'
import { fault, type Fault, type Scene } from '../fault.ts'
import { editBody, isRefusal, restated, withEvidence } from './edit.ts'

/** Bugs of versions that are sent in the body. */

export const bodyVersionMissing: Fault = fault({
  name: 'body-version-missing',
  title: 'leaves the version out of what it answers',
  answer: (answer, { model, decision }) =>
    decision.kind === 'perform' && model.resource.guards.some(inBody)
      ? editBody(answer, (body) => model.tokenPointers.reduce((next, pointer) => removePointer(next, pointer) as typeof body, body))
      : answer,
})

export const bodyVersionCurrentRefused: Fault = fault({
  name: 'body-version-current-refused',
  title: 'takes the current version for an old one',
  decision(decision, scene) {
    const guard = bodyGuardOf(scene)
    if (decision.kind !== 'perform' || guard === undefined || scene.item === undefined) return decision
    return refuse(guard, 'stale', 'the version does not match', { item: scene.item, token: guard.token }) ?? decision
  },
})

export const bodyVersionIgnored: Fault = fault({
  name: 'body-version-ignored',
  title: 'performs a write whatever version its body names',
  seen: 'SCIMMY, which sends a body hash as ETag beside the real version',
  decision: (decision, scene) => (isStaleBody(decision, scene) ? (scene.perform() ?? decision) : decision),
})

export const bodyVersionRefusedButWritten: Fault = fault({
  name: 'body-version-refused-but-written',
  title: 'refuses a write with an old version in its body, and performs it all the same',
  writes(writes, scene) {
    const perform = isStaleBody(scene.decision, scene) ? scene.perform() : undefined
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})

export const bodyVersionOtherStatus: Fault = fault({
  name: 'body-version-other-status',
  title: 'answers an old version in the body with 400',
  seen: 'HashiCorp Vault and the GitLab files API, as documented there',
  answer: (answer, scene) => (isStaleBody(scene.decision, scene) ? restated(answer, 400) : answer),
})

export const bodyVersionStandsStill: Fault = fault({
  name: 'body-version-stands-still',
  title: 'changes an item without raising its version',
  resource: (resource) =>
    resource.token?.read.every(isBody)
      ? {
          ...resource,
          token: { ...resource.token, by: [] },
          guards: resource.guards.map((guard) => ({ ...guard, token: { ...guard.token, by: [] } })),
        }
      : resource,
})

export const bodyVersionOptional: Fault = fault({
  name: 'body-version-optional',
  title: 'performs a write that names no version, where one is required',
  resource: (resource) => ({
    ...resource,
    guards: resource.guards.map((guard) => (inBody(guard) ? { ...guard, required: 'never' as const } : guard)),
  }),
})

export const bodyVersionMalformedPasses: Fault = fault({
  name: 'body-version-malformed-passes',
  title: 'performs a write whose version is of another type',
  decision(decision, scene) {
    const { item, model, facts } = scene
    const isMalformed =
      isRefusal(decision, 'malformed') ||
      (decision.kind === 'reject' &&
        decision.errors.some((error) => bodyGuardOf(scene)?.send.some((place) => place.name === error.pointer)))
    const sent = bodyOf(facts.request)
    if (!isMalformed || bodyGuardOf(scene) === undefined || item === undefined || !isMembers(sent) || !isMembers(item.value))
      return decision
    const next = model.tokenPointers.reduce<Json>((value, pointer) => removePointer(value, pointer) as Json, { ...item.value, ...sent })
    return {
      kind: 'perform',
      role: scene.role,
      reason: { text: 'the version is not looked at', rule: 'fault', pointer: '' },
      item,
      key: item.key,
      next,
      done: undefined,
    }
  },
})

export const refusalBumpsVersion: Fault = fault({
  name: 'refusal-bumps-version',
  title: 'raises the version with every write that it refuses as stale',
  writes(writes, scene) {
    if (!isRefusal(scene.decision, 'stale') || scene.item === undefined) return writes
    const { version: _version, tag: _tag, history: _history, order: _order, ...item } = scene.item
    return [...writes, { kind: 'put', item: { ...item, bumps: true } }]
  },
})

/** The token of the request is copied into the answer, as if it were the current one. */
export const conflictTellsSentVersion: Fault = fault({
  name: 'conflict-tells-sent-version',
  title: 'tells an old version as the current one in the conflict answer',
  decision(decision) {
    const [old] = decision.kind === 'refuse' ? (decision.evidence.item?.history ?? []) : []
    if (!isRefusal(decision, 'stale') || decision.evidence.item === undefined || old === undefined) return decision
    return withEvidence(decision, { item: { ...decision.evidence.item, version: old.version, tag: old.tag } })
  },
})

function isBody(place: Place): boolean {
  return place.part === 'body'
}

function inBody(guard: Guard): boolean {
  return guard.send.some(isBody)
}

function bodyGuardOf({ model, role }: Scene): Guard | undefined {
  return model.resource.guards.find((guard) => inBody(guard) && guard.for.includes(role))
}

function isStaleBody(decision: Decision, scene: Scene): boolean {
  return isRefusal(decision, 'stale') && bodyGuardOf(scene)?.name === decision.mechanism.name
}
