import { isDeepStrictEqual } from 'node:util'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import { freshKey } from './kit/key.ts'
import type { Kit } from './kit/kit.ts'
import { type Request, withHeader, withHeaderLine } from './kit/request.ts'

/** Idempotency keys: how they are written, where they count, and what a repeat is told. */

const draft = 'draft-ietf-httpapi-idempotency-key-header-07'

/** A new key is no obstacle. */
export const freshKeyAccepted: Check = check({
  id: 'idempotency/fresh-key-accepted',
  level: 'should',
  severity: 'warn',
  source: `${draft} §2.6`,
  title: 'the first request with a fresh key is processed as one without a key',
  why: 'clients that follow good practice are refused, and leave the key out',
  fix: 'claim the key by INSERT, and refuse only what the unique index refuses',
  recipe: 'idempotency-keys',
  alarms:
    'Where a key is required nothing can be compared, and the check is skipped if the create is refused. Some APIs take keys of one form only: the contract should say which (schema).',
  needs: ['create', 'idempotency.promised'],
  catches: ['fresh-key-refused'],
  async run(kit) {
    const answer = await kit.resource.tryCreate({ key: freshKey(kit.resource.spec, kit.contract), purpose: 'create with a fresh key' })
    if (answer.ok) return kit.prove.succeeded(answer)
    if (kit.idempotency.required === 'always')
      kit.skip(`the create is answered ${answer.shown}, and none without a key is to be compared with`)
    const without = await kit.resource.tryCreate({ key: null, purpose: 'control: create without a key' })
    kit.control(without.ok, `a create without a key is answered ${without.shown}`)
    kit.prove.that(false, 'a create with a fresh key is refused, one without is not', `${without.status}`, answer.shown)
  },
})

/** The way to what was made is part of the answer. */
export const repeatSamePlace: Check = check({
  id: 'idempotency/repeat-says-where',
  level: 'should',
  severity: 'warn',
  source: `${draft} §2.6`,
  title: 'a repeat that is answered with success carries the Location of the first answer',
  why: 'the client whose first answer was lost does not learn where its order is',
  fix: 'store status, header fields and content of the first answer with the key, and send all of them again',
  recipe: 'idempotency-keys',
  alarms: 'An answer of another status (200 in place of 201) need not have a Location: only the same status is held to it.',
  needs: ['create', 'idempotency.promised'],
  catches: ['key-replay-without-location'],
  async run(kit) {
    const first = await kit.resource.create({ key: freshKey(kit.resource.spec, kit.contract), purpose: 'create with a fresh key' })
    const told = first.created.header('location') ?? kit.skip('the answer to a create carries no Location')
    const again = await kit.send({ ...first.created.request, purpose: 'the same request again, as after a lost answer' })
    if (again.status !== first.created.status) kit.skip(`the repeat is answered ${again.status}, the first request ${first.created.status}`)
    kit.prove.that(
      again.header('location') === told,
      'the repeat does not say where the item is',
      told,
      again.header('location') ?? 'no Location',
    )
  },
})

/** A key that was used for one thing brings nothing of it back for another. */
export const otherOperation: Check = check({
  id: 'idempotency/key-of-another-operation',
  level: 'practice',
  severity: 'warn',
  source: `${draft} §2.2`,
  title: 'a key that another operation used does not bring that operation’s answer back',
  why: 'the refund is answered with the receipt of the order, and never made',
  fix: 'make method and path part of the unique index over the keys, or of the fingerprint',
  recipe: 'idempotency-keys',
  alarms: 'A key may count for the whole API: then the second request is refused, which is as right.',
  needs: ['create', 'idempotency.promised'],
  catches: ['key-for-every-operation'],
  async run(kit) {
    const { name, spec } = kit.resource
    const others = [...kit.contract.resources.values()].filter(
      (one) =>
        one.name !== name && one.idempotency?.for.includes('create') && isDeepStrictEqual(one.idempotency.key, spec.idempotency?.key),
    )
    const [other] = others
    if (!other) return kit.skip('no other resource takes keys in its creates')
    const key = freshKey(kit.resource.spec, kit.contract)
    const first = await kit.resource.other(other.name).tryCreate({ key, purpose: `create a ${other.name} with a fresh key` })
    kit.control(first.ok, `a create of a ${other.name} is answered ${first.shown}`)
    const answer = await kit.resource.tryCreate({ key, purpose: `create a ${name} with the same key` })
    kit.prove.that(
      !answer.ok || answer.text === '' || !isDeepStrictEqual(answer.body, first.body),
      `a create of a ${name} is answered with a ${other.name}`,
      `a ${name}, or a refusal`,
      answer.shown,
    )
  },
})

/** What is no key is no half of one. */
export const keySyntax: Check = check({
  id: 'idempotency/odd-keys-whole-or-not',
  level: 'must',
  severity: 'info',
  source: 'RFC 9651 §3.3.3, §4.2',
  title: 'a key in an odd form is refused, or protects like any other',
  why: 'a quoting mistake switches the protection off without a word, and the retry pays twice',
  fix: 'read the field as a string of structured fields, take bare text as well if you like, and refuse what is neither',
  recipe: 'idempotency-keys',
  alarms:
    'RFC 8941 had fields that cannot be read ignored, and then two effects are what the standard asks for: it is told, not accused. Most APIs take a bare UUID, which is no string of structured fields.',
  needs: ['create', 'idempotency.promised'],
  catches: ['odd-keys-ignored'],
  async run(kit) {
    if (kit.resource.spec.unique.some((unique) => unique.for.includes('create'))) kit.skip('the same payload twice would be a duplicate')
    const [place] = kit.idempotency.key
    if (place?.part !== 'header') return kit.skip('the key is not sent in a header field')
    const odd: [what: string, write: (request: Request) => Request][] = [
      ['a bare word', (request) => withHeader(request, place.name, kit.fresh())],
      ['a quote that is not closed', (request) => withHeader(request, place.name, `"${kit.fresh()}`)],
      [
        'two lines',
        (request) =>
          withHeaderLine(
            withHeader(request, place.name, freshKey(kit.resource.spec, kit.contract)),
            place.name,
            freshKey(kit.resource.spec, kit.contract),
          ),
      ],
    ]
    for (const [what, write] of odd) {
      const request = write(await kit.resource.request('create', { key: freshKey(kit.resource.spec, kit.contract) }))
      const first = await kit.send({ ...request, purpose: `create with a key that is ${what}` })
      kit.prove.that(first.status < 500, `a key that is ${what} is a server error`, 'a success or a refusal', first.shown)
      if (!first.ok) continue
      const again = await kit.send({ ...request, purpose: 'the same request again' })
      kit.prove.that(
        !again.ok || (await isSame(kit, first, again)),
        `a key that is ${what} is dropped`,
        'one effect, or a refusal',
        again.shown,
      )
    }
  },
})

async function isSame(kit: Kit, first: Answer, again: Answer): Promise<boolean> {
  const [one, other] = [await kit.resource.found(first), await kit.resource.found(again)]
  return one === undefined || other === undefined || one.id === other.id
}
