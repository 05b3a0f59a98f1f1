import { fault, type Fault, type Scene } from '../fault.ts'
import { reject } from '../decision.ts'
import { headerOf, withHeader } from '../message.ts'
import { isRefusal, serverError } from './edit.ts'

/** Whoever says "must not exist" is always refused. */
export const createOnlyRefused: Fault = fault({
  name: 'create-only-refused',
  title: 'refuses a create that says "must not exist", although nothing is there',
  decision: (decision, scene) =>
    decision.kind === 'perform' && scene.role === 'create' && onWrite(scene) === '*'
      ? reject(412, 'fault', 'If-None-Match was sent')
      : decision,
})

/** Created, replaced: all the same. */
export const createdSays200: Fault = fault({
  name: 'created-says-200',
  title: 'answers a PUT that creates with 200',
  answer: (answer, scene) => (answer.status === 201 && scene.received.method === 'PUT' ? { ...answer, status: 200 } : answer),
})

/** "Must not exist" is heard by nobody. */
export const createOnlyIgnored: Fault = fault({
  name: 'create-only-ignored',
  title: 'overwrites what exists, although the request says that it must not',
  seen: 's3rver',
  decision: (decision, scene) => (decision.kind === 'refuse' && decision.name === 'exists' ? (scene.perform() ?? decision) : decision),
})

/** The condition is looked at after the handler ran. */
export const existsPerformedBut412: Fault = fault({
  name: 'exists-performed-but-412',
  title: 'overwrites what must not exist, and refuses it all the same',
  writes(writes, scene) {
    if (scene.decision.kind !== 'refuse' || scene.decision.name !== 'exists') return writes
    const perform = scene.perform()
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})

/** Any refusal is a bad request. */
export const existsSays400: Fault = fault({
  name: 'exists-says-400',
  title: 'answers 400 where something exists that must not',
  seen: 'HashiCorp Vault and DynamoDB, as documented there',
  answer: (answer, scene) => (scene.decision.kind === 'refuse' && scene.decision.name === 'exists' ? { ...answer, status: 400 } : answer),
})

/** The insert throws, and nobody catches it. */
export const existsFails: Fault = fault({
  name: 'exists-fails',
  title: 'answers 500 where something exists that must not',
  seen: 'SAP CAP 9 on SQLite',
  answer: (answer, { decision }) => (isRefusal(decision, 'exists') ? serverError(answer) : answer),
})

/** The second of two creators is told that it was the first. */
export const identicalCreateSucceeds: Fault = fault({
  name: 'identical-create-succeeds',
  title: 'answers a create-only write with success if what exists has the same content',
  answer(answer, scene) {
    const { target, body } = scene.received
    const sent = body?.toString()
    if (scene.decision.kind === 'refuse' && scene.decision.name === 'exists' && scene.memory.get(target) === sent)
      return { ...answer, status: 200 }
    if (scene.role === 'create') scene.memory.set(target, sent)
    return answer
  },
})

/** Tags are for reads. */
export const tagsIgnoredOnWrite: Fault = fault({
  name: 'tags-ignored-on-write',
  title: 'looks at If-None-Match on a write only where it is *',
  request: (request) =>
    isRead(request.method) || headerOf(request.headers, 'if-none-match') === '*'
      ? request
      : { ...request, headers: withHeader(request.headers, 'If-None-Match', undefined) },
})

/** Writes compare strongly, whatever the field. */
export const weakTagPassesOnWrite: Fault = fault({
  name: 'weak-tag-passes-on-write',
  title: 'compares If-None-Match of a write strongly: W/ before the current tag lets it through',
  seen: 'Apache httpd 2.4.46',
  request: (request) =>
    isRead(request.method) || !headerOf(request.headers, 'if-none-match')?.includes('W/')
      ? request
      : { ...request, headers: withHeader(request.headers, 'If-None-Match', undefined) },
})

/** Whatever the field says, it says "must not exist". */
export const anyTagMeansExists: Fault = fault({
  name: 'any-tag-means-exists',
  title: 'takes every If-None-Match of a write for *',
  request: (request) =>
    isRead(request.method) || headerOf(request.headers, 'if-none-match') === undefined
      ? request
      : { ...request, headers: withHeader(request.headers, 'If-None-Match', '*') },
})

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** If-None-Match of a write. */
function onWrite({ received }: Scene): string | undefined {
  return isRead(received.method) ? undefined : headerOf(received.headers, 'if-none-match')
}
