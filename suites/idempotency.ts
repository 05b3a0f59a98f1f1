import { isDeepStrictEqual } from 'node:util'
import { type Check, check } from './kit/check.ts'
import { removePlace } from '../spec/places.ts'
import { freshKey } from './kit/key.ts'
import { fits } from './kit/prefix.ts'
import { idempotencyOf, keyed, provesSame, provesAlone } from './kit/keyed.ts'

/** Idempotent creates: what a client that got no answer can safely send again. */

/** One key, one effect. */
export const oneEffect: Check = check({
  id: 'idempotency/one-effect',
  level: 'should',
  severity: 'fail',
  source: 'draft-ietf-httpapi-idempotency-key-header-07 §2.6',
  title: 'the same create with the same key has one effect',
  why: 'the answer is lost, the app repeats the request, and the customer pays twice',
  fix: 'claim the key in a table with a unique index before the work, in the transaction that does it',
  recipe: 'idempotency-keys',
  alarms:
    'An API that does not know the key ignores it legally; only a promise makes this a failure. Keys are forgotten after a while, mostly a day.',
  needs: ['create', 'idempotency'],
  catches: ['key-ignored'],
  async run(kit) {
    const { first, request } = await keyed(kit)
    const again = await kit.send({ ...request, purpose: 'the same request again, as after a lost answer' })
    if (again.ok) await provesSame(kit, first, again)
    else kit.prove.that(again.status < 500, 'the repeat is answered with a server error', 'the first answer, or a refusal', again.shown)
    await provesAlone(kit, request, 1)
  },
})

/** The repeat is answered with what the first achieved. */
export const repeatedOutcome: Check = check({
  id: 'idempotency/repeat-answered',
  level: 'should',
  severity: 'warn',
  source: 'draft-ietf-httpapi-idempotency-key-header-07 §2.6',
  title: 'a repeat gets the result of the first request, in the way that the contract says',
  why: 'the client believes that nothing happened, or that it happened twice',
  fix: 'store status, header fields and content of the first answer with the key, and send them again',
  recipe: 'idempotency-keys',
  alarms: 'Date, request ids and headers that mark a repeat may differ, and some APIs give back the present state.',
  needs: ['create', 'idempotency.promised'],
  catches: ['key-replay-other-status', 'key-replay-empty', 'order-reversed'],
  async run(kit) {
    const { first, request } = await keyed(kit)
    const again = await kit.send({ ...request, purpose: 'the same request again, as after a lost answer' })
    const ways = kit.idempotency.onRepeat
    if (again.ok) {
      kit.prove.that(
        ways.some((way) => way !== 'reject'),
        'the repeat was not refused',
        `a refusal (onRepeat: ${ways.join(', ')})`,
        again.shown,
      )
      if (kit.idempotency.outcomes.repeated) kit.prove.outcome(again, 'repeated', { of: idempotencyOf(kit) })
      await provesSame(kit, first, again)
      if (!ways.includes('replay') || ways.length > 1) return
      // the contract may say that a repeat has a status of its own
      if (!kit.idempotency.outcomes.repeated?.status.length) kit.prove.status(again, first.created.status)
      kit.prove.that(
        isDeepStrictEqual(again.body, first.created.body),
        'the repeat is answered with other content than the first request',
        first.created.shown,
        again.shown,
      )
    } else {
      kit.prove.that(
        ways.includes('reject'),
        'the repeat was refused',
        `the result of the first request (onRepeat: ${ways.join(', ')})`,
        again.shown,
      )
      kit.prove.outcome(again, 'keyDuplicate', { of: idempotencyOf(kit) })
    }
  },
})

/** A key names one request; another under the same key is neither executed nor swallowed. */
export const otherPayloadNotExecuted: Check = check({
  id: 'idempotency/other-payload-not-executed',
  level: 'should',
  severity: 'fail',
  source: 'draft-ietf-httpapi-idempotency-key-header-07 §2.2, §2.7',
  title: 'another payload under a used key has no effect of its own',
  why: 'the key protects nothing: what a confused client sends under it is executed as well',
  fix: 'store a fingerprint of the request with the key, and refuse what differs',
  recipe: 'idempotency-keys',
  alarms: 'A fingerprint may cover only some members: what counts is that the other payload is not carried out as a request of its own.',
  needs: ['create', 'read', 'idempotency.promised'],
  catches: ['key-ignored', 'key-other-payload-executed'],
  async run(kit) {
    const { first, key } = await keyed(kit)
    kit.control(first.last.exists && first.sent !== undefined, 'the first item cannot be read')
    const answer = await kit.resource.tryCreate({ key, purpose: 'another payload under the same key' })
    if (answer.ok) await provesSame(kit, first, answer)
    kit.prove.unchanged(first.last, await first.read({ purpose: 'see that the first is as it was' }))
    await provesAlone(kit, answer.request)
  },
})

export const otherPayloadOutcome: Check = check({
  id: 'idempotency/other-payload-refused',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `keyReused`; draft-ietf-httpapi-idempotency-key-header-07 §2.7',
  title: 'another payload under a used key is refused as the contract says',
  why: 'the second order is answered with the first one’s receipt, and never delivered',
  fix: 'compare the stored fingerprint, and answer as documented (422 in the draft)',
  recipe: 'idempotency-keys',
  alarms: '409, 422 and 400 are all in use, and some APIs repeat the first answer on purpose: what counts is what the contract says.',
  needs: ['create', 'idempotency.promised'],
  catches: ['key-other-payload-replayed', 'key-reused-other-status'],
  async run(kit) {
    const { fingerprint } = kit.idempotency
    if (!fingerprint.includes('body')) kit.skip('the contract does not say that the content belongs to what a key stands for')
    const { key } = await keyed(kit)
    const answer = await kit.resource.tryCreate({ key, purpose: 'another payload under the same key' })
    kit.prove.outcome(answer, 'keyReused', { of: idempotencyOf(kit) })
  },
})

export const keyMissing: Check = check({
  id: 'idempotency/missing-key-refused',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `required` and outcome `keyMissing`; draft-ietf-httpapi-idempotency-key-header-07 §2.7',
  title: 'where a key is required, a create without one is refused as the contract says and makes nothing',
  why: 'the client that forgot the key learns of it by its first double payment',
  fix: 'refuse the request before anything is done when the field is not there',
  recipe: 'idempotency-keys',
  alarms: 'Most APIs make the key optional: this fails only because the contract says that it is required.',
  needs: ['create', 'idempotency.promised'],
  catches: ['key-optional', 'key-missing-other-status'],
  async run(kit) {
    if (kit.idempotency.required !== 'always') kit.skip('the contract does not require a key')
    const { request } = await keyed(kit)
    const fresh = await kit.resource.request('create', { key: null })
    const without = kit.idempotency.key.reduce((all, place) => removePlace(place, all), fresh)
    kit.control(request.headers.length >= without.headers.length, 'the request without a key has more than the one with it')
    const answer = await kit.send({ ...without, purpose: 'create without a key' })
    kit.prove.that(!answer.ok, 'the create without a key was performed', 'a refusal', answer.shown)
    kit.prove.outcome(answer, 'keyMissing', { of: idempotencyOf(kit) })
    await provesAlone(kit, without)
  },
})

/** What cannot be a key is not half used. */
export const malformedKey: Check = check({
  id: 'idempotency/malformed-key',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `keyMalformed`; RFC 9651 §4.2',
  title: 'a key that cannot be one is refused as the contract says and makes nothing',
  why: 'a client with a quoting bug believes that it is protected',
  fix: 'check the key’s form before anything is done',
  recipe: 'idempotency-keys',
  alarms: 'Most APIs take a bare UUID, although the draft asks for a quoted string; both are accepted in general.',
  needs: ['create', 'idempotency.promised'],
  catches: ['key-malformed-passes'],
  async run(kit) {
    if (!kit.idempotency.outcomes.keyMalformed) kit.skip('the contract says nothing of malformed keys')
    const { schema } = kit.idempotency
    const maximum = typeof schema === 'object' ? Number(schema['maxLength']) : NaN
    const key = 'k'.repeat(Number.isFinite(maximum) ? maximum + 1 : 500)
    if (schema === undefined || fits(key, schema, kit.contract)) kit.skip('the contract does not say what a key looks like')
    const answer = await kit.resource.tryCreate({ key, purpose: 'create with a key that the document rules out' })
    kit.prove.that(!answer.ok, 'a create with an impossible key was performed', 'a refusal', answer.shown)
    await kit.resource.create({
      key: freshKey(kit.resource.spec, kit.contract),
      purpose: 'positive control: create with a key as it should be',
    })
    kit.prove.outcome(answer, 'keyMalformed', { of: idempotencyOf(kit) })
    await provesAlone(kit, answer.request)
  },
})
