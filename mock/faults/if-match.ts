import { fault, type Fault } from '../fault.ts'
import { withHeader } from '../message.ts'

/** A stale token is looked at by nobody: the write goes through (the classic lost update). */
export const guardIgnored: Fault = fault({
  name: 'guard-ignored',
  title: 'performs a write although its token is stale',
  decision: (decision, scene) => (decision.kind === 'refuse' && decision.name === 'stale' ? (scene.perform() ?? decision) : decision),
})

/** The condition is looked at after the handler ran. */
export const stalePerformedBut412: Fault = fault({
  name: 'stale-performed-but-412',
  title: 'performs a write whose token is stale, and refuses it all the same',
  writes(writes, scene) {
    if (scene.decision.kind !== 'refuse' || scene.decision.name !== 'stale') return writes
    const perform = scene.perform()
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})

/** The token is compared, but not in the turn of the write. */
export const checkThenWrite: Fault = fault({
  name: 'check-then-write',
  title: 'compares the token, waits a moment, then writes without comparing again',
  window: 2,
})

/** A gateway eats the header. */
export const ifMatchDropped: Fault = fault({
  name: 'if-match-dropped',
  title: 'loses the header If-Match on the way in',
  request: request => ({ ...request, headers: withHeader(request.headers, 'If-Match', undefined) }),
})

/** `If-Match: W/"x"` is taken for `"x"`. */
export const weakTagMatches: Fault = fault({
  name: 'weak-tag-matches',
  title: 'compares If-Match weakly: a weak tag matches',
  resource: resource => ({ ...resource, guards: resource.guards.map(guard => (guard.match === 'strong' ? { ...guard, match: 'weak' as const } : guard)) }),
})
