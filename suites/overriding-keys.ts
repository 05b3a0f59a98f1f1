import { type Check, check } from './kit/check.ts'
import { keyed } from './kit/keyed.ts'
import { forbidden, unsayable } from './kit/overriding.ts'
import { isSwitchedByWord } from './kit/token.ts'

/** Repeats that say that their key shall not count, where the contract lets them. */
export const keyOverridden: Check = check({
  id: 'idempotency/override-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `idempotency.override`',
  title: 'a create with a used key is performed anew where it says what switches the key off',
  why: 'who really wants a second order gets the receipt of the first, and nobody delivers it',
  fix: 'look for the word that switches the key off before the key is looked up, and carry the request out as a new one',
  recipe: 'idempotency-keys',
  alarms:
    'To switch the key off may be a right of its own: 401 and 403 are not judged, nor what came of it after 202. Where the same create is refused under a fresh key, too ' +
    '(something in it is unique), there is nothing to look at. Where the document does not declare the word on the create it is not tried.',
  needs: ['create', 'read', 'idempotency.promised'],
  catches: ['key-override-ignored', 'override-answered-only'],
  async run(kit) {
    const { override } = kit.idempotency
    if (!isSwitchedByWord(kit.idempotency)) kit.skip('the key is not switched off by what a request says')
    const unsaid = unsayable(override, 'create', kit)
    if (unsaid !== undefined) kit.skip(unsaid)
    const { first, key } = await keyed(kit)
    const same = first.sent === undefined ? {} : { body: first.sent }
    const other = await kit.resource.tryCreate({ ...same, purpose: 'control: the same content under another key' })
    if (!other.ok) kit.skip(`the same content under another key is answered ${other.shown}, too`)
    const repeat = await kit.resource.tryCreate({ ...same, key, purpose: 'control: the same content under the same key' })
    const again = repeat.ok ? await kit.resource.found(repeat) : undefined
    if (again && again.id !== first.id) kit.skip('it is carried out again without that word, too: other checks say so')
    const answer = await kit.resource.tryCreate({ ...same, key, with: override, purpose: 'the same, saying that the key shall not count' })
    const reason = forbidden(answer)
    if (reason !== undefined) kit.skip(reason)
    kit.prove.succeeded(answer)
    if (answer.status === 202) return
    const item =
      (await kit.resource.found(answer)) ??
      kit.inconclusive(`the create is answered ${answer.shown}, and nothing there says which item it made`)
    kit.prove.that(item.id !== first.id, 'the create had no effect of its own', 'another item', `the first one, ${first.id}`)
    kit.prove.exists(await item.read({ purpose: 'see that it is there' }))
  },
})
