import { type Check, check } from './kit/check.ts'
import { forbidden, unsayable } from './kit/overriding.ts'
import { overtaken } from './kit/overtake.ts'

/** Writes that say that they want to overwrite, where the contract lets them. */
export const overridePerformed: Check = check({
  id: 'tokens/override-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `guards.override`',
  title: 'a write with an old token is performed where it says what switches the comparison off',
  why: 'people have looked at both versions and decided, and are still refused: the conflict has no way out',
  fix: 'look for the word that switches the comparison off before the versions are compared',
  recipe: 'conditions',
  alarms:
    'To overwrite may be a right of its own: 401 and 403 are not judged. On an operation for which the document does not declare the word it is not tried.',
  needs: ['guard.override'],
  catches: ['override-ignored', 'override-answered-only'],
  async run(kit) {
    const unsaid = unsayable(kit.guard.override, kit.role, kit)
    if (unsaid !== undefined) kit.skip(unsaid)
    const { item, known, theirs } = await overtaken(kit)
    const stale = await item.tryWrite({ token: known, purpose: 'control: save with the token from before' })
    if (stale.ok) kit.skip('a stale write is performed without that word, too: other checks say so')
    kit.prove.unchanged(theirs, await item.read())
    const purpose = 'the same, saying that it shall be overwritten'
    const answer = await item.tryWrite({ token: known, with: kit.guard.override, purpose })
    const reason = forbidden(answer)
    if (reason !== undefined) kit.skip(reason)
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), answer.request.marker)
  },
})

/** The same for deletes. */
export const overrideDeletes: Check = check({
  id: 'tokens/override-deletes',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `guards.override`',
  title: 'a delete with an old token is performed where it says what switches the comparison off',
  why: 'what everybody agrees shall go stays, since somebody touched it a moment ago',
  fix: 'look for the word that switches the comparison off on deletes, too',
  recipe: 'conditions',
  alarms:
    'To delete what others have changed may be a right of its own: 401 and 403 are not judged. After 202 it is not looked whether the item is gone.',
  needs: ['guard.override', 'delete'],
  catches: ['override-ignored', 'override-ignored-on-delete', 'override-answered-only'],
  async run(kit) {
    const unsaid = unsayable(kit.guard.override, 'delete', kit)
    if (unsaid !== undefined) kit.skip(unsaid)
    const { item, known, theirs } = await overtaken(kit)
    const stale = await item.tryRemove({ token: known, purpose: 'control: delete with the token from before' })
    if (stale.ok) kit.skip('a stale delete is performed without that word, too: other checks say so')
    kit.prove.unchanged(theirs, await item.read())
    const purpose = 'the same, saying that it shall be deleted all the same'
    const answer = await item.tryRemove({ token: known, with: kit.guard.override, purpose })
    const reason = forbidden(answer)
    if (reason !== undefined) kit.skip(reason)
    if (!answer.ok) {
      const current = await item.tryRemove({ token: item.token, purpose: 'control: delete with the current token' })
      kit.control(current.ok, `a delete with the current token is answered ${current.shown}, too`)
    }
    kit.prove.succeeded(answer)
    if (answer.status !== 202) kit.prove.absent(await item.read({ purpose: 'see that it is gone' }))
  },
})
