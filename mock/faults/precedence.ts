import { fault, type Fault } from '../fault.ts'
import { reject } from '../decision.ts'
import { headerOf, withHeader, type Request } from '../message.ts'
import { keyOf } from '../key.ts'

/** A stranger is told what happened to an item. */
export const conditionBeforeAuthentication: Fault = fault({
  name: 'condition-before-authentication',
  title: 'answers If-Match with 412 before it asks for credentials',
  decision: (decision, scene) =>
    decision.kind === 'reject' && decision.status === 401 && isTagged(scene.received)
      ? reject(412, 'fault', 'If-Match does not hold')
      : decision,
})

/** So is who may not see it. */
export const conditionBeforeAccess: Fault = fault({
  name: 'condition-before-access',
  title: 'answers If-Match with 412 for an item that the caller may not see',
  decision(decision, scene) {
    const { model, facts, view } = scene
    const hidden = scene.item === undefined && view.item(model.resource.name, keyOf(model.resource, facts.message.path)) !== undefined
    return decision.kind === 'reject' && decision.status === 404 && hidden && isTagged(scene.received)
      ? reject(412, 'fault', 'If-Match does not hold')
      : decision
  },
})

/** What is not there has no version, so no tag is its version. */
export const conditionBeforeExistence: Fault = fault({
  name: 'condition-before-existence',
  title: 'answers If-Match with 412 where nothing is there',
  decision: (decision, scene) =>
    decision.kind === 'reject' && decision.status === 404 && isTagged(scene.received)
      ? reject(412, 'fault', 'If-Match does not hold')
      : decision,
})

/** The route is looked for in the condition's handler. */
export const conditionBeforeMethod: Fault = fault({
  name: 'condition-before-method',
  title: 'looks at If-Match of a POST to an item as if it were a DELETE',
  request: (request) => (request.method === 'POST' && isTagged(request) ? { ...request, method: 'DELETE' } : request),
})

/** A condition is a condition, whatever the method. */
export const conditionOnOptions: Fault = fault({
  name: 'condition-on-options',
  title: 'looks at If-Match of OPTIONS',
  request: (request) => (request.method === 'OPTIONS' && isTagged(request) ? { ...request, method: 'DELETE' } : request),
})

/** Content is looked at last. */
export const conditionBeforeContent: Fault = fault({
  name: 'condition-before-content',
  title: 'looks at conditions before it looks at the media type',
  stages(order) {
    const content = order.filter((stage) => stage.name === 'content')
    const others = order.filter((stage) => stage.name !== 'content')
    const after = others.findIndex((stage) => stage.name === 'guards') + 1
    return [...others.slice(0, after), ...content, ...others.slice(after)]
  },
})

/** The report of a stale token needs content that can be read. */
export const staleBadContentFails: Fault = fault({
  name: 'stale-bad-content-fails',
  title: 'fails on a write with a stale token whose content does not fit the schema',
  decision(decision, scene) {
    if (decision.kind !== 'refuse' || decision.name !== 'stale' || scene.role === 'delete') return decision
    return scene.perform() === undefined ? reject(500, 'fault', 'the content does not fit') : decision
  },
})

/** The last condition decides. */
export const ifNoneMatchOutweighs: Fault = fault({
  name: 'if-none-match-outweighs',
  title: 'does not look at If-Match where there is an If-None-Match',
  request: (request) =>
    headerOf(request.headers, 'if-none-match') === undefined
      ? request
      : { ...request, headers: withHeader(request.headers, 'If-Match', undefined) },
})

/** The first condition decides. */
export const ifMatchOutweighs: Fault = fault({
  name: 'if-match-outweighs',
  title: 'does not look at If-None-Match where there is an If-Match',
  request: (request) => (isTagged(request) ? { ...request, headers: withHeader(request.headers, 'If-None-Match', undefined) } : request),
})

function isTagged({ headers }: Request): boolean {
  return headerOf(headers, 'if-match') !== undefined
}
