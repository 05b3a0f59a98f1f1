import type { Rule } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import { describedObstacle } from './kit/described.ts'
import type { Kit } from './kit/kit.ts'
import { unsayable } from './kit/overriding.ts'
import { isSwitchedByWord } from './kit/token.ts'

/** What a contract shows to be refused, without a kind of its own. */
export const describedRefused: Check = check({
  id: 'state/described-refused',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s rule `described`',
  title: 'a request that the contract shows to be refused is refused so, and changes nothing',
  why: 'the document names a conflict that clients prepare for, and the server carries out what it should refuse',
  fix: 'compare the documented refusals with the ones in the code',
  recipe: 'transitions',
  alarms:
    'Other rules than the described one may refuse the request first; then the contract should say so. ' +
    'What a call in `arrange` sets going, and shows only later, looks like a trace of the refused request. ' +
    'An item that may not be deleted after the calls in `arrange` is left behind and told of, unless the rule has an `undo`, or an `override` for it.',
  needs: ['create', 'read', 'rule.described'],
  catches: [
    'described-not-checked',
    'described-refused-but-done',
    'described-not-checked-on-delete',
    'described-not-checked-on-action',
    'arranged-not-checked',
  ],
  async run(kit) {
    const reasons: string[] = []
    for (const rule of kit.rules('described')) {
      const reason = await refused(kit, rule)
      if (reason !== undefined) reasons.push(reason)
    }
    if (reasons.length === kit.rules('described').length) kit.skip([...new Set(reasons)].join('; '))
  },
})

/** Gives back why it could not be tried. */
async function refused(kit: Kit, rule: Extract<Rule, { kind: 'described' }>): Promise<string | undefined> {
  const found = await describedObstacle(kit, rule)
  if (typeof found === 'string') return found
  const { item, words } = found
  const allowed = await found.free()
  kit.control(allowed.ok, `what is like "${words}", but not refused by the rule ${rule.name}, is answered ${allowed.shown}`)
  const before = await item?.read()
  const answer = await found.send([], words)
  // some APIs answer 200 and say in the content that nothing was done
  const statuses = rule.outcomes.blocked?.status ?? [409]
  if (statuses.length > 0 && statuses.every((status) => status >= 300))
    kit.prove.that(!answer.ok, 'the request was carried out', 'a refusal', answer.shown)
  // what was done first may hide it from reads (`archive`)
  if (item && before?.exists) kit.prove.unchanged(before, await item.read({ purpose: 'see that nothing changed' }))
  kit.prove.outcome(answer, 'blocked', { of: rule })
  // where there is a word for it, what we made is not left behind
  if (item && found.role === 'delete' && isSwitchedByWord(rule) && unsayable(rule.override, 'delete', kit) === undefined)
    await item.tryRemove({ with: rule.override, purpose: 'tidy up: delete it, saying that the rule shall not count' })
  return undefined
}
