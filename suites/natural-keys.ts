import { type Check, check } from './kit/check.ts'
import { provesSame } from './kit/keyed.ts'

/** Creates that are safe to send again without a key, since the item itself tells that it is there. */

/** The natural key: the same create once more gives back what is there. */
export const identicalCreate: Check = check({
  id: 'idempotency/identical-create',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `repeated`; RFC 9110 §9.3.3',
  title: 'the same create once more makes nothing new and gives back what exists',
  why: 'a client whose answer was lost is told "taken" about its own item and cannot go on',
  fix: 'when the unique index refuses, compare the stored item with the request: equal → 200 with the item and its Location',
  recipe: 'unique-index',
  alarms:
    'A refusal of the repeat as a duplicate is as legitimate, and what many guidelines ask for; this fails only because the contract promises otherwise.',
  needs: ['create', 'read', 'unique'],
  catches: ['identical-create-refused', 'unique-off'],
  async run(kit) {
    const unique =
      kit.uniques.find((unique) => unique.outcomes.repeated) ??
      kit.skip('the contract does not promise that an identical create is answered with what exists')
    const first = await kit.resource.create({ under: unique })
    const answer = await kit.send({ ...first.created.request, purpose: 'the same create once more' })
    if (answer.ok) await provesSame(kit, first, answer)
    kit.prove.unchanged(first.last, await first.read({ purpose: 'see that it is as it was' }))
    kit.prove.outcome(answer, 'repeated', { of: unique })
  },
})

/** PUT is idempotent by definition. */
export const putTwice: Check = check({
  id: 'idempotency/put-twice',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §9.2.2, §9.3.4',
  title: 'the same PUT twice leaves what one leaves',
  why: 'a retry after a lost answer fails, or does something else than the first',
  fix: 'replace the whole state from the content; derive nothing from what was there',
  recipe: 'transitions',
  alarms: 'Times and version numbers may differ after the second PUT.',
  needs: ['create', 'read', 'write', 'replace'],
  catches: ['put-appends', 'put-twice-conflicts'],
  async run(kit) {
    const item = await kit.resource.create()
    const first = await item.request('replace')
    if (first.method !== 'PUT') kit.skip(`the replace is a ${first.method}`)
    const once = await kit.send({ ...first, purpose: 'replace it' })
    kit.control(once.ok, `the replace is answered ${once.shown}`)
    const after = await item.read({ purpose: 'read what one PUT leaves' })
    kit.control(after.marker === first.marker, 'the replace does not show in a read')
    // the same content, with the token that is current now: only a stale condition may refuse a repeat
    const second = await item.request('replace', { marker: first.marker, purpose: 'the same content again' })
    const twice = await kit.send(second)
    kit.prove.succeeded(twice)
    kit.prove.stored(await item.read({ purpose: 'read what two leave' }), first.marker)
  },
})
