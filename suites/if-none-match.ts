import { type Check, check } from './kit/check.ts'
import { goneItem } from './kit/gone.ts'
import { entityTagOf, readWith, tagOf } from './kit/condition.ts'
import { withHeaderLine, withoutHeader } from './kit/request.ts'
import { control, notModified, other, readAsTag, whole } from './kit/confirmed.ts'

/** Reads with `If-None-Match` (RFC 9110 §13.1.2): what a tag confirms. How tags are compared is in `if-none-match-tags.ts`, what the answers carry in `not-modified.ts`. */

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
  reads: true,
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
  reads: true,
  catches: ['always-not-modified'],
  async run(kit) {
    const item = await kit.resource.create()
    entityTagOf(kit, item)
    const answer = await readWith(kit, item, { 'If-None-Match': other(kit) }, 'read with a tag that is not current')
    whole(kit, answer)
    kit.prove.that(answer.header('etag') !== undefined, 'the answer names no version', 'an ETag, as on other reads', 'none')
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
    const deletes = kit.resource.spec.operations.has('delete')
    const item = deletes ? await goneItem(kit.resource) : await kit.resource.create()
    const tag = tagOf(kit, item)
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
  reads: true,
  catches: ['star-ignored-on-read'],
  async run(kit) {
    readAsTag(kit)
    const item = await kit.resource.create()
    await control(kit, item)
    await notModified(kit, item, '*', 'read with If-None-Match: *')
  },
})
