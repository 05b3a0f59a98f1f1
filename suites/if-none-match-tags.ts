import { formatEntityTag } from '../http/entity-tag.ts'
import { type Check, check } from './kit/check.ts'
import { entityTagOf, readWith, tagOf } from './kit/condition.ts'
import { withHeaderLine, withoutHeader } from './kit/request.ts'
import { confirmed, control, notModified, other, readAsTag, whole } from './kit/confirmed.ts'

/** How the tags of an `If-None-Match` are read and compared (RFC 9110 §13.1.2, §8.8.3.2). */

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
  reads: true,
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
  reads: true,
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
  reads: true,
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
  reads: true,
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
  reads: true,
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
