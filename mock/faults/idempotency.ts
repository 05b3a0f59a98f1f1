import { fault, type Fault } from '../fault.ts'

/** Every attempt is a new request. */
export const keyIgnored: Fault = fault({
  name: 'key-ignored',
  title: 'carries a request out again though its idempotency key was seen before',
  resource: (resource) => ({ ...resource, idempotency: undefined }),
})

/** Two callers share one key. */
export const keyScopeLost: Fault = fault({
  name: 'key-scope-lost',
  title: 'looks keys up without regard to the caller: another caller gets the first one’s answer',
  resource: (resource) =>
    resource.idempotency === undefined
      ? resource
      : { ...resource, idempotency: { ...resource.idempotency, scope: resource.idempotency.scope.filter((each) => each !== 'caller') } },
})

/** The answer never arrives, but the work was done. */
export const answerLost: Fault = fault({
  name: 'answer-lost',
  title: 'carries a write out and drops the connection instead of answering',
  transport: (scene) => (scene.written.length > 0 ? { kind: 'drop' } : undefined),
})
