import { type Check, check } from './kit/check.ts'
import { tagOf, withFields } from './kit/condition.ts'
import { overtake } from './kit/overtake.ts'
import { withHeader, withMethod, withoutHeader } from './kit/request.ts'
import { mustBeMatchable } from './kit/matchable.ts'

/** Which of two conditions is first, and what has none (RFC 9110 §13.2). What comes before all of them is in `before-conditions.ts`. */

/** Two flaws at once are one refusal, and no effect. */
export const staleAndUnprocessable: Check = check({
  id: 'precedence/stale-and-unprocessable',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.2.1, §13.1.1',
  title: 'a write with a stale token and content that is no good is refused and changes nothing',
  why: 'the path that reports bad content forgets the condition, or falls over it',
  fix: 'evaluate the condition before you process the content; whichever flaw you report, write nothing',
  recipe: 'conditions',
  alarms: 'Either flaw may be told first: schema checks in a gateway come before all else. Only writing, or failing with 5xx, is wrong.',
  needs: ['guard.update'],
  catches: ['stale-bad-content-fails'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = item.token
    const before = await overtake(kit, item)
    const whole = await item.request(kit.role, { token: stale })
    if (whole.body === null || typeof whole.body !== 'object') kit.skip('the content is a text, and any text is good')
    const { marker } = kit.resource.spec
    const set = { [marker!]: { [kit.fresh()]: [null] } }
    const answer = await kit.send(
      await item.request(kit.role, { token: stale, set, purpose: 'write a map where a text belongs, with a stale token' }),
    )
    kit.prove.unchanged(before, await item.read())
    if (answer.status >= 500) {
      const current = await kit.send(await item.request(kit.role, { set, purpose: 'the same with the current token' }))
      if (current.status >= 500) kit.skip(`such content is answered ${current.status} with the current token too`)
    }
    kit.prove.refused(answer)
  },
})

/** Of two conditions both must hold. */
export const ifMatchFirst: Check = check({
  id: 'precedence/if-match-first',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.2.2',
  title: 'a stale If-Match is not outweighed by an If-None-Match that holds',
  why: 'a second condition switches the first off, and a stale save goes through',
  fix: 'evaluate If-Match first; go on to If-None-Match only if it holds',
  recipe: 'conditions',
  alarms: 'Some stores refuse the two fields together with 400, which is safe.',
  needs: ['guard.if-match'],
  catches: ['if-none-match-outweighs'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = item.token
    const before = await overtake(kit, item)
    const request = await item.request(kit.role, { token: stale, purpose: 'write with a stale If-Match and an If-None-Match that holds' })
    const answer = await kit.send(withHeader(request, 'If-None-Match', `"${kit.fresh()}"`))
    kit.prove.unchanged(before, await item.read())
    kit.prove.refused(answer)
  },
})

/** In either order. */
export const bothMustHold: Check = check({
  id: 'precedence/both-must-hold',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.2.2',
  title: 'a current If-Match does not outweigh an If-None-Match that fails',
  why: 'a client says "only if it is not there", and what is there is overwritten all the same',
  fix: 'go on to If-None-Match where If-Match holds; perform the write only if both do',
  recipe: 'conditions',
  alarms: 'Some stores refuse the two fields together with 400, which is safe.',
  needs: ['guard.create-only', 'guard.if-match'],
  catches: ['if-match-outweighs'],
  async run(kit) {
    const { send, none } = kit.guard
    const value = none && 'value' in none && send[0]?.name.toLowerCase() === 'if-none-match' ? String(none.value) : undefined
    if (value === undefined) return kit.skip('"must not exist" is not said with If-None-Match here')
    const item = await kit.resource.create()
    const tag = tagOf(kit, item)
    mustBeMatchable(kit, tag, kit.guardOf('guard.if-match'))
    const before = await item.read()
    const request = withFields(await item.request('replace', { token: null }), { 'If-Match': tag, 'If-None-Match': value })
    const answer = await kit.send({ ...request, purpose: 'write with the current If-Match and "must not exist"' })
    kit.prove.unchanged(before, await item.read())
    kit.prove.refused(answer)
    await item.write({ purpose: 'control: write without saying that it must not exist' })
  },
})

/** What does not touch an item has no conditions. */
export const optionsIgnores: Check = check({
  id: 'precedence/options-ignores',
  level: 'must',
  severity: 'info',
  source: 'RFC 9110 §13.2.1',
  title: 'OPTIONS is answered the same with a condition as without one',
  why: 'browsers ask by OPTIONS before they write; where that fails, the write is never sent',
  fix: 'look at conditions only for methods that read or change the item',
  recipe: 'conditions',
  alarms: 'OPTIONS is often answered by a gateway.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['condition-on-options'],
  async run(kit) {
    const item = await kit.resource.create()
    const request = withMethod(withoutHeader(await item.request('read'), 'cache-control'), 'OPTIONS')
    const plain = await kit.send({ ...request, purpose: 'control: OPTIONS without a condition' })
    const answer = await kit.send({
      ...withHeader(request, 'If-Match', `"${kit.fresh()}"`),
      purpose: 'OPTIONS with a tag that is not current',
    })
    kit.prove.that(answer.status === plain.status, 'OPTIONS looks at the condition', `${plain.status}, as without it`, answer.shown)
  },
})
