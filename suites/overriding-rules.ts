import type { Rule } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import type { Kit } from './kit/kit.ts'
import { obstacle } from './kit/obstacle.ts'
import { forbidden, unsayable } from './kit/overriding.ts'

/** Requests that say that a rule shall not count, where the contract lets them. */
export const ruleOverridden: Check = check({
  id: 'state/override-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `rules.override`',
  title: 'what a rule refuses is carried out where the request says what switches the rule off',
  why: 'the way out that the document names (`?force=true`) is none: the folder can never be deleted, the order never be put right',
  fix: 'look for the word that switches the rule off before the rule is looked at, and carry the request out whole',
  recipe: 'transitions',
  alarms:
    'To override may be a right of its own: 401 and 403 are not judged. What else it takes along (the children of what is deleted) is not looked at, ' +
    'nor what came of it after 202. Where the document does not declare the word on the operation it is not tried. Of several rules in the way each may ask for a word of its own; then the contract should say so.',
  needs: ['create', 'read', 'rule.override'],
  catches: ['rule-override-ignored', 'override-answered-only'],
  async run(kit) {
    const reasons: string[] = []
    const rules = kit.rulesFor('rule.override')
    for (const rule of rules) {
      const reason = await overridden(kit, rule)
      if (reason !== undefined) reasons.push(reason)
    }
    if (reasons.length === rules.length) kit.skip([...new Set(reasons)].join('; '))
  },
})

/** Gives back why it could not be tried. */
async function overridden(kit: Kit, rule: Rule): Promise<string | undefined> {
  const found = await obstacle(kit, rule)
  if (typeof found === 'string') return found
  const unsaid = unsayable(rule.override, found.role, kit)
  if (unsaid !== undefined) return unsaid
  const refused = await found.send([], `control: ${found.words}`)
  if (refused.ok) return 'it is carried out without that word, too: other checks say so'
  const answer = await found.send(rule.override, `${found.words}, saying that the rule ${rule.name} shall not count`)
  const reason = forbidden(answer)
  if (reason !== undefined) return reason
  if (!answer.ok) {
    const free = await found.free()
    kit.control(free.ok, `where the rule does not stand against it, it is answered ${free.shown}, too`)
  }
  kit.prove.succeeded(answer)
  if (answer.status !== 202) await found.performed(answer)
  return undefined
}
