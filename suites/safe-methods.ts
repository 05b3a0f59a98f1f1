import { parseEntityTag } from '../http/entity-tag.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import { bytesOf, readWith } from './kit/condition.ts'
import type { Item, Kit, TokenValue } from './kit/kit.ts'
import { sameToken, tokenWords } from './kit/token.ts'
import { withHeader } from './kit/request.ts'
import { mustBeMatchable } from './kit/matchable.ts'

/** Reading changes nothing, and conflicts with nothing (RFC 9110 §9.2.1). */

const conflicts = [409, 412, 428]

/** Whatever happened before: what is there can be read. */
export const readNoConflict: Check = check({
  id: 'safe-methods/read-no-conflict',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §9.2.1, §15.5.10',
  title: 'a read without conditions is never answered 409, 412 or 428',
  why: 'a client that is told of a conflict reads again to resolve it; where reading conflicts, it is stuck',
  fix: 'answer reads from the last state that was stored; let only writes run into conflicts',
  recipe: 'reads',
  alarms: 'Some APIs answer 409 to reads of what is not ready yet.',
  needs: ['create', 'read'],
  catches: ['read-conflicts'],
  async run(kit) {
    const answer = await kit.resource.tryCreate()
    kit.control(answer.ok, `a create is answered ${answer.shown}`)
    const item = (await kit.resource.found(answer)) ?? kit.inconclusive('the answer to the create does not tell what was created')
    calm(kit, (await item.read({ purpose: 'read after the create' })).answer)
    if (!kit.resource.spec.operations.has(kit.role) || kit.resource.spec.marker === undefined) return
    await item.tryWrite({ purpose: 'write, whatever comes of it' })
    calm(kit, (await item.read({ purpose: 'read after the write' })).answer)
  },
})

/** The same for HEAD. */
export const headNoConflict: Check = check({
  id: 'safe-methods/head-no-conflict',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §9.2.1, §9.3.2',
  title: 'a HEAD without conditions is never answered 409, 412 or 428',
  why: 'monitors and clients that only look whether something is there report a conflict that nobody can resolve',
  fix: 'let HEAD go through the same code as GET, and drop the content at the end',
  recipe: 'reads',
  alarms: 'HEAD may be answered by a gateway.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['head-conflicts'],
  async run(kit) {
    calm(kit, await head(kit, await kit.resource.create()))
  },
})

/** And for collections. */
export const listNoConflict: Check = check({
  id: 'safe-methods/list-no-conflict',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §9.2.1, §15.5.10',
  title: 'a read of the collection without conditions is never answered 409, 412 or 428',
  why: 'a list that cannot be shown while one of its items is in conflict hides all the others too',
  fix: 'answer lists from the last state that was stored; let only writes run into conflicts',
  recipe: 'reads',
  alarms: 'Some APIs answer 409 to reads of what is not ready yet.',
  needs: ['create', 'list'],
  reads: true,
  catches: ['list-conflicts'],
  async run(kit) {
    await kit.resource.create()
    calm(kit, (await kit.resource.list()).answer)
  },
})

/** Looking at an item makes no new version of it. */
export const readKeepsVersion: Check = check({
  id: 'safe-methods/read-keeps-version',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §9.2.1, §8.8.1',
  title: 'reading an item again and again shows one and the same version',
  why: 'a version that changes by being looked at refuses every save, although nobody else has written',
  fix: 'change the version with writes only; keep counters and times of access out of what it is made from',
  recipe: 'validators',
  alarms: 'Counters of reads in the content may raise the version; jobs may change the item in between.',
  needs: ['read', 'token'],
  reads: true,
  catches: ['get-writes'],
  async run(kit) {
    const item = await kit.resource.create()
    const first: TokenValue = item.token
    const seen = [first]
    for (let again = 0; again < 2; again++) seen.push((await item.read({ purpose: 'read again' })).token ?? 'none')
    const words = seen.map(tokenWords).join(', ')
    const same = seen.every((one) => sameToken(one, first))
    kit.prove.that(same, 'the version changes although nothing is written', `${tokenWords(first)} each time`, words)
  },
})

/** So what one reader holds stays good while others look. */
export const readersDoNotDisturb: Check = check({
  id: 'safe-methods/readers-do-not-disturb',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §9.2.1, §3.1',
  title: 'a token stays good while others only read',
  why: 'saves fail whenever a colleague, a monitor or a search engine has looked at the item',
  fix: 'change nothing that a condition compares while you answer GET, HEAD or a list',
  recipe: 'validators',
  alarms: 'Somebody else may really have written in between.',
  needs: ['guard.update'],
  catches: ['head-writes'],
  async run(kit) {
    const item = await kit.resource.create()
    const known = item.token
    mustBeMatchable(kit, known)
    const before = item.last
    await head(kit, item)
    if (kit.resource.spec.operations.has('list')) await kit.resource.list()
    kit.prove.unchanged(before, await item.read())
    const marker = kit.fresh()
    const answer = await item.write({ token: known, marker, purpose: 'write with the token from before those reads' })
    // what is refused with the newest token too is not the readers' fault
    if (!answer.ok) await item.write({ purpose: 'control: write with the newest token' })
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), answer.request.marker)
  },
})

/** HEAD names the version that GET names. */
export const headSameValidator: Check = check({
  id: 'safe-methods/head-same-validator',
  level: 'should',
  severity: 'warn',
  source: 'RFC 9110 §9.3.2',
  title: 'HEAD carries the same ETag as GET, or none',
  why: 'a client that learns the version by HEAD, as the cheaper way, is refused with its next save',
  fix: 'compute the tag from the content, not from the empty body that HEAD sends',
  recipe: 'reads',
  alarms: 'HEAD may leave the tag out; only another tag than that of GET is wrong. GET may be compressed where HEAD is not.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['head-other-tag'],
  async run(kit) {
    const item = await kit.resource.create()
    const first = item.last.answer.header('etag') ?? kit.skip('reads carry no ETag')
    const answer = await head(kit, item)
    if (!answer.ok) kit.skip(`HEAD is answered ${answer.status}`)
    const seen = answer.header('etag')
    if (seen === undefined) return kit.prove.that(true, '', '', '')
    const second = (await item.read()).answer.header('etag')
    if (!sameToken(first, second)) kit.skip(`the tag changes from read to read: ${first}, ${second} (entity-tags/stable)`)
    kit.prove.that(
      parseEntityTag(seen)?.opaque === parseEntityTag(first)?.opaque,
      'HEAD names another version than GET',
      `ETag: ${first}, or none`,
      `ETag: ${seen}`,
    )
  },
})

/** HEAD does not say that there is nothing. */
export const headHonestLength: Check = check({
  id: 'safe-methods/head-honest-length',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §8.6, §9.3.2',
  title: 'a Content-Length in the answer to HEAD is that of GET',
  why: 'programs that look before they download take the item for empty',
  fix: 'leave Content-Length out of answers to HEAD where the length is not known without making the content',
  recipe: 'reads',
  alarms: 'GET may be compressed where HEAD is not.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['head-says-empty'],
  async run(kit) {
    const item = await kit.resource.create()
    const length = String(bytesOf(item.last.answer))
    const answer = await head(kit, item)
    if (!answer.ok) kit.skip(`HEAD is answered ${answer.status}`)
    const seen = answer.header('content-length')
    const coding = item.last.answer.header('content-encoding')
    if (answer.header('content-encoding') !== coding) kit.skip('HEAD and GET are coded differently')
    if (String(bytesOf((await item.read()).answer)) !== length) kit.skip('the length differs from read to read')
    kit.prove.that(
      seen === undefined || seen === length,
      'HEAD tells another length than GET',
      `no Content-Length, or ${length}`,
      `Content-Length: ${seen}`,
    )
  },
})

const odd: [name: string, value: string][] = [
  ['If-None-Match', 'not a tag'],
  ['If-Match', '"'],
  ['If-Unmodified-Since', 'tomorrow'],
  ['If-Range', '?'],
]

/** Conditions that nobody understands harm nothing. */
export const oddConditionsHarmless: Check = check({
  id: 'safe-methods/odd-conditions-harmless',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §9.2.1, §15.6',
  title: 'a read with conditions that make no sense is answered, and changes nothing',
  why: 'a field that a broken client or a proxy has added takes the API down for that client',
  fix: 'ignore conditions that cannot be read, or answer 400; never let the parser fail',
  recipe: 'conditions',
  alarms: '400 is fine. Firewalls answer such requests on their own.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['odd-condition-fails', 'odd-condition-writes'],
  async run(kit) {
    const item = await kit.resource.create()
    const before = item.last
    for (const [name, value] of odd) {
      const answer = await readWith(kit, item, { [name]: value }, `read with ${name}: ${value}`)
      kit.prove.that(answer.status < 500, 'a condition that makes no sense breaks the read', 'a 2xx, 400 or 412', answer.shown)
    }
    kit.prove.unchanged(before, await item.read())
  },
})

/** A wish that nobody knows is no reason to refuse. */
export const preferencesIgnored: Check = check({
  id: 'safe-methods/preference-ignored',
  level: 'must',
  severity: 'warn',
  source: 'RFC 7240 §2',
  title: 'a read with a preference that the server does not know is answered as without it',
  why: 'clients that say what they would like best are refused where the wish is unknown',
  fix: 'ignore every preference in Prefer that you do not know',
  recipe: 'conditions',
  alarms: 'A firewall or a strict gateway may refuse header fields that it does not know.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['preference-refused'],
  async run(kit) {
    const item = await kit.resource.create()
    const before = item.last
    const request = withHeader(
      await item.request('read', { purpose: 'read with an unknown preference' }),
      'Prefer',
      `ifmatch-${kit.fresh()}=1`,
    )
    const answer = await kit.send(request)
    kit.prove.that(
      answer.status === before.answer.status,
      'an unknown preference changes the answer',
      `${before.answer.status}, as without it`,
      answer.shown,
    )
    kit.prove.unchanged(before, await item.read())
  },
})

/** A HEAD of the item; whether the target has it, the caller looks. */
function head(kit: Kit, item: Item): Promise<Answer> {
  return readWith(kit, item, {}, 'HEAD without conditions', 'HEAD')
}

function calm(kit: Kit, answer: Answer): void {
  kit.prove.that(!conflicts.includes(answer.status), 'a read is answered with a conflict', 'an answer without a conflict', answer.shown)
}
