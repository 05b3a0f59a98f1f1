import { parsePlace } from '../../spec/places.ts'
import { fault, type Fault, type Scene } from '../fault.ts'
import { refuse, type Decision } from '../decision.ts'
import { withHeader } from '../message.ts'
import { isRefusal } from './edit.ts'

/** Bugs of locks. */

export const lockIgnored: Fault = fault({
  name: 'lock-ignored',
  title: 'performs a write although somebody else holds the lock',
  decision: (decision, scene) => (isRefusal(decision, 'locked') ? (scene.perform() ?? decision) : decision),
})

export const lockIgnoredOnDelete: Fault = fault({
  name: 'lock-ignored-on-delete',
  title: 'deletes what somebody else has locked',
  decision: (decision, scene) => (isRefusal(decision, 'locked') && scene.role === 'delete' ? (scene.perform() ?? decision) : decision),
})

export const lockedButWritten: Fault = fault({
  name: 'locked-but-written',
  title: 'refuses a write to what is locked, and performs it all the same',
  writes(writes, scene) {
    const perform = isRefusal(scene.decision, 'locked') ? scene.perform() : undefined
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})

export const lockTokenUnknown: Fault = fault({
  name: 'lock-token-unknown',
  title: 'looks for the token of a lock where nobody sends it',
  resource: (resource) => ({
    ...resource,
    locks: resource.locks.map((lock) => ({ ...lock, send: lock.send.map(() => parsePlace('$request.header.X-Nowhere')) })),
  }),
})

/** Held is held. */
export const lockShutsHolderOut: Fault = fault({
  name: 'lock-shuts-holder-out',
  title: 'refuses the writes of the caller who holds the lock, too',
  decision(decision, { model, item, view, role }) {
    const hold = item && view.hold(model.resource.name, item.key)
    const lock = model.resource.locks.find((each) => each.name === hold?.lock && each.for.includes(role))
    const isOwn = decision.kind === 'perform' && decision.locking === undefined && hold !== undefined && hold.token === undefined
    return (isOwn && role !== 'delete' && lock && refuse(lock, 'locked', 'it is locked', {})) || decision
  },
})

export const lockNeverReleased: Fault = fault({
  name: 'lock-never-released',
  title: 'keeps a lock that is given back',
  writes: (writes) => writes.filter(({ kind }) => kind !== 'unhold'),
})

export const lockNeverExpires: Fault = fault({
  name: 'lock-never-expires',
  title: 'keeps a lock whose time is over',
  resource: (resource) => ({ ...resource, locks: resource.locks.map((lock) => ({ ...lock, expires: undefined })) }),
})

export const lockAnyToken: Fault = fault({
  name: 'lock-any-token',
  title: 'takes any token for that of the lock that is held',
  decision: (decision, scene) => (isLost(decision, scene, true) ? (scene.perform() ?? decision) : decision),
})

export const lockLostIgnored: Fault = fault({
  name: 'lock-lost-ignored',
  title: 'does not look at the token of a lock where nothing is locked',
  decision: (decision, scene) => (isLost(decision, scene, false) ? (scene.perform() ?? decision) : decision),
})

export const lockTakenTwice: Fault = fault({
  name: 'lock-taken-twice',
  title: 'gives a lock that is held to whoever asks',
  resource: (resource) => ({
    ...resource,
    locks: resource.locks.map(({ outcomes: { exists: _, ...outcomes }, ...lock }) => ({ ...lock, outcomes })),
  }),
})

export const lockHeldTwice: Fault = fault({
  name: 'lock-held-twice',
  title: 'gives a lock that is held to whoever asks, and lets all of them write',
  resource: (resource, contract) => lockTakenTwice.resource!(resource, contract),
  decision: (decision, scene) => (isLost(decision, scene, true) ? (scene.perform() ?? decision) : decision),
})

/** Milliseconds until the answer to who takes a lock goes out, and in which another write of the same file comes between. */
const answered = 40
const underWay = 30

export const locksOverwritten: Fault = fault({
  name: 'locks-overwritten',
  title: 'loses a lock when one on another item is taken before the answer to the first is sent',
  seen: 'Apache httpd (mod_dav_fs), whose locks are all in one file',
  writes(writes, { memory, view }) {
    const taken = writes.find((write) => write.kind === 'hold')
    if (!taken) return writes
    const last = memory.get('last') as { resource: string; key: string; at: number } | undefined
    memory.set('last', { resource: taken.resource, key: taken.key, at: view.now() })
    const isOverwritten = last !== undefined && last.key !== taken.key && view.now() - last.at < underWay
    return isOverwritten ? [...writes, { kind: 'unhold', resource: last.resource, key: last.key }] : writes
  },
  transport: ({ decision }) =>
    decision.kind === 'perform' && decision.locking?.does === 'acquire' ? { kind: 'delay', ms: answered } : undefined,
})

export const waitUntold: Fault = fault({
  name: 'wait-untold',
  title: 'does not say how long to wait',
  answer: (answer) => ({ ...answer, headers: withHeader(answer.headers, 'Retry-After', undefined) }),
})

/** A write that was refused for the token of its lock, while the item is locked or not. */
function isLost(decision: Decision, { model, item, view }: Scene, held: boolean): boolean {
  return isRefusal(decision, 'lockLost') && item !== undefined && (view.hold(model.resource.name, item.key) !== undefined) === held
}
