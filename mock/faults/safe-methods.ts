import { parseEntityTagList } from '../../http/entity-tag.ts'
import { parsePrefer } from '../../http/prefer.ts'
import { fault, type Fault } from '../fault.ts'
import { reject } from '../decision.ts'
import { headerOf, withHeader, type Request } from '../message.ts'
import type { Item, Write } from '../kept.ts'

/** Reads stand in line behind writes. */
export const readConflicts: Fault = fault({
  name: 'read-conflicts',
  title: 'answers a read of an item that was changed with 409',
  decision: (decision, scene) =>
    scene.role === 'read' && (scene.item?.version ?? 0) > 1 ? reject(409, 'fault', 'the item is being changed') : decision,
})

/** HEAD takes a lock. */
export const headConflicts: Fault = fault({
  name: 'head-conflicts',
  title: 'answers HEAD with 409',
  decision: (decision, scene) => (scene.received.method === 'HEAD' ? reject(409, 'fault', 'the item is being changed') : decision),
})

/** One item in conflict hides all. */
export const listConflicts: Fault = fault({
  name: 'list-conflicts',
  title: 'answers a read of a collection with 409',
  decision: (decision, scene) => (scene.role === 'list' ? reject(409, 'fault', 'an item is being changed') : decision),
})

/** Who looks is counted, in the item. */
export const headWrites: Fault = fault({
  name: 'head-writes',
  title: 'makes a new version of an item whenever it is asked for by HEAD',
  writes: (writes, { item, received }) => (item !== undefined && received.method === 'HEAD' ? [...writes, again(item)] : writes),
})

/** The tag of HEAD is that of no content. */
export const headOtherTag: Fault = fault({
  name: 'head-other-tag',
  title: 'sends the tag of the empty content with HEAD',
  seen: 'middleware that hashes the body, which HEAD does not have',
  answer: (answer, scene) =>
    scene.received.method === 'HEAD' && headerOf(answer.headers, 'etag') !== undefined
      ? { ...answer, headers: withHeader(answer.headers, 'ETag', '"2jmj7l5rSw0yVb"') }
      : answer,
})

/** The length of HEAD is that of no content. */
export const headSaysEmpty: Fault = fault({
  name: 'head-says-empty',
  title: 'sends Content-Length: 0 with HEAD',
  answer: (answer, scene) => (scene.received.method === 'HEAD' ? { ...answer, body: '' } : answer),
})

/** The parser throws. */
export const oddConditionFails: Fault = fault({
  name: 'odd-condition-fails',
  title: 'fails on a read whose If-None-Match is no list of tags',
  decision: (decision, scene) =>
    scene.role === 'read' && isOdd(scene.received) ? reject(500, 'fault', 'If-None-Match cannot be read') : decision,
})

/** What nobody understands is logged, in the item. */
export const oddConditionWrites: Fault = fault({
  name: 'odd-condition-writes',
  title: 'makes a new version of an item when it is read with an If-None-Match that is no list of tags',
  writes: (writes, { role, item, received }) =>
    role === 'read' && item !== undefined && isOdd(received) ? [...writes, again(item)] : writes,
})

/** A wish is taken for an order. */
export const preferenceRefused: Fault = fault({
  name: 'preference-refused',
  title: 'answers a preference that it does not know with 400',
  decision(decision, { received }) {
    const prefer = headerOf(received.headers, 'prefer')
    const unknown = prefer !== undefined && [...parsePrefer(prefer).keys()].some((name) => name !== 'outcome')
    return unknown ? reject(400, 'fault', `there is no preference ${prefer}`) : decision
  },
})

/** The same item as a new version. */
function again({ version: _version, tag: _tag, history: _history, order: _order, ...draft }: Item): Write {
  return { kind: 'put', item: { ...draft, bumps: true } }
}

function isOdd({ headers }: Request): boolean {
  const value = headerOf(headers, 'if-none-match')
  return value !== undefined && parseEntityTagList(value) === undefined
}
