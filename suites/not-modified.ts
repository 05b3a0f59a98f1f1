import { parseEntityTag } from '../http/entity-tag.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import { bytesOf, readWith, tagOf } from './kit/condition.ts'
import type { Item, Kit } from './kit/kit.ts'
import { sameToken } from './kit/token.ts'

/** What a 304 carries, and that HEAD says the same (RFC 9110 §15.4.5, §9.3.2). */

/** A 304 says of which version it speaks. */
export const repeatsTag: Check = check({
  id: 'not-modified/repeats-tag',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §15.4.5',
  title: 'a 304 carries the ETag that the 200 would have had',
  why: 'a cache that holds several versions cannot tell which of them is good, and a client cannot save with the tag it was told',
  fix: 'set ETag before you decide between 200 and 304, and leave it on the 304',
  recipe: 'reads',
  alarms: 'A gateway or CDN may answer in place of the API. Ask the API directly before you blame it.',
  needs: ['guard.fresh'],
  reads: true,
  catches: ['not-modified-bare', 'not-modified-other-tag', 'not-modified-unquoted'],
  async run(kit) {
    const item = await kit.resource.create()
    const tag = tagOf(kit, item)
    const seen = (await confirmed(kit, item)).header('etag')
    kit.prove.that(seen !== undefined, 'the 304 has no ETag', `ETag: ${tag}`, 'none')
    kit.prove.that(
      parseEntityTag(seen!) !== undefined || parseEntityTag(tag) === undefined,
      'the 304 carries what is no entity tag, though the 200 has one',
      `ETag: ${tag}`,
      `ETag: ${seen}`,
    )
    kit.prove.that(opaque(seen!) === opaque(tag), 'the 304 names another version', `ETag: ${tag}`, `ETag: ${seen}`)
  },
})

const cacheFields = ['Cache-Control', 'Content-Location', 'Date', 'Expires', 'Vary']

/** What caches go by stands in a 304 too. */
export const repeatsCacheFields: Check = check({
  id: 'not-modified/repeats-cache-fields',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §15.4.5',
  title: 'a 304 carries Cache-Control, Content-Location, Date, Expires and Vary where the 200 does',
  why: 'a cache cannot learn for how long, and for whom, the confirmed copy is good',
  fix: 'send the same fields with 304 as with 200; take away only what describes the content',
  recipe: 'reads',
  alarms: 'CDNs add and remove such fields. Date and Expires may have moved on.',
  needs: ['guard.fresh'],
  reads: true,
  catches: ['cache-control-once'],
  async run(kit) {
    const item = await kit.resource.create()
    const whole = await readWith(kit, item, {}, 'control: read without a condition')
    const expected = cacheFields.filter((name) => whole.header(name) !== undefined)
    if (expected.length === 0) kit.skip(`the 200 has none of ${cacheFields.join(', ')}`)
    const answer = await confirmed(kit, item)
    const missing = expected.filter((name) => answer.header(name) === undefined)
    kit.prove.that(missing.length === 0, 'the 304 lacks fields that the 200 has', expected.join(', '), `without ${missing.join(', ')}`)
  },
})

/** A 304 does not say that the content is empty. */
export const honestLength: Check = check({
  id: 'not-modified/honest-length',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §8.6, §15.4.5',
  title: 'a Content-Length in a 304 is that of the 200',
  why: 'caches take the stored copy for damaged, or for empty, and throw it away',
  fix: 'send no Content-Length with 304',
  recipe: 'reads',
  alarms: 'Compression on the way changes the length of the 200.',
  needs: ['guard.fresh'],
  reads: true,
  catches: ['not-modified-says-empty'],
  async run(kit) {
    const item = await kit.resource.create()
    const whole = await readWith(kit, item, {}, 'control: read without a condition')
    if (whole.header('content-encoding') !== undefined) kit.skip('the content is coded although it was not asked for so')
    const length = String(bytesOf(whole))
    const seen = (await confirmed(kit, item)).header('content-length')
    kit.prove.that(
      seen === undefined || seen === length,
      'the 304 tells a wrong length',
      `no Content-Length, or ${length}`,
      `Content-Length: ${seen}`,
    )
  },
})

/** HEAD is told the same as GET. */
export const headLikeGet: Check = check({
  id: 'not-modified/head-like-get',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.2, §9.3.2',
  title: 'a HEAD that names the current tag in If-None-Match is answered 304',
  why: 'clients that look by HEAD whether something changed believe that it always has',
  fix: 'let HEAD go through the same code as GET, and drop the content at the end',
  recipe: 'reads',
  alarms: 'HEAD may be answered by a gateway or by a handler of its own.',
  needs: ['guard.fresh'],
  reads: true,
  catches: ['head-unconditional'],
  async run(kit) {
    const item = await kit.resource.create()
    const tag = tagOf(kit, item)
    const plain = await readWith(kit, item, {}, 'control: HEAD without a condition', 'HEAD')
    if (!plain.ok) kit.skip(`HEAD is answered ${plain.status}`)
    if (!sameToken(plain.header('etag'), tag))
      kit.skip(`HEAD carries ${plain.header('etag') ?? 'no tag'} where GET carries ${tag} (safe-methods/head-same-validator)`)
    await confirmed(kit, item)
    const answer = await readWith(kit, item, { 'If-None-Match': tag }, 'HEAD with the current tag', 'HEAD')
    kit.prove.outcome(answer, 'unchanged')
  },
})

/** The 304 to a read with the current tag; none: there is nothing to look at. */
async function confirmed(kit: Kit, item: Item): Promise<Answer> {
  const answer = await readWith(kit, item, { 'If-None-Match': tagOf(kit, item) }, 'read with the current tag')
  if (answer.status !== 304) kit.skip(`the read with the current tag is answered ${answer.status}, not 304 (if-none-match/current-304)`)
  return answer
}

/** The text between the quotes: a proxy on the way may weaken a tag. */
function opaque(tag: string): string {
  return parseEntityTag(tag)?.opaque ?? tag
}
