import { isDeepStrictEqual } from 'node:util'
import { bodyOf } from '../content.ts'
import { isMembers } from '../conflicts.ts'
import { refuse } from '../decision.ts'
import { fault, type Fault } from '../fault.ts'
import { headerOf, withHeader } from '../message.ts'
import { isRefusal, serverError } from './edit.ts'

/** Rarer bugs of If-Match. */

/** split(',') and strip the quotes (Bun 33546, Hono 5353, Tomcat 325). */
export const ifMatchCutAtCommas: Fault = fault({
  name: 'if-match-cut-at-commas',
  title: 'cuts If-Match at every comma, and takes the quotes off what it gets',
  request(request) {
    const field = headerOf(request.headers, 'if-match')
    if (field === undefined || !field.includes(',')) return request
    const tags = field.split(',').map((part) => part.trim().replaceAll('"', ''))
    return { ...request, headers: withHeader(request.headers, 'If-Match', tags.map((tag) => `"${tag}"`).join(', ')) }
  },
})

export const ifMatchIgnoredOnRead: Fault = fault({
  name: 'if-match-ignored-on-read',
  title: 'looks at If-Match on writes only',
  request: (request) =>
    ['GET', 'HEAD'].includes(request.method) ? { ...request, headers: withHeader(request.headers, 'If-Match', undefined) } : request,
})

export const ifNoneMatchFirstOnRead: Fault = fault({
  name: 'if-none-match-first-on-read',
  title: 'forgets If-Match where a read has If-None-Match too',
  request: (request) =>
    request.method === 'GET' && headerOf(request.headers, 'if-none-match') !== undefined
      ? { ...request, headers: withHeader(request.headers, 'If-Match', undefined) }
      : request,
})

/** What is there already is stored once more. */
export const repeatPerformedAgain: Fault = fault({
  name: 'repeat-performed-again',
  title: 'performs a stale write again if it is what is stored already, and counts another version',
  decision(decision, scene) {
    const sent = bodyOf(scene.facts.request)
    const value = scene.item?.value
    if (!isRefusal(decision, 'stale') || !isMembers(sent) || value === undefined || !isMembers(value as never)) return decision
    const same = Object.entries(sent).every(([name, member]) => isDeepStrictEqual((value as typeof sent)[name], member))
    return same ? (scene.perform() ?? decision) : decision
  },
  writes(writes, { decision, item }) {
    if (decision.kind !== 'perform' || decision.role !== 'replace' || item === undefined || writes.length > 0) return writes
    const { version: _version, tag: _tag, history: _history, order: _order, ...draft } = item
    return [{ kind: 'put', item: { ...draft, bumps: true } }]
  },
})

/** A version that cannot be looked up is none that could be stale. */
export const unknownTokenPasses: Fault = fault({
  name: 'unknown-token-passes',
  title: 'performs a write whose token names no version that there ever was',
  seen: 'GitLab, files with a last_commit_id that it cannot find',
  decision(decision, scene) {
    if (!isRefusal(decision, 'stale')) return decision
    const sent = JSON.stringify(decision.evidence.sentToken)
    const isKnown = scene.item?.history.some(({ tag, version }) => sent.includes(tag) || sent === String(version))
    return isKnown ? decision : (scene.perform() ?? decision)
  },
})

/** The store throws, and nobody catches it. */
export const staleFails: Fault = fault({
  name: 'stale-fails',
  title: 'answers a stale token with 500',
  seen: 'Docker Swarm',
  answer: (answer, { decision }) => (isRefusal(decision, 'stale') ? serverError(answer) : answer),
})

/** A gateway that got no answer in time sends the request again, and the second meets the first. */
export const retriedOnTheWay: Fault = fault({
  name: 'retried-on-the-way',
  title: 'performs a write with the current tag, and answers it as stale: it was sent twice on the way',
  seen: 'drivers and gateways that repeat a write (arangodb/arangodb-java-driver#288)',
  answer(answer, { decision, received, model, item, answerTo }) {
    if (decision.kind !== 'perform' || item === undefined || headerOf(received.headers, 'if-match') === undefined) return answer
    const guard = model.resource.guards.find(({ outcomes }) => outcomes.stale !== undefined)
    const second = guard && refuse(guard, 'stale', 'the tag is not the current one', { item })
    return second === undefined ? answer : answerTo(second)
  },
})
