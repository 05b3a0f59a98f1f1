import type { Mechanism, OutcomeName } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import { overtake } from './kit/overtake.ts'
import { plainUnique, valuesAt } from './kit/taken.ts'

/** Which outcome answers when several could, and what "another write is under way" means. */

export const conflictsInOrder: Check = check({
  id: 'precedence/conflicts-in-order',
  level: 'contract',
  severity: 'warn',
  source: 'the contract’s `order`',
  title: 'where a stale token and a taken value meet, the outcome answers that the contract puts first',
  why: 'a client that is told of the wrong conflict first asks the user the wrong question',
  fix: 'look at the conflicts in the order of the contract, or say the other order there',
  recipe: 'conditions',
  alarms: 'HTTP says little about the order of what conflicts beyond conditions; this is about the contract.',
  needs: ['guard.update', 'unique'],
  catches: ['order-ignored'],
  async run(kit) {
    const { order } = kit.resource.spec
    const named: OutcomeName[] = ['stale', 'duplicate']
    const [first] = order.filter((name) => named.includes(name))
    if (!first || !named.every((name) => order.includes(name))) kit.skip('the contract says no order of "stale" and "duplicate"')
    const { unique, members } = plainUnique(kit, (one) => [...one.for, ...one.unpromised].includes(kit.role))
    const taken = await kit.resource.create({ purpose: 'create the item that has the value' })
    const item = await kit.resource.create()
    const known = item.token
    const before = await overtake(kit, item)
    const set = valuesAt(kit.resource.spec, taken.sent, members) ?? kit.skip('the sample has no value for what is unique')
    const answer = await item.write({ token: known, set, purpose: 'save with an old token and a taken value' })
    kit.prove.unchanged(before, await item.read())
    const of: Mechanism = first === 'stale' ? kit.guard : unique
    kit.prove.outcome(answer, first!, { of })
  },
})

export const contendedNotPerformed: Check = check({
  id: 'precedence/contended-not-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `contended`',
  title: 'a write that is answered "another write is under way" is not performed',
  why: 'the client tries again, as it is told to, and its change is made twice or over what came between',
  fix: 'give up waiting for the other write before anything is stored, and roll back',
  recipe: 'compare-and-write',
  alarms: 'Work that was queued may be done later on purpose; then the answer should be 202.',
  needs: ['guard.update'],
  catches: ['contended-but-written'],
  async run(kit) {
    const outcome = kit.guard.outcomes.contended ?? kit.skip('the contract has no outcome "contended"')
    const item = await kit.resource.create()
    const { token } = item
    const before = await item.read()
    const writes = Array.from({ length: 4 }, () => item.write({ token, purpose: 'one of four writes at once, all with the current token' }))
    const answers = await Promise.all(writes)
    const after = await item.read()
    const refused = answers.filter(({ status }) => outcome.status.includes(status)).map(({ request }) => request.marker)
    if (answers.every(({ ok }) => !ok)) kit.prove.unchanged(before, after)
    const seen = after.marker === undefined ? 'no value' : JSON.stringify(after.marker)
    kit.prove.that(
      !refused.includes(String(after.marker)),
      'a write that was refused took effect',
      'the value of a write that was answered with success, or the one from before',
      seen,
    )
  },
})
