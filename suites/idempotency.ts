import { isDeepStrictEqual } from 'node:util'
import { type Check, check } from './kit/check.ts'
import type { Answer } from './kit/answer.ts'
import { freshKey } from './kit/key.ts'
import type { Item, Kit } from './kit/kit.ts'
import { removePlace } from '../spec/places.ts'

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
    await provesAlone(kit, first, request.marker)
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
  catches: ['key-replay-other-status', 'key-replay-empty'],
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
      kit.prove.status(again, first.created.status)
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
    await provesAlone(kit, undefined, answer.request.marker)
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
    await provesAlone(kit, undefined, without.marker)
  },
})

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
      key: freshKey(),
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
    const request = await kit.resource.request('create', { key: freshKey() })
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
    await provesAlone(kit, undefined, request.marker, 1)
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
    const key = freshKey()
    const refused = await kit.resource.tryCreate({ key, body: {}, purpose: 'create with nothing in it' })
    if (refused.ok) kit.skip('an empty create is accepted, so nothing is refused as invalid')
    kit.control(refused.status < 500, `an empty create is answered ${refused.shown}`)
    const answer = await kit.resource.tryCreate({ key, purpose: 'a valid create under the same key' })
    const said = kit.contract.origins.get(`resources/${kit.resource.name}/idempotency/stores`)?.from === 'said'
    // the draft lets servers keep errors too (§2.6); only a contract that says otherwise itself is broken by it
    if (answer.ok || said) return kit.prove.succeeded(answer)
    kit.prove.refused(answer)
    kit.note(`a key that was sent with an invalid request is used up: a valid one under it is answered ${answer.shown}`)
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
    const maximum = typeof kit.idempotency.schema === 'object' ? Number(kit.idempotency.schema['maxLength']) : NaN
    const answer = await kit.resource.tryCreate({
      key: 'k'.repeat(Number.isFinite(maximum) ? maximum + 1 : 5000),
      purpose: 'create with a key that is too long',
    })
    kit.prove.that(!answer.ok, 'a create with an impossible key was performed', 'a refusal', answer.shown)
    kit.prove.outcome(answer, 'keyMalformed', { of: idempotencyOf(kit) })
    await provesAlone(kit, undefined, answer.request.marker)
  },
})

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

function idempotencyOf(kit: Kit): { name: string; outcomes: Kit['idempotency']['outcomes'] } {
  return { name: 'idempotency', outcomes: kit.idempotency.outcomes }
}

/** A first create under a key, and the request as it was sent. */
async function keyed(kit: Kit): Promise<{ first: Item; key: string; request: Answer['request'] }> {
  const key = freshKey()
  const first = await kit.resource.create({ key, purpose: 'create with a fresh key' })
  return { first, key, request: first.created.request }
}

async function provesSame(kit: Kit, first: Item, answer: Answer): Promise<void> {
  const item =
    (await kit.resource.found(answer)) ?? kit.inconclusive(`the repeat is answered ${answer.shown}, and nothing there says of which item`)
  kit.prove.that(item.id === first.id, 'the same create had a second effect', `the first item, ${first.id}`, `another, ${item.id}`)
}

/** Where the collection can be read and shows the marker: it stands there once (or, for what must not exist, never). */
async function provesAlone(kit: Kit, first: Item | undefined, marker: string | undefined, most = first ? 1 : 0): Promise<void> {
  if (marker === undefined || !kit.resource.spec.operations.has('list')) return
  const { items, answer } = await kit.resource.list({ purpose: 'count what was made' })
  if (!answer.ok) return
  const found = items.filter((item) => JSON.stringify(item).includes(marker)).length
  kit.prove.that(found <= most, 'the collection has more than it should', `${most || 'none'} with "${marker}"`, `${found}`)
}
