import { formatHttpDate, parseHttpDate } from '../../http/http-date.ts'
import { fault, type Fault, type Scene } from '../fault.ts'
import { reject, type Decision } from '../decision.ts'
import { headerOf, withHeader, type Answer } from '../message.ts'

/** Nobody knows when it was changed. */
export const lastModifiedAbsent: Fault = fault({
  name: 'last-modified-absent',
  title: 'sends no Last-Modified',
  answer: (answer) => dated(answer, () => undefined),
})

/** A date as databases spell it. */
export const lastModifiedIso: Fault = fault({
  name: 'last-modified-iso',
  title: 'spells Last-Modified as in ISO 8601',
  seen: 'times written as the body writes them',
  answer: (answer) => dated(answer, (ms) => new Date(ms).toISOString()),
})

/** A time zone is taken for another. */
export const lastModifiedAhead: Fault = fault({
  name: 'last-modified-ahead',
  title: 'sends a Last-Modified that lies an hour in the future',
  answer: (answer) => dated(answer, (ms) => formatHttpDate(ms + 3_600_000)),
})

/** The date of the create stays for ever. */
export const lastModifiedFrozen: Fault = fault({
  name: 'last-modified-frozen',
  title: 'sends as Last-Modified when an item was created',
  answer: (answer, scene) => dated(answer, (ms) => formatHttpDate(scene.item?.created ?? ms)),
})

/** The field is looked at by nobody. */
export const modifiedSinceIgnored: Fault = fault({
  name: 'modified-since-ignored',
  title: 'sends the content with every read, whatever If-Modified-Since says',
  request: (request) =>
    isRead(request.method) ? { ...request, headers: withHeader(request.headers, 'If-Modified-Since', undefined) } : request,
})

/** Which date it is does not matter. */
export const anyDateConfirmed: Fault = fault({
  name: 'any-date-confirmed',
  title: 'answers 304 to every date in If-Modified-Since',
  answer: (answer, scene) => (answer.status === 200 && since(scene)?.ms !== undefined ? notModified(answer) : answer),
})

/** What is no date is taken for one. */
export const garbageDateConfirmed: Fault = fault({
  name: 'garbage-date-confirmed',
  title: 'answers 304 to an If-Modified-Since that is no date',
  answer: (answer, scene) =>
    answer.status === 200 && since(scene) !== undefined && since(scene)?.ms === undefined ? notModified(answer) : answer,
})

/** The less exact of two conditions decides. */
export const dateBeforeTag: Fault = fault({
  name: 'date-before-tag',
  title: 'looks at If-Modified-Since, and not at the If-None-Match beside it',
  request: (request) =>
    headerOf(request.headers, 'if-modified-since') === undefined
      ? request
      : { ...request, headers: withHeader(request.headers, 'If-None-Match', undefined) },
})

/** A condition for reads stops a write. */
export const modifiedSinceOnWrite: Fault = fault({
  name: 'modified-since-on-write',
  title: 'answers a write with 304 if it has an If-Modified-Since',
  decision: (decision, scene) =>
    decision.kind === 'perform' && !isRead(scene.received.method) && headerOf(scene.received.headers, 'if-modified-since') !== undefined
      ? reject(304, 'fault', 'If-Modified-Since was sent')
      : decision,
})

/** A stale date is looked at by nobody. */
export const unmodifiedSinceIgnored: Fault = fault({
  name: 'unmodified-since-ignored',
  title: 'performs a write although its If-Unmodified-Since is stale',
  decision: (decision, scene) => (staleByDate(decision, scene) ? (scene.perform() ?? decision) : decision),
})

/** The same for deletes only. */
export const deleteIgnoresDates: Fault = fault({
  name: 'delete-ignores-dates',
  title: 'deletes although If-Unmodified-Since is stale',
  decision: (decision, scene) => (scene.role === 'delete' && staleByDate(decision, scene) ? (scene.perform() ?? decision) : decision),
})

/** The condition is looked at after the handler ran. */
export const staleDatePerformedBut412: Fault = fault({
  name: 'stale-date-performed-but-412',
  title: 'performs a write whose If-Unmodified-Since is stale, and refuses it all the same',
  writes(writes, scene) {
    const perform = staleByDate(scene.decision, scene) ? scene.perform() : undefined
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})

/** Any refusal is a bad request. */
export const staleDateSays400: Fault = fault({
  name: 'stale-date-says-400',
  title: 'answers 400 where If-Unmodified-Since is stale',
  answer: (answer, scene) => (staleByDate(scene.decision, scene) ? { ...answer, status: 400 } : answer),
})

/** `<` in place of `<=`. */
export const equalDateRefused: Fault = fault({
  name: 'equal-date-refused',
  title: 'refuses a write whose If-Unmodified-Since is the Last-Modified',
  decision: (decision, scene) => refusedFor(decision, scene, (ms, modified) => ms === modified),
})

/** `===` in place of `<=`. */
export const laterDateRefused: Fault = fault({
  name: 'later-date-refused',
  title: 'refuses a write whose If-Unmodified-Since is later than the Last-Modified',
  decision: (decision, scene) => (hasTag(scene) ? decision : refusedFor(decision, scene, (ms, modified) => ms > modified)),
})

/** The less exact of two conditions stops a write. */
export const oldDateBesideTag: Fault = fault({
  name: 'old-date-beside-tag',
  title: 'refuses a write with a current If-Match for its old If-Unmodified-Since',
  decision: (decision, scene) => (hasTag(scene) ? refusedFor(decision, scene, (ms, modified) => ms < modified) : decision),
})

/** The less exact of two conditions lets a write through. */
export const dateOverrulesTag: Fault = fault({
  name: 'date-overrules-tag',
  title: 'looks at If-Unmodified-Since, and not at the If-Match beside it',
  request: (request) =>
    headerOf(request.headers, 'if-unmodified-since') === undefined
      ? request
      : { ...request, headers: withHeader(request.headers, 'If-Match', undefined) },
})

/** The parser throws. */
export const garbageDateFails: Fault = fault({
  name: 'garbage-date-fails',
  title: 'fails on an If-Unmodified-Since that is no date',
  decision(decision, scene) {
    const date = headerOf(scene.received.headers, 'if-unmodified-since')
    return date !== undefined && parseHttpDate(date) === undefined ? reject(500, 'fault', `${date} is no date`) : decision
  },
})

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

function hasTag({ received }: Scene): boolean {
  return headerOf(received.headers, 'if-match') !== undefined
}

/** If-Modified-Since of a read that has no other condition. */
function since({ received }: Scene): { ms: number | undefined } | undefined {
  const date = headerOf(received.headers, 'if-modified-since')
  if (date === undefined || !isRead(received.method) || headerOf(received.headers, 'if-none-match') !== undefined) return undefined
  return { ms: parseHttpDate(date) }
}

function staleByDate(decision: Decision, scene: Scene): boolean {
  const { headers } = scene.received
  return decision.kind === 'refuse' && decision.name === 'stale' && headerOf(headers, 'if-unmodified-since') !== undefined && !hasTag(scene)
}

/** Refuses what would be performed, where the date that was sent and that of the item are so. */
function refusedFor(decision: Decision, scene: Scene, so: (sent: number, modified: number) => boolean): Decision {
  const sent = parseHttpDate(headerOf(scene.received.headers, 'if-unmodified-since') ?? '')
  if (decision.kind !== 'perform' || sent === undefined || scene.item === undefined) return decision
  return so(sent, Math.floor(scene.item.modified / 1000) * 1000) ? reject(412, 'fault', 'the date does not hold') : decision
}

/** The answer with another Last-Modified, if it has one. */
function dated(answer: Answer, change: (ms: number) => string | undefined): Answer {
  const ms = parseHttpDate(headerOf(answer.headers, 'last-modified') ?? '')
  return ms === undefined ? answer : { ...answer, headers: withHeader(answer.headers, 'Last-Modified', change(ms)) }
}

function notModified(answer: Answer): Answer {
  return { status: 304, headers: withHeader(answer.headers, 'Content-Type', undefined), body: '' }
}
