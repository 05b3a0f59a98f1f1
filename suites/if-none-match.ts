import { formatEntityTag } from '../http/entity-tag.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import { entityTagOf, readWith, tagOf } from './kit/condition.ts'
import type { Item, Kit } from './kit/kit.ts'
import { withHeaderLine, withoutHeader } from './kit/request.ts'
import { sameToken } from './kit/token.ts'

/** Reads with `If-None-Match` (RFC 9110 §13.1.2). What the answers themselves carry is in `not-modified.ts`. */

const why304 = 'every poll and every cached page transfers the whole content again'

/** The tag that was read makes the next read a 304. */
export const current304: Check = check({
  id: 'if-none-match/current-304',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.2',
  title: 'a read that names the current tag in If-None-Match is answered 304',
  why: why304,
  fix: 'compare If-None-Match with the tag that you are about to send, and answer 304 where they match',
  recipe: 'reads',
  alarms:
    'Something else may have written between the two reads. FHIR lets servers answer 200 always: leave the guard out of the contract then.',
  needs: ['guard.fresh'],
  catches: ['if-none-match-ignored'],
  async run(kit) {
    const item = await kit.resource.create()
    await notModified(kit, item, tagOf(kit, item), 'read with the current tag')
  },
})

/** Once the item has changed, its old tag matches no more. */
export const changed200: Check = check({
  id: 'if-none-match/changed-200',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.2',
  title: 'a read that names the tag of an older version gets the new one',
  why: 'people go on working with an outdated copy that the API confirms again and again',
  fix: 'compute the tag from what is stored now, not from a cache that writes do not clear',
  recipe: 'reads',
  alarms: 'Caches and replicas may still have the older version.',
  needs: ['guard.fresh', 'write'],
  catches: ['old-tag-confirmed'],
  async run(kit) {
    const item = await kit.resource.create()
    const old = tagOf(kit, item)
    await item.write()
    const now = await item.read()
    if (tagOf(kit, item) === old) kit.skip('the tag did not change with the content (entity-tags/changes-on-write)')
    const answer = await readWith(kit, item, { 'If-None-Match': old }, 'read with the tag of the older version')
    whole(kit, answer)
    kit.prove.that(
      answer.text === now.answer.text || answer.header('etag') !== old,
      'the old version came back',
      'the new version',
      answer.shown,
    )
  },
})

/** Weak and strong tags with the same text match each other on reads. */
export const weakComparison: Check = check({
  id: 'if-none-match/weak-comparison',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.2, §8.8.3.2',
  title: 'If-None-Match compares without regard to W/',
  why: 'a proxy that compresses makes tags weak, and from then on no client is ever told 304',
  fix: 'take W/ off both tags before you compare them (for reads only: If-Match compares strongly)',
  recipe: 'reads',
  alarms: 'A suffix such as `-gzip` makes another tag; only the mark W/ is left out of the comparison.',
  needs: ['guard.fresh'],
  catches: ['weak-tag-never-confirmed'],
  async run(kit) {
    readAsTag(kit)
    const item = await kit.resource.create()
    const { weak, opaque } = entityTagOf(kit, item)
    await control(kit, item)
    await notModified(
      kit,
      item,
      formatEntityTag({ weak: !weak, opaque }),
      weak ? 'read with the tag without its W/' : 'read with W/ before the tag',
    )
  },
})

/** A list of tags is true for any of its members. */
export const anyPosition: Check = check({
  id: 'if-none-match/any-position',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.2, §5.6.1',
  title: 'the current tag is found at any place in the list of If-None-Match',
  why: 'a cache that holds several versions never learns that one of them is still good',
  fix: 'split the field at the commas outside of quotes and compare each member',
  recipe: 'reads',
  alarms: 'Some firewalls answer unusual lists with 400; that is theirs, not the API’s.',
  needs: ['guard.fresh'],
  catches: ['first-tag-only'],
  async run(kit) {
    const item = await kit.resource.create()
    entityTagOf(kit, item)
    const [tag, one, two] = [tagOf(kit, item), other(kit), other(kit)]
    await control(kit, item)
    await notModified(kit, item, `${tag}, ${one}`, 'read with the current tag first in a list')
    await notModified(kit, item, `${one}, ${tag}, ${two}`, 'read with the current tag in the middle of a list')
    await notModified(kit, item, `${one},${two},${tag}`, 'read with the current tag last in a list without blanks')
  },
})

/** A comma between quotes separates nothing. */
export const commaInTag: Check = check({
  id: 'if-none-match/comma-in-tag',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §8.8.3, §13.1.2',
  title: 'a comma within the quotes of a tag does not end it',
  why: 'a copy that is not current is confirmed, or one that is current is sent again and again',
  fix: 'read the list with a parser that knows quotes; do not split the field at every comma',
  recipe: 'reads',
  needs: ['guard.fresh'],
  catches: ['split-at-every-comma'],
  async run(kit) {
    const item = await kit.resource.create()
    const { opaque } = entityTagOf(kit, item)
    await control(kit, item)
    await notModified(
      kit,
      item,
      `"${kit.fresh()},${kit.fresh()}", ${tagOf(kit, item)}`,
      'read with a tag that holds a comma, then the current one',
    )
    const within = `"${kit.fresh()},${opaque},${kit.fresh()}"`
    whole(kit, await readWith(kit, item, { 'If-None-Match': within }, 'read with one tag that holds the current text between commas'))
  },
})

/** Two lines of the field are one list. */
export const twoLines: Check = check({
  id: 'if-none-match/two-lines',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §5.3',
  title: 'two lines of If-None-Match mean the same as one line with both tags',
  why: 'half of what the client has is overlooked, and it is sent content that it holds already',
  fix: 'join the lines of the field with a comma before you read the list',
  recipe: 'reads',
  alarms: 'A gateway may join or drop the second line.',
  needs: ['guard.fresh'],
  catches: ['first-line-only', 'last-line-only'],
  async run(kit) {
    const item = await kit.resource.create()
    entityTagOf(kit, item)
    const tag = tagOf(kit, item)
    await control(kit, item)
    const bare = withoutHeader(await item.request('read'), 'cache-control')
    for (const [lines, purpose] of [
      [[tag, other(kit)], 'read with the current tag in the first of two lines'],
      [[other(kit), tag], 'read with the current tag in the second of two lines'],
    ] as const) {
      const request = lines.reduce((next, line) => withHeaderLine(next, 'If-None-Match', line), bare)
      confirmed(kit, item, await kit.send({ ...request, purpose }))
    }
  },
})

/** A tag that is not current changes nothing. */
export const otherTag200: Check = check({
  id: 'if-none-match/other-tag-200',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.2',
  title: 'a read whose If-None-Match names no current tag gets the content',
  why: 'a client that never had the content is told that its copy is good',
  fix: 'answer 304 only where a listed tag equals the current one',
  recipe: 'reads',
  needs: ['guard.fresh'],
  catches: ['always-not-modified'],
  async run(kit) {
    const item = await kit.resource.create()
    entityTagOf(kit, item)
    const answer = await readWith(kit, item, { 'If-None-Match': other(kit) }, 'read with a tag that is not current')
    whole(kit, answer)
    kit.prove.that(answer.header('etag') !== undefined, 'the answer names no version', 'an ETag, as on other reads', 'none')
  },
})

/** Tags are compared whole, and case matters. */
export const nearMiss: Check = check({
  id: 'if-none-match/near-miss',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8.3.2',
  title: 'a tag that only begins or ends like the current one does not match',
  why: 'an outdated copy is confirmed because its tag resembles the current one',
  fix: 'compare the whole text between the quotes, character by character; do not search for one text in the other',
  recipe: 'reads',
  needs: ['guard.fresh'],
  catches: ['tag-prefix-matches', 'tag-part-matches'],
  async run(kit) {
    const item = await kit.resource.create()
    const { opaque } = entityTagOf(kit, item)
    await control(kit, item)
    const longer = [`${opaque}0`, `0${opaque}`]
    const shorter = opaque.length > 1 ? [opaque.slice(0, -1), opaque.slice(1)] : []
    for (const text of [...longer, ...shorter]) {
      whole(kit, await readWith(kit, item, { 'If-None-Match': `"${text}"` }, `read with "${text}" where the tag is "${opaque}"`))
    }
  },
})

/** What is not there is not unmodified. */
export const missingItem: Check = check({
  id: 'if-none-match/missing-item',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.2.1',
  title: 'a read of what is not there is answered as without If-None-Match',
  why: 'a deleted item lives on in every cache, because the API confirms the copy',
  fix: 'look for the item before you look at the conditions',
  recipe: 'conditions',
  alarms: '412 in place of 404 is a reading that many servers have; 304 and 200 are wrong.',
  needs: ['guard.fresh'],
  catches: ['missing-confirmed'],
  async run(kit) {
    const item = await kit.resource.create()
    const tag = tagOf(kit, item)
    const deletes = kit.resource.spec.operations.has('delete')
    if (deletes) await item.remove()
    const request = withoutHeader(deletes ? await item.request('read') : await kit.resource.request('read'), 'cache-control')
    const plain = await kit.send({ ...request, purpose: 'control: read what is not there, without a condition' })
    if (plain.status < 400) kit.skip(`what should not be there is answered ${plain.status}`)
    for (const value of [tag, '*']) {
      const answer = await kit.send({
        ...withHeaderLine(request, 'If-None-Match', value),
        purpose: `read what is not there with If-None-Match: ${value}`,
      })
      kit.prove.that(
        answer.status >= 400,
        'something that is not there is confirmed',
        `${plain.status}, as without the condition`,
        answer.shown,
      )
    }
  },
})

/** `*` stands for any version that is there. */
export const star304: Check = check({
  id: 'if-none-match/star-304',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.2',
  title: 'a read with If-None-Match: * of what is there is answered 304',
  why: 'a client that only asks whether something is there is sent all of it',
  fix: 'treat * as a match for whatever is there',
  recipe: 'reads',
  needs: ['guard.fresh'],
  catches: ['star-ignored-on-read'],
  async run(kit) {
    readAsTag(kit)
    const item = await kit.resource.create()
    await control(kit, item)
    await notModified(kit, item, '*', 'read with If-None-Match: *')
  },
})

/** What a contract calls a version that only happens to stand in quotes is compared as a whole, and has no weak form and no `*`. */
function readAsTag(kit: Kit): void {
  const { format } = kit.guard.token
  if (format !== 'etag' && format !== 'etag-weak') kit.skip(`the contract takes the version for ${format}, not for an entity tag`)
}

/** The current tag alone makes a 304; where it does not, no other form of it can be expected to: one cause is one failure. */
async function control(kit: Kit, item: Item): Promise<void> {
  const answer = await readWith(kit, item, { 'If-None-Match': tagOf(kit, item) }, 'control: read with the current tag')
  const { unchanged } = kit.guard.outcomes
  if (answer.status === 200 && unchanged && !unchanged.status.includes(200) && sameToken(answer.header('etag'), tagOf(kit, item)))
    kit.blocked('if-none-match/current-304', 'a read with the current tag is answered 200')
  confirmed(kit, item, answer)
}

/** Sends the condition, which must be answered as the contract says for `unchanged`; a tag that changes by itself proves nothing. */
async function notModified(kit: Kit, item: Item, value: string, purpose: string): Promise<Answer> {
  return confirmed(kit, item, await readWith(kit, item, { 'If-None-Match': value }, purpose))
}

/** The answer to a read whose condition names the tag that was read last. */
function confirmed(kit: Kit, item: Item, answer: Answer): Answer {
  const [known, tag] = [tagOf(kit, item), answer.header('etag')]
  if (answer.status === 200 && tag !== undefined && !sameToken(tag, known))
    kit.skip(`the tag changes from read to read: ${known}, ${tag} (entity-tags/stable)`)
  kit.prove.outcome(answer, 'unchanged')
  return answer
}

/** The answer to a read that found something new to tell. */
function whole(kit: Kit, answer: Answer): void {
  kit.prove.that(answer.status !== 304, 'a copy is confirmed that is not current', 'a 2xx with the content', answer.shown)
  kit.prove.succeeded(answer)
  kit.prove.that(answer.text !== '', 'the answer has no content', 'the content of the item', answer.shown)
}

/** A tag that was never current, in right syntax. */
function other(kit: Kit): string {
  return `"${kit.fresh()}"`
}
