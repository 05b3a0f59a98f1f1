import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { locked, lockedAmongTwo } from './kit/locked.ts'
import { forbidden, unsayable } from './kit/overriding.ts'
import { isSwitchedByWord } from './kit/token.ts'

/** Writes that say that a lock shall not count, where the contract lets them. */
export const lockOverridden: Check = check({
  id: 'locks/override-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks.override`',
  title: 'a write without the token of the lock is performed where it says what switches the lock off',
  why: 'who locked the item has gone home, everybody agrees that the work must go on, and it cannot',
  fix: 'look for the word that switches the lock off before the lock is looked for, and carry the write out',
  recipe: 'locks',
  alarms:
    'To write what others have locked may be a right of its own: 401 and 403 are not judged. Whether the lock is held afterwards is left open. On an operation for which the document does not declare the word it is not tried.',
  needs: ['lock'],
  catches: ['lock-override-ignored', 'override-answered-only'],
  async run(kit) {
    skipUnsaid(kit)
    const { item } = await locked(kit)
    await overridden(kit, item, (more) => item.tryWrite({ lock: null, ...more }))
  },
})

/** The same where the caller holds it. */
export const lockOverriddenByOther: Check = check({
  id: 'locks/other-caller-overrides',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `locks.override`',
  title: 'a write by another caller than the one who holds the lock is performed where it says what switches the lock off',
  why: 'who checked the document out has gone home, everybody agrees that the work must go on, and it cannot',
  fix: 'look for the word that switches the lock off before it is looked at who holds it, and carry the write out',
  recipe: 'locks',
  alarms:
    'To write what others have locked may be a right of its own: 401 and 403 are not judged. Whether the lock is held afterwards is left open. On an operation for which the document does not declare the word it is not tried.',
  needs: ['lock.caller', 'identities'],
  catches: ['lock-override-ignored', 'override-answered-only'],
  async run(kit) {
    skipUnsaid(kit)
    const { item } = await lockedAmongTwo(kit)
    await overridden(kit, item, (more) => item.as('b').tryWrite(more))
  },
})

function skipUnsaid(kit: Kit): void {
  if (!isSwitchedByWord(kit.lock)) kit.skip('the lock is not switched off by what a request says')
  const unsaid = unsayable(kit.lock.override, kit.role, kit)
  if (unsaid !== undefined) kit.skip(unsaid)
}

/** @param write sends the write that the lock keeps out */
async function overridden(
  kit: Kit,
  item: Item,
  write: (more: { with?: Kit['lock']['override']; purpose: string }) => Promise<Answer>,
): Promise<void> {
  const kept = await write({ purpose: 'control: write what is locked' })
  if (kept.ok) kit.skip('it is written without that word, too: other checks say so')
  const answer = await write({ with: kit.lock.override, purpose: 'the same, saying that the lock shall not count' })
  const reason = forbidden(answer)
  if (reason !== undefined) kit.skip(reason)
  if (!answer.ok) {
    const own = await item.tryWrite({ purpose: 'control: the holder of the lock writes' })
    kit.control(own.ok, `a write of who holds the lock is answered ${own.shown}, too`)
  }
  kit.prove.succeeded(answer)
  if (answer.status !== 202) kit.prove.stored(await item.read({ purpose: 'see what came of it' }), answer.request.marker)
}
