import { makeAllTrue } from '../spec/facts.ts'
import { type Check, check } from './kit/check.ts'
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
  alarms: 'To overwrite may be a right of its own: 401 and 403 are not judged.',
  needs: ['guard.override'],
  catches: ['override-ignored'],
  async run(kit) {
    const { item, known, theirs } = await overtaken(kit)
    const stale = await item.tryWrite({ token: known, purpose: 'control: save with the token from before' })
    if (stale.ok) kit.skip('a stale write is performed without that word, too: other checks say so')
    kit.prove.unchanged(theirs, await item.read())
    const request = makeAllTrue(kit.guard.override, await item.request(kit.role, { token: known }))
    const answer = await kit.send({ ...request, purpose: 'the same, saying that it shall be overwritten' })
    if (answer.status === 401 || answer.status === 403) kit.skip(`we may not overwrite: answered ${answer.shown}`)
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), request.marker)
  },
})
