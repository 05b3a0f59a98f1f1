import type { Unique } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import type { Kit } from './kit/kit.ts'
import { forbidden, unsayable } from './kit/overriding.ts'
import { eachTaken, type Taken } from './kit/taken.ts'
import { isSwitchedByWord } from './kit/token.ts'

/** Creates that say that a value may be taken twice, where the contract lets them. */
export const duplicateAllowed: Check = check({
  id: 'uniqueness/override-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `unique.override`',
  title: 'a create with a value that is taken is performed where it says what switches the uniqueness off',
  why: 'two customers do share a name, somebody has looked and said so, and the second can still not be entered',
  fix: 'look for the word that allows the duplicate before the value is looked for, and leave such values out of the unique index',
  recipe: 'unique-index',
  alarms:
    'To allow a duplicate may be a right of its own: 401 and 403 are not judged, nor what came of it after 202. Whether a second item is made or the first is written over is left open: ' +
    'what was sent has to be stored. Where the document does not declare the word on the create it is not tried.',
  needs: ['create', 'read', 'unique'],
  catches: ['unique-override-ignored', 'override-answered-only'],
  async run(kit) {
    const switched = kit.uniques.filter((unique) => isSwitchedByWord(unique))
    if (switched.length === 0) kit.skip('no uniqueness is switched off by what a request says')
    const sayable = switched.filter((unique) => reasonOf(unique, kit) === undefined)
    if (sayable.length === 0) kit.skip(reasonOf(switched[0]!, kit)!)
    const reasons: string[] = []
    const all = await eachTaken(kit, sayable)
    for (const taken of all) {
      const reason = await allowed(kit, taken)
      if (reason !== undefined) reasons.push(reason)
    }
    if (reasons.length === all.length) kit.skip([...new Set(reasons)].join('; '))
  },
})

/** Why it cannot be tried. */
function reasonOf(unique: Unique, kit: Kit): string | undefined {
  const isOnCreate = [...unique.for, ...unique.unpromised].includes('create')
  return isOnCreate ? unsayable(unique.override, 'create', kit) : `the uniqueness ${unique.name} does not count on creates`
}

/** Gives back why it could not be tried. */
async function allowed(kit: Kit, { unique, taken }: Taken): Promise<string | undefined> {
  const refused = await kit.resource.tryCreate({ set: taken, purpose: 'control: create another with the value that is taken' })
  if (refused.ok) return 'a duplicate is created without that word, too: other checks say so'
  const answer = await kit.resource.tryCreate({ set: taken, with: unique.override, purpose: 'the same, saying that a duplicate is wanted' })
  const reason = forbidden(answer)
  if (reason !== undefined) return reason
  if (!answer.ok) {
    const free = await kit.resource.tryCreate({ purpose: 'control: create another with a value that is free' })
    kit.control(free.ok, `a create with a value that is free is answered ${free.shown}, too`)
  }
  kit.prove.succeeded(answer)
  if (answer.status === 202) return undefined
  const item = await kit.resource.found(answer)
  if (!item) return kit.inconclusive(`the create is answered ${answer.shown}, and nothing there says which item it made`)
  const made = await item.read({ purpose: 'see what came of it' })
  kit.prove.exists(made)
  kit.prove.stored(made, answer.request.marker)
  return undefined
}
