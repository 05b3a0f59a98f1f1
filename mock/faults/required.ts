import { fault, type Fault, type Scene } from '../fault.ts'
import { reject, type Decision } from '../decision.ts'
import { headerOf, withHeader, type Answer } from '../message.ts'

/** Nobody has to say anything. */
export const tokenNotRequired: Fault = fault({
  name: 'token-not-required',
  title: 'performs a write without a token where one is required',
  seen: 'APIs that look at the version only where one is sent',
  decision: (decision, scene) => (isMissing(decision) ? (scene.perform() ?? decision) : decision),
})

/** The handler of patches forgot to ask. */
export const tokenNotRequiredForPatch: Fault = fault({
  name: 'token-not-required-for-patch',
  title: 'performs a patch without a token where one is required',
  decision: (decision, scene) => (scene.role === 'patch' && isMissing(decision) ? (scene.perform() ?? decision) : decision),
})

/** So did that of deletes. */
export const tokenNotRequiredForDelete: Fault = fault({
  name: 'token-not-required-for-delete',
  title: 'deletes without a token where one is required',
  seen: 'express-pouchdb',
  decision: (decision, scene) => (scene.role === 'delete' && isMissing(decision) ? (scene.perform() ?? decision) : decision),
})

/** Any refusal is a bad request. */
export const missingSays400: Fault = fault({
  name: 'missing-says-400',
  title: 'answers 400 where a token is missing',
  answer: (answer, scene) => (isMissing(scene.decision) ? { ...answer, status: 400 } : answer),
})

/** Nothing that is sent will do. */
export const tokenNeverEnough: Fault = fault({
  name: 'token-never-enough',
  title: 'asks for a token where one is required, also if it was sent',
  decision: (decision, scene) => (decision.kind === 'perform' && requires(scene) ? reject(428, 'fault', 'a token is required') : decision),
})

/** 428, and that is all. */
export const missingWithoutWords: Fault = fault({
  name: 'missing-without-words',
  title: 'refuses a write without a token, and does not say why',
  answer: (answer, scene) => (isMissing(scene.decision) ? { ...answer, headers: [], body: '' } : answer),
})

/** A refusal for everybody, for ten minutes. */
export const missingIsFresh: Fault = fault({
  name: 'missing-is-fresh',
  title: 'lets caches keep the refusal of a write without a token',
  answer: (answer, scene) =>
    isMissing(scene.decision) ? { ...answer, headers: withHeader(answer.headers, 'Cache-Control', 'public, max-age=600') } : answer,
})

/** Old is the same as none. */
export const staleSaysMissing: Fault = fault({
  name: 'stale-says-missing',
  title: 'answers a stale token as if none were sent',
  answer: (answer, scene): Answer =>
    scene.decision.kind === 'refuse' && scene.decision.name === 'stale' ? { ...answer, status: 428 } : answer,
})

/** "Whatever version" is no answer. */
export const anyIsMissing: Fault = fault({
  name: 'any-is-missing',
  title: 'takes If-Match: * for no token',
  decision: (decision, scene) =>
    decision.kind === 'perform' && headerOf(scene.received.headers, 'if-match') === '*'
      ? reject(428, 'fault', 'a token is required')
      : decision,
})

/** The field is there, and that is enough. */
export const emptyTokenCounts: Fault = fault({
  name: 'empty-token-counts',
  title: 'takes an empty If-Match for a condition that holds',
  request: (request) =>
    headerOf(request.headers, 'if-match') === '' ? { ...request, headers: withHeader(request.headers, 'If-Match', '*') } : request,
})

function isMissing(decision: Decision): boolean {
  return decision.kind === 'refuse' && decision.name === 'missing'
}

/** A token is required of this request. */
function requires({ model, role, item }: Scene): boolean {
  return item !== undefined && model.resource.guards.some((guard) => guard.required !== 'never' && guard.for.includes(role))
}
