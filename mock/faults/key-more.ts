import { parseIdempotencyKey } from '../../http/idempotency-key.ts'
import { headerOf, withHeader } from '../message.ts'
import { reject } from '../decision.ts'
import { fault, type Fault } from '../fault.ts'
import type { KeyEntry } from '../kept.ts'
import { claimOf } from '../stages/keys.ts'

/** Rarer bugs of idempotency keys. */

/** The row is looked for, and its absence is an error. */
export const freshKeyRefused: Fault = fault({
  name: 'fresh-key-refused',
  title: 'refuses a key that it does not know yet',
  decision: (decision, scene) =>
    decision.kind === 'perform' && claimOf(scene.facts) !== undefined ? reject(400, 'fault', 'there is no such key') : decision,
})

export const keyReplayWithoutLocation: Fault = fault({
  name: 'key-replay-without-location',
  title: 'keeps status and content of an answer with its key, and forgets the fields',
  answer: (answer, { decision }) =>
    decision.kind === 'replay' ? { ...answer, headers: withHeader(answer.headers, 'Location', undefined) } : answer,
})

/** The table has one column: the key. */
export const keyForEveryOperation: Fault = fault({
  name: 'key-for-every-operation',
  title: 'answers a key with what any operation was answered under it',
  decision(decision, scene) {
    const key = headerOf(scene.received.headers, 'idempotency-key')
    if (decision.kind !== 'perform' || key === undefined) return decision
    const known = scene.memory.get(key) as { target: string; entry: KeyEntry } | undefined
    if (known === undefined || known.target === scene.received.target) return decision
    return { kind: 'replay', entry: known.entry, outcome: undefined, current: false, reason: decision.reason }
  },
  answer(answer, scene) {
    const key = headerOf(scene.received.headers, 'idempotency-key')
    if (key !== undefined && scene.decision.kind === 'perform')
      scene.memory.set(key, {
        target: scene.received.target,
        entry: { fingerprint: '', claimed: scene.view.now(), answer, failed: false, item: undefined },
      })
    return answer
  },
})

/** A parser that follows RFC 8941 to the letter. */
export const oddKeysIgnored: Fault = fault({
  name: 'odd-keys-ignored',
  title: 'ignores a key that is no string of structured fields',
  request(request) {
    const key = headerOf(request.headers, 'idempotency-key')
    const isString = key !== undefined && key.startsWith('"') && parseIdempotencyKey(key) !== undefined
    return key === undefined || isString ? request : { ...request, headers: withHeader(request.headers, 'Idempotency-Key', undefined) }
  },
})
