import { type Check, check } from './kit/check.ts'
import type { Kit } from './kit/kit.ts'
import { lockedAmongTwo, take } from './kit/locked.ts'

/** Locks without a token: the caller who takes one holds it, and all others are kept out. */

export const othersKeptOut: Check = check({
  id: 'locks/other-caller-not-written',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`',
  title: 'a write by another caller than the one who holds the lock is refused and changes nothing',
  why: 'people check a document out to work on it, and come back to the work of somebody else',
  fix: 'store who holds the lock, and compare it with who asks, in the same transaction as the write',
  recipe: 'locks',
  alarms: 'Two credentials of one user, or of an administrator who may do all, are one caller: give the target two that are not.',
  needs: ['lock.caller', 'identities'],
  catches: ['lock-ignored', 'locked-but-written'],
  async run(kit) {
    const { item, held } = await lockedAmongTwo(kit)
    const before = await item.read()
    const answer = await item.as('b').tryWrite({ purpose: 'another caller writes what is locked' })
    held(answer.ok)
    kit.prove.unchanged(before, await item.read())
    kit.prove.outcome(answer, 'locked', { of: kit.lock })
  },
})

export const holdingCallerWrites: Check = check({
  id: 'locks/holding-caller-writes',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`',
  title: 'a write by the caller who holds the lock is performed',
  why: 'who locks an item locks out everybody, and first of all himself',
  fix: 'compare who asks with who holds the lock, by the same name for both',
  recipe: 'locks',
  needs: ['lock.caller'],
  catches: ['lock-shuts-holder-out'],
  async run(kit) {
    const item = await kit.resource.create()
    await take(kit, item)
    const answer = await item.tryWrite({ purpose: 'the holder of the lock writes' })
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), answer.request.marker)
  },
})

export const othersCannotTake: Check = check({
  id: 'locks/other-caller-cannot-take',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`',
  title: 'a lock that one caller holds cannot be taken by another',
  why: 'two people hold what only one can hold, and each believes the other away',
  fix: 'insert the lock where there is none in one statement, and look at the count',
  recipe: 'locks',
  alarms: 'Some APIs let others take a lock over on purpose; then the contract promises no outcome "exists".',
  needs: ['lock.caller', 'identities'],
  catches: ['lock-taken-twice'],
  async run(kit) {
    if (!kit.lock.outcomes.exists) kit.skip('the contract does not promise that a held lock is refused')
    const { item, held } = await lockedAmongTwo(kit)
    const second = await item.as('b').acquire(kit.lock, { purpose: 'another caller takes the lock that is held' })
    held(second.ok)
    if (!second.ok && !kit.lock.outcomes.exists!.status.includes(second.status)) await mayTake(kit)
    kit.prove.outcome(second, 'exists', { of: kit.lock })
    const answer = await item.tryWrite({ purpose: 'control: the holder writes' })
    kit.control(answer.ok, `a write of the holder is answered ${answer.shown} (locks/holding-caller-writes)`)
  },
})

export const givenBackToAll: Check = check({
  id: 'locks/given-back-lets-others-write',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`',
  title: 'when its holder gives the lock back, other callers may write again',
  why: 'a lock that stays makes the item unusable until somebody clears a table by hand',
  fix: 'delete the lock when it is given back',
  recipe: 'locks',
  needs: ['lock.caller', 'identities'],
  catches: ['lock-never-released'],
  async run(kit) {
    if (!kit.lock.release) kit.skip('nothing gives the lock back')
    const { item } = await lockedAmongTwo(kit)
    const given = await item.release(kit.lock)
    kit.control(given.ok, `the lock cannot be given back: ${given.shown}`)
    const answer = await item.as('b').tryWrite({ purpose: 'another caller writes, when the lock is given back' })
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), answer.request.marker)
  },
})

/** Where another refusal came than the promised one: may the other caller take a lock at all? */
async function mayTake({ resource, lock, control }: Kit): Promise<void> {
  const free = (await resource.create({ purpose: 'create another item' })).as('b')
  const answer = await free.acquire(lock, { purpose: 'control: another caller takes a lock that is free' })
  control(answer.ok, `another caller may not take a lock that is free, either: answered ${answer.shown}`)
  if (lock.release) await free.release(lock)
}
