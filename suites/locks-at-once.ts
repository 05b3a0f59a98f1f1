import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { watched } from './kit/lock.ts'

/** How many locks are taken at the same time. */
const most = 6

/** A lock that was granted is held, whatever others take at the same time. */
export const takenAtOnceAllKept: Check = check({
  id: 'locks/taken-at-once-all-kept',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks`; RFC 4918 §6.1, §9.10.1',
  title: 'locks that are taken at the same time on different items are all held',
  why: 'the server tells somebody that the item is theirs, and lets others write it: only when many work at once, and nobody can repeat it',
  fix: 'keep each lock in a row of its own; where all are in one table or file, hold that from reading it to writing it back',
  recipe: 'locks',
  alarms:
    'Each lock that is said to be lost was granted, was not over, and did not keep out one write without its token. Before, a lock that was taken alone kept such a write out. ' +
    'Then as many are taken one after another, while no other check holds any: where the first of those are lost, too, a caller may hold few locks at a time, which no contract forbids, and nothing is said. ' +
    'Where the target has two identities, one of which loses its lock when the other takes one, that is no excuse.',
  needs: ['lock'],
  catches: ['locks-overwritten'],
  async run(kit) {
    const { lock, role } = kit
    if (![...lock.for, ...lock.unpromised].includes(role)) kit.skip(`the lock does not protect from ${role}`)
    // one might be over before the last write that they are to keep out
    if (lock.expires !== undefined && lock.expires < 10_000) kit.skip(`the lock is held for ${lock.expires} ms only`)
    if (kit.room < 2) kit.skip('the target is sent one request at a time')
    await aloneIsKept(kit)
    const items: Item[] = []
    for (let at = 0; at < Math.min(most, kit.room); at++) items.push(await kit.resource.create())
    const held = watched(lock, kit.inconclusive)
    const taken = await Promise.all(
      items.map(async (item, at) => ({
        item,
        answer: await item.acquire(lock, { purpose: `take lock ${at + 1} of ${items.length} at once` }),
      })),
    )
    const granted = taken.filter(({ item, answer }) => answer.ok && item.lock !== undefined)
    kit.control(granted.length > 1, `of ${items.length} locks that were taken at once ${granted.length} were granted`)
    let lost = 0
    for (const { item } of granted) {
      const answer = await item.tryWrite({ lock: null, purpose: 'write without the token of the lock' })
      if (!answer.ok) continue
      held(true)
      lost++
      await item.tryRemove({ lock: null, purpose: 'clean up what nobody holds' })
    }
    kit.prove.that(
      lost === 0,
      'locks that were granted at the same time are lost',
      `${granted.length} of ${granted.length} locks keep a write without their token out`,
      `${lost} of them let it through`,
    )
  },
})

/** Locks that never keep anybody out are the business of another check. */
async function aloneIsKept(kit: Kit): Promise<void> {
  const item = await kit.resource.create()
  const taken = await item.acquire(kit.lock, { purpose: 'control: take one lock alone' })
  kit.control(taken.ok && item.lock !== undefined, `the lock cannot be taken: ${taken.shown}`)
  const answer = await item.tryWrite({ lock: null, purpose: 'control: write without the token of the lock' })
  if (answer.ok) kit.blocked('locks/held-not-written', 'a lock that is taken alone keeps nobody out')
}
