import { type Check, check } from './kit/check.ts'
import { actionsFrom, forbidden, stateOf } from './kit/transition.ts'

/** Actions that lead from one state to another, and those that the present state forbids. */

/** An action that the state forbids has no effect. */
export const forbiddenAction: Check = check({
  id: 'state/forbidden-action',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10; the contract’s rule `transition`',
  title: 'an action that the present state forbids changes nothing',
  why: 'an order is cancelled and refunded after it was shipped',
  fix: 'change the state in one statement that names the old one: UPDATE … SET status = ? WHERE id = ? AND status IN (…)',
  recipe: 'transitions',
  alarms: 'The repeat of an action that is done already may be answered 2xx.',
  needs: ['create', 'read', 'rule.transition'],
  catches: ['transition-not-checked', 'transition-refused-but-done'],
  async run(kit) {
    const rule = kit.rule('transition')
    for (const { item, action } of await forbidden(kit, rule)) {
      const before = item.last
      await item.tryAct(action, { purpose: `try ${action} in the state ${stateOf(rule, item)}` })
      kit.prove.unchanged(before, await item.read({ purpose: 'see that nothing changed' }))
    }
  },
})

export const forbiddenOutcome: Check = check({
  id: 'state/forbidden-outcome',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `blocked`',
  title: 'the refusal of an action is the one that the contract promises, and names the present state',
  why: 'the client cannot say why it is too late, nor what can still be done',
  fix: 'answer as documented, with the state as it was read in the same transaction',
  recipe: 'transitions',
  alarms:
    'The repeat of an action that is done already may be answered 2xx: then it is told, not accused. ' +
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['create', 'read', 'rule.transition'],
  catches: ['blocked-other-status', 'blocked-names-wrong-state'],
  async run(kit) {
    const rule = kit.rule('transition')
    const refused: string[] = []
    const done: string[] = []
    for (const { item, action } of await forbidden(kit, rule)) {
      const state = stateOf(rule, item)
      const answer = await item.tryAct(action, { purpose: `try ${action} in the state ${state}` })
      // what an action would bring about is there already: to say so is no breach (RFC 9110 §9.2.2)
      const repeats = Object.values(rule.allowed[action] ?? {}).some((states) => states.includes(state))
      const kind = answer.ok && repeats ? done : refused
      kind.push(`${action} in the state ${state}`)
      if (kind === refused) kit.prove.outcome(answer, 'blocked', { of: rule, truth: { state } })
    }
    if (refused.length === 0) kit.skip(`${done.join(' and ')} is answered as done: nothing is refused`)
    if (done.length > 0) kit.note(`${done.join(' and ')} is answered as done`)
  },
})

export const allowedAction: Check = check({
  id: 'state/allowed-action',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s rule `transition`',
  title: 'an action that the state allows leads to the state that the contract names',
  why: 'nobody can get on: the order stays open although it was paid',
  fix: 'compare the documented transitions with the ones in the code',
  recipe: 'transitions',
  alarms: 'Other rules than the documented one may stand against the action, as a missing payment.',
  needs: ['create', 'read', 'rule.transition'],
  catches: ['transition-to-wrong-state'],
  async run(kit) {
    const rule = kit.rule('transition')
    const item = await kit.resource.create()
    const [action, states] =
      actionsFrom(rule, stateOf(rule, item))[0] ?? kit.skip(`no action is allowed in the state ${stateOf(rule, item)}`)
    kit.prove.succeeded(await item.tryAct(action, { purpose: `${action} in the state ${stateOf(rule, item)}` }))
    await item.read({ purpose: 'read the new state' })
    kit.prove.that(states.includes(stateOf(rule, item)), 'the action leads to another state', states.join(' or '), stateOf(rule, item))
  },
})
