import { isDeepStrictEqual } from 'node:util'
import { factsHold } from '../spec/facts.ts'
import type { Json } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { locked } from './kit/locked.ts'

/** Locks: who takes one keeps others from writing until it is given back (RFC 4918 §6). */

export const heldNotWritten: Check = check({
  id: 'locks/held-not-written',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`; RFC 4918 §6.1, §11.3',
  title: 'a write without the token of the lock that somebody holds is refused and changes nothing',
  why: 'people lock an item to work on it, and come back to the work of somebody else',
  fix: 'look for a lock in the same transaction as the write; refuse unless the request names its token',
  recipe: 'locks',
  alarms:
    'Waiting for the lock in place of refusing is allowed by some APIs (AIP-151); then it is no lock in the sense of the contract. ' +
    'A server that loses a lock when another is taken at the same time fails now and then, and rightly: with `--concurrency 1` it passes.',
  needs: ['lock'],
  catches: ['lock-ignored', 'locked-but-written'],
  async run(kit) {
    const { item, held } = await locked(kit)
    const before = await item.read()
    const answer = await item.tryWrite({ lock: null, purpose: 'write without the token of the lock' })
    held(answer.ok)
    kit.prove.unchanged(before, await item.read())
    kit.prove.outcome(answer, 'locked', { of: kit.lock })
  },
})

export const heldNotDeleted: Check = check({
  id: 'locks/held-not-deleted',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`; RFC 4918 §6.1, §9.6',
  title: 'a delete without the token of the lock that somebody holds is refused and removes nothing',
  why: 'what somebody is working on is gone',
  fix: 'ask for the token of the lock on every method that changes the item, DELETE too',
  recipe: 'locks',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['lock', 'delete'],
  catches: ['lock-ignored-on-delete'],
  async run(kit) {
    const { item, held } = await locked(kit, 'delete')
    const before = await item.read()
    const answer = await item.tryRemove({ lock: null, purpose: 'delete without the token of the lock' })
    held(answer.ok)
    kit.prove.unchanged(before, await item.read())
    kit.prove.outcome(answer, 'locked', { of: kit.lock })
  },
})

export const holderWrites: Check = check({
  id: 'locks/holder-writes',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`; RFC 4918 §6.1, §10.4',
  title: 'a write with the token of the lock is performed',
  why: 'who locks an item locks out everybody, and first of all himself',
  fix: 'compare the token that the write sends with the one that taking the lock told',
  recipe: 'locks',
  alarms: 'The token of the lock may have to stand beside a version token that is current.',
  needs: ['lock'],
  catches: ['lock-token-unknown'],
  async run(kit) {
    const { item, held } = await locked(kit)
    const answer = await item.tryWrite({ purpose: 'write with the token of the lock' })
    held(!answer.ok)
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), answer.request.marker)
  },
})

export const releasedLetsThrough: Check = check({
  id: 'locks/released-lets-through',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`; RFC 4918 §9.11',
  title: 'when the lock is given back, anybody may write again',
  why: 'a lock that stays makes the item unusable until somebody clears a table by hand',
  fix: 'delete the lock when it is given back',
  recipe: 'locks',
  needs: ['lock'],
  catches: ['lock-never-released'],
  async run(kit) {
    const { item } = await locked(kit)
    const token = item.lock
    const given = await item.release(kit.lock)
    kit.control(given.ok, `the lock cannot be given back: ${given.shown}`)
    const answer = await item.tryWrite({ lock: null, purpose: 'write without a lock' })
    // while it is still held, only its token gets past it
    if (!answer.ok) await item.tryRemove({ lock: token ?? null, purpose: 'clean up with the token from before' })
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), answer.request.marker)
  },
})

export const otherTokenRefused: Check = check({
  id: 'locks/other-token-refused',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`; RFC 4918 §10.4',
  title: 'the token of another item’s lock opens nothing',
  why: 'whoever holds any lock can write everywhere',
  fix: 'compare the token with that of the lock on this very item',
  recipe: 'locks',
  alarms:
    'The item is locked, too: a server that looks at that first says so (423), one that evaluates the condition first says 412. Either is accepted.',
  needs: ['lock'],
  catches: ['lock-any-token'],
  async run(kit) {
    const { item: other } = await locked(kit)
    const { item, held } = await locked(kit)
    kit.control(other.lock !== item.lock, 'both locks have one token')
    const before = await item.read()
    const answer = await item.tryWrite({ lock: other.lock!, purpose: 'write with the token of another item’s lock' })
    held(answer.ok)
    kit.prove.unchanged(before, await item.read())
    // both are true: the item is locked, and the token that came is not that of its lock
    const { lockLost, locked: known } = kit.lock.outcomes
    if (known?.status.includes(answer.status) && factsHold(known.where, answer)) kit.prove.outcome(answer, 'locked', { of: kit.lock })
    else if (lockLost) kit.prove.outcome(answer, 'lockLost', { of: kit.lock })
    else kit.prove.refused(answer)
  },
})

export const lostTokenRefused: Check = check({
  id: 'locks/lost-token-refused',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `lockLost`; RFC 4918 §10.4',
  title: 'a write with the token of a lock that was given back is refused',
  why: 'who lost the lock meanwhile believes that nobody else has written, and overwrites what they did',
  fix: 'refuse a token that no lock on this item has, also where there is none',
  recipe: 'locks',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['lock'],
  catches: ['lock-lost-ignored'],
  async run(kit) {
    if (!kit.lock.outcomes.lockLost || !kit.lock.release) kit.skip('no outcome "lockLost" is promised, or nothing gives the lock back')
    const { item } = await locked(kit)
    const token = item.lock!
    const given = await item.release(kit.lock)
    kit.control(given.ok, `the lock cannot be given back: ${given.shown}`)
    const before = await item.read()
    const answer = await item.tryWrite({ lock: token, purpose: 'write with the token of the lock that was given back' })
    kit.prove.unchanged(before, await item.read())
    kit.prove.outcome(answer, 'lockLost', { of: kit.lock })
  },
})

export const takenOnce: Check = check({
  id: 'locks/taken-once',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`; RFC 4918 §6.1, §9.10.5',
  title: 'a lock that is held cannot be taken again',
  why: 'two people hold what only one can hold, and each believes the other away',
  fix: 'insert the lock where there is none in one statement, and look at the count',
  recipe: 'locks',
  alarms:
    'Shared locks may be held by several; this is about exclusive ones. Who holds the lock may be given it again: where the target has one identity only, ' +
    'it is skipped when it comes with the same token, warns of another one, and fails when both let a write through.',
  needs: ['lock'],
  catches: ['lock-held-twice'],
  async run(kit) {
    const { exists } = kit.lock.outcomes
    if (!exists) return kit.skip('the contract does not promise that a held lock is refused')
    const { item, held } = await locked(kit)
    const token = item.lock!
    const shared = kit.target.identities.b !== undefined && kit.resource.spec.access !== 'owner'
    const other = shared ? await item.as('b').acquire(kit.lock, { purpose: 'another caller takes the lock that is held' }) : undefined
    // who may take no lock at all is refused for that
    const tells = other !== undefined && (other.ok || exists.status.includes(other.status))
    const second = tells ? other : await item.acquire(kit.lock, { purpose: 'take the lock that is held' })
    held(second.ok)
    if (!tells && second.ok) await heldByBoth(kit, item, token)
    kit.prove.outcome(second, 'exists', { of: kit.lock })
    const answer = await item.tryWrite({ lock: token, purpose: 'control: the holder writes' })
    kit.control(answer.ok, `a write of the holder is answered ${answer.shown} (locks/holder-writes)`)
  },
})

/**
 * Who holds a lock may be given it again. With another token it is only doubtful: two programs of one caller know no more of each other than two
 * callers do.
 * @throws Skip where the token is the same; a Finding else, which is a warning unless both tokens let a write through
 */
async function heldByBoth({ prove, skip, doubt }: Kit, item: Item, first: Json): Promise<void> {
  const second = item.lock!
  if (isDeepStrictEqual(first, second))
    skip('its holder is given the lock again, with the same token; a second identity would tell whether others are')
  const [latest, early] = [
    await item.tryWrite({ lock: second, purpose: 'write with the second token' }),
    await item.tryWrite({ lock: first, purpose: 'write with the first token' }),
  ]
  if (!latest.ok || !early.ok)
    doubt('a lock that is held is given to who asks again, and its first token lets nothing through any more', 'a refusal', early.shown)
  prove.that(false, 'two tokens hold the lock', 'one', 'a write with either of them is performed')
}

export const expiredLetsThrough: Check = check({
  id: 'locks/expired-lets-through',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks` (`expires`); RFC 4918 §6.6',
  title: 'a lock whose time is over keeps nobody out',
  why: 'a client that crashed with a lock in its hand makes the item unusable',
  fix: 'store until when the lock is held, and look at the clock whenever it is looked for',
  recipe: 'locks',
  alarms: 'Clocks differ: a lock may last a little longer than it says.',
  needs: ['lock'],
  waits: true,
  catches: ['lock-never-expires'],
  async run(kit) {
    const { expires } = kit.lock
    if (expires === undefined || expires > 3000) kit.skip('nobody says that the lock is over in 3 s or less')
    const item = await kit.resource.create()
    const taken = await item.acquire(kit.lock)
    kit.control(taken.ok, `the lock cannot be taken: ${taken.shown}`)
    await kit.pause(expires! + 1000)
    const answer = await item.tryWrite({ lock: null, purpose: 'write without a lock, when that one is over' })
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), answer.request.marker)
  },
})
