import { type Check, check } from './kit/check.ts'
import { freshKey } from './kit/key.ts'
import { idempotencyOf, keyed, provesSame, provesAlone } from './kit/keyed.ts'

/** For whom and for how long an idempotency key counts: other keys, other callers, requests under way, refused ones. */

/** Two keys, two intents. */
export const otherKey: Check = check({
  id: 'idempotency/other-key-other-effect',
  level: 'practice',
  severity: 'fail',
  source: 'draft-ietf-httpapi-idempotency-key-header-07 §2.2',
  title: 'the same payload under another key is a request of its own',
  why: 'the second, wanted purchase is swallowed as if it were a repeat of the first',
  fix: 'look the key up as it is: whole, exact, with regard to case',
  recipe: 'idempotency-keys',
  alarms: 'A natural key, or a rule against the same content twice, may refuse the second request.',
  needs: ['create', 'idempotency.promised'],
  catches: ['key-not-compared'],
  async run(kit) {
    if (kit.resource.spec.unique.some((unique) => unique.for.includes('create'))) kit.skip('the same payload twice would be a duplicate')
    const { first, request } = await keyed(kit)
    const other = await kit.resource.request('create', {
      body: request.body,
      key: freshKey(kit.resource.spec, kit.contract),
      purpose: 'the same payload under another key',
    })
    const answer = await kit.send(other)
    if (!answer.ok)
      kit.prove.that(
        answer.status < 500 && ![409, 422].includes(answer.status),
        'the same payload under another key is refused as a repeat',
        'a second item',
        answer.shown,
      )
    const item =
      (answer.ok ? await kit.resource.found(answer) : undefined) ??
      kit.inconclusive(`nothing tells whether a second item was made: ${answer.shown}`)
    kit.prove.that(item.id !== first.id, 'the same payload under another key gave the first item', 'a second item', `${first.id} again`)
  },
})

/** A key belongs to the caller who sent it. */
export const keyOfAnother: Check = check({
  id: 'idempotency/key-of-another-caller',
  level: 'practice',
  severity: 'fail',
  source: 'draft-ietf-httpapi-idempotency-key-header-07 §5',
  title: 'a key that another caller used is a fresh one',
  why: 'one customer gets the receipt of another, or blocks them by guessing keys',
  fix: 'make the caller part of the unique index over the keys',
  recipe: 'idempotency-keys',
  alarms: 'Two credentials of one account may share their keys on purpose.',
  needs: ['create', 'idempotency.promised', 'identities'],
  catches: ['key-scope-lost'],
  async run(kit) {
    if (!kit.idempotency.scope.includes('caller')) kit.skip('the contract does not say that keys belong to callers')
    if (kit.resource.spec.unique.some((unique) => unique.for.includes('create'))) kit.skip('the same payload twice would be a duplicate')
    const { first, key, request } = await keyed(kit)
    const answer = await kit.resource.tryCreate({ as: 'b', key, body: request.body, purpose: 'the same key and payload by another caller' })
    if (!answer.ok) {
      const fresh = await kit.resource.tryCreate({
        as: 'b',
        key: freshKey(kit.resource.spec, kit.contract),
        purpose: 'control: the other caller creates with a fresh key',
      })
      kit.control(fresh.ok, `a create of the other caller with a fresh key is answered ${fresh.shown}`)
    }
    kit.prove.that(answer.ok, 'the key of another caller stands in the way', 'an item of their own', answer.shown)
    const item = await kit.resource.found(answer)
    kit.prove.that(
      item?.id !== first.id,
      'another caller was given the item of the first',
      'an item of their own',
      `${first.id}, which the first caller made`,
    )
  },
})

/** While the first request runs, the second neither runs as well nor fails for good. */
export const inFlight: Check = check({
  id: 'idempotency/in-flight',
  level: 'should',
  severity: 'fail',
  source: 'draft-ietf-httpapi-idempotency-key-header-07 §2.6, §2.7',
  title: 'of requests under one key that arrive at once, one has an effect and the others say so or wait',
  why: 'an impatient double click pays twice, just when the server is slow',
  fix: 'claim the key by INSERT before the work: who cannot insert waits for the result or answers 409',
  recipe: 'idempotency-keys',
  alarms: 'Waiting for the first request and repeating its answer is as good as 409.',
  needs: ['create', 'idempotency.promised'],
  catches: ['key-claimed-late', 'key-in-flight-server-error'],
  async run(kit) {
    const request = await kit.resource.request('create', { key: freshKey(kit.resource.spec, kit.contract) })
    const answers = await Promise.all([1, 2, 3].map((n) => kit.send({ ...request, purpose: `the same request at once, ${n} of 3` })))
    const items = await Promise.all(answers.filter((answer) => answer.ok).map((answer) => kit.resource.found(answer)))
    kit.control(items.length > 0 && items.every((item) => item !== undefined), 'none of the three tells which item it made')
    const ids = new Set(items.map((item) => item!.id))
    kit.prove.that(ids.size === 1, 'requests under one key had several effects', 'one item', `${ids.size}: ${[...ids].join(', ')}`)
    for (const answer of answers.filter((answer) => !answer.ok)) {
      kit.prove.that(
        answer.status < 500,
        'a request that came second is answered with a server error',
        'the first answer, or a conflict',
        answer.shown,
      )
      kit.prove.outcome(answer, 'keyInFlight', { of: idempotencyOf(kit) })
    }
    const late = await kit.send({ ...request, purpose: 'the same request after all were answered' })
    if (late.ok) await provesSame(kit, items[0]!, late)
    await provesAlone(kit, request, 1)
  },
})

/** A request that was refused before it ran does not use the key up. */
export const failedNotStored: Check = check({
  id: 'idempotency/refused-not-stored',
  level: 'contract',
  severity: 'warn',
  source: 'the contract’s `stores`; draft-ietf-httpapi-idempotency-key-header-07 §2.6',
  title: 'a request that was refused as invalid leaves its key usable',
  why: 'the customer mends the mistyped amount, presses "pay" again, and is refused for ever',
  fix: 'validate before the key is claimed, or release it when the request is refused',
  recipe: 'idempotency-keys',
  alarms: 'Keeping the refusal under its key is documented behaviour of some APIs; say so in the contract (`stores`).',
  needs: ['create', 'idempotency.promised'],
  catches: ['key-burnt-by-refusal'],
  async run(kit) {
    if (kit.idempotency.stores === 'all') kit.skip('the contract says that refusals are stored too')
    const key = freshKey(kit.resource.spec, kit.contract)
    const refused = await kit.resource.tryCreate({ key, body: {}, purpose: 'create with nothing in it' })
    if (refused.ok) kit.skip('an empty create is accepted, so nothing is refused as invalid')
    kit.control(refused.status < 500, `an empty create is answered ${refused.shown}`)
    const answer = await kit.resource.tryCreate({ key, purpose: 'a valid create under the same key' })
    if (!answer.ok)
      await kit.resource.create({
        key: freshKey(kit.resource.spec, kit.contract),
        purpose: 'positive control: a valid create under another key',
      })
    const said = kit.contract.origins.get(`resources/${kit.resource.name}/idempotency/stores`)?.from === 'said'
    // the draft lets servers keep errors too (§2.6); only a contract that says otherwise itself is broken by it
    if (answer.ok || said) return kit.prove.succeeded(answer)
    kit.prove.refused(answer)
    kit.note(`a key that was sent with an invalid request is used up: a valid one under it is answered ${answer.shown}`)
  },
})
