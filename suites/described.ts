import type { Role, Rule } from '../spec/contract.ts'
import { makeAllTrue } from '../spec/facts.ts'
import { namesIn } from '../spec/values.ts'
import { type Check, check } from './kit/check.ts'
import type { Kit } from './kit/kit.ts'
import type { Request } from './kit/request.ts'

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
  alarms: 'Other rules than the described one may refuse the request first; then the contract should say so.',
  needs: ['create', 'read', 'rule.described'],
  catches: ['described-not-checked', 'described-refused-but-done'],
  async run(kit) {
    const rule = kit.rule('described')
    if (rule.arrange.length > 0) kit.skip('the rule asks for other calls first (arrange), which are not made yet')
    const { act } = rule
    const facts = [...rule.when, ...act.with]
    if (facts.length === 0) kit.skip('the rule refuses every request of its operation')
    if (facts.some(({ is }) => 'equals' in is && namesIn(is.equals).length > 0)) kit.skip('the facts of the rule have names in them')
    const role = roleOf(kit, rule) ?? kit.skip('what the rule refuses is neither a create nor a write')
    const item = await kit.resource.create()
    const request = async (): Promise<Request> => (role === 'create' ? kit.resource.request('create') : item.request(role))
    const allowed = await kit.send({ ...(await request()), purpose: `control: ${role} without what the rule speaks of` })
    kit.control(allowed.ok, `a ${role} without what the rule speaks of is answered ${allowed.shown}`)
    const before = await item.read()
    const answer = await kit.send({ ...makeAllTrue(facts, await request()), purpose: `${role} as the rule shows it` })
    kit.prove.that(!answer.ok, 'the request was carried out', 'a refusal', answer.shown)
    kit.prove.unchanged(before, await item.read())
    kit.prove.outcome(answer, 'blocked', { of: rule })
  },
})

/** The role that the refused call plays; no delete, which the control would spoil. */
function roleOf({ resource }: Kit, { act }: Extract<Rule, { kind: 'described' }>): Role | undefined {
  return ['create', 'replace', 'patch'].find((role) => resource.spec.operations.get(role)?.operation === act.operation)
}
