import { formatHttpDate, parseHttpDate } from '../http/http-date.ts'
import { type Check, check } from './kit/check.ts'
import { dateAt, modifiedOf, readWith, tagOf, writeWith } from './kit/condition.ts'
import type { Answer } from './kit/answer.ts'
import type { Item, Kit } from './kit/kit.ts'
import { sameToken } from './kit/token.ts'

/** `Last-Modified`, and reads with `If-Modified-Since` (RFC 9110 §8.8.2, §13.1.3). Writes with dates are in `unmodified-since.ts`. */

const hour = 3600

/** What names a version to the second is there. */
export const lastModifiedPresent: Check = check({
  id: 'dates/last-modified-present',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §8.8.2.1',
  title: 'a read carries the promised Last-Modified',
  why: 'a client that goes by dates has none to send back, so its saves are not protected',
  fix: 'store when an item was last changed, and send it as Last-Modified with every 200 to GET',
  recipe: 'validators',
  alarms: 'HTTP does not ask for it: this fails only because the contract promises it.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['last-modified-absent'],
  async run({ resource, prove, skip }) {
    const { token, guards } = resource.spec
    const tokens = [token, ...guards.filter((guard) => guard.for.length > 0).map((guard) => guard.token)]
    const isDate = tokens.some(
      (one) => one?.promised && one.read.some(({ part, name }) => part === 'header' && name.toLowerCase() === 'last-modified'),
    )
    if (!isDate) skip('nobody promises a Last-Modified')
    const item = await resource.create()
    prove.that(item.last.answer.header('last-modified') !== undefined, 'a read carries no Last-Modified', 'Last-Modified', 'none')
  },
})

/** There is one spelling that servers may send. */
export const lastModifiedFormat: Check = check({
  id: 'dates/last-modified-format',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §5.6.7, §8.8.2',
  title: 'Last-Modified is a date as HTTP spells it',
  why: 'a date that cannot be read is ignored, and with it the protection that a client asked for',
  fix: 'write it as "Tue, 03 Mar 2026 09:30:00 GMT": English names, always GMT, no fractions, no ISO 8601',
  recipe: 'validators',
  alarms: 'Dates in bodies may look as they like; this is about the header alone.',
  needs: ['create', 'read', 'last-modified'],
  reads: true,
  catches: ['last-modified-iso'],
  async run(kit) {
    const item = await kit.resource.create()
    const text = item.last.answer.header('last-modified') ?? kit.skip('reads carry no Last-Modified')
    const ms = parseHttpDate(text)
    kit.prove.that(
      ms !== undefined && formatHttpDate(ms) === text,
      'Last-Modified is spelled in a way that HTTP does not know',
      'like "Tue, 03 Mar 2026 09:30:00 GMT"',
      `"${text}"`,
    )
  },
})

/** Nothing was changed in the future. */
export const notAfterDate: Check = check({
  id: 'dates/not-after-date',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8.2.1',
  title: 'Last-Modified is not later than the Date of the same answer',
  why: 'a change in the meantime looks older than the copy that a client holds, and is missed',
  fix: 'take both dates from one clock, and send the earlier of the two as Last-Modified',
  recipe: 'validators',
  alarms: 'A proxy may have added the Date, by another clock.',
  needs: ['create', 'read', 'last-modified'],
  reads: true,
  catches: ['last-modified-ahead'],
  async run(kit) {
    const item = await kit.resource.create()
    const modified = modifiedOf(kit, item)
    const date = parseHttpDate(item.last.answer.header('date') ?? '') ?? kit.skip('the answer carries no Date to compare with')
    // a proxy with a clock of its own may have set Date
    kit.prove.that(
      modified <= date + 2000,
      'Last-Modified lies in the future',
      `at most ${formatHttpDate(date)}, the Date`,
      formatHttpDate(modified),
    )
  },
})

/** A change in a later second has a later date. */
export const movesWithChange: Check = check({
  id: 'dates/moves-with-change',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `token`; RFC 9110 §8.8.2.1',
  title: 'a change in a later second gives a later Last-Modified',
  why: 'readers are told that their old copy is good, and the second of two writers erases the first',
  fix: 'set the date with every write, in the same transaction',
  recipe: 'validators',
  alarms: 'Two changes within one second have one date, and may. Replicas may lag.',
  needs: ['guard.unmodified'],
  waits: true,
  catches: ['last-modified-frozen'],
  async run(kit) {
    const item = await kit.resource.create()
    const first = modifiedOf(kit, item)
    await nextSecond(kit)
    await item.write()
    await item.read()
    const second = modifiedOf(kit, item)
    kit.prove.that(second > first, 'the item changed, its date did not', `later than ${formatHttpDate(first)}`, formatHttpDate(second))
  },
})

/** The date that was read makes the next read a 304. */
export const echo304: Check = check({
  id: 'dates/echo-304',
  level: 'should',
  severity: 'warn',
  source: 'RFC 9110 §13.1.3',
  title: 'a read with the Last-Modified just read in If-Modified-Since is answered 304',
  why: 'clients that go by dates transfer the whole content with every poll',
  fix: 'answer 304 where the item has not changed after the date, to the second',
  recipe: 'reads',
  alarms: 'A server may answer 200 whenever it likes; it only costs bandwidth.',
  needs: ['guard.fresh-date'],
  waits: true,
  reads: true,
  catches: ['modified-since-ignored'],
  async run(kit) {
    const item = await kit.resource.create()
    modifiedOf(kit, item)
    kit.prove.outcome(await echoed(kit, item), 'unchanged')
  },
})

/** An earlier date asks for what came after it. */
export const earlier200: Check = check({
  id: 'dates/earlier-200',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.3',
  title: 'a read with an earlier date in If-Modified-Since gets the content',
  why: 'people go on working with an outdated copy that the API confirms',
  fix: 'answer 304 only where Last-Modified is the date that was sent, or earlier',
  recipe: 'reads',
  needs: ['guard.fresh-date'],
  reads: true,
  catches: ['any-date-confirmed'],
  async run(kit) {
    const item = await kit.resource.create()
    const earlier = dateAt(modifiedOf(kit, item), -hour)
    whole(kit, await readWith(kit, item, { 'If-Modified-Since': earlier }, 'read with a date an hour before Last-Modified'))
  },
})

/** The more exact of two conditions decides. */
export const noneMatchBeforeDate: Check = check({
  id: 'dates/if-none-match-before-date',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.3, §13.2.2',
  title: 'If-Modified-Since is ignored beside If-None-Match',
  why: 'two changes within one second: the tag knows, the date does not, and the second is never seen',
  fix: 'look at If-Modified-Since only where there is no If-None-Match',
  recipe: 'conditions',
  needs: ['guard.fresh-date', 'guard.fresh'],
  waits: true,
  reads: true,
  catches: ['date-before-tag'],
  async run(kit) {
    const item = await kit.resource.create()
    const modified = modifiedOf(kit, item)
    if (item.last.answer.header('etag') === undefined) kit.skip('reads carry no ETag')
    const alone = await echoed(kit, item)
    if (alone.status !== 304) kit.skip(`the date alone is answered ${alone.status}, so it cannot be seen which condition decides`)
    const date = formatHttpDate(modified)
    const other = { 'If-None-Match': `"${kit.fresh()}"`, 'If-Modified-Since': date }
    whole(kit, await readWith(kit, item, other, 'read with another tag and the current date'))
    await item.read()
    const current = { 'If-None-Match': tagOf(kit, item), 'If-Modified-Since': dateAt(modified, -hour) }
    const answer = await readWith(kit, item, current, 'read with the current tag and an earlier date')
    const tag = answer.header('etag') ?? current['If-None-Match']
    if (answer.ok && !sameToken(tag, current['If-None-Match']))
      kit.skip(`the tag changes from read to read: ${current['If-None-Match']}, ${tag} (entity-tags/stable)`)
    kit.prove.outcome(answer, 'unchanged', { of: kit.guardOf('guard.fresh') })
  },
})

/** What is no date says nothing. */
export const invalidSince: Check = check({
  id: 'dates/invalid-if-modified-since',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.3',
  title: 'a read with an If-Modified-Since that is no date gets the content',
  why: 'a client that spells the date wrongly is told that nothing has changed, or gets no answer at all',
  fix: 'ignore the field where its value is no HTTP date',
  recipe: 'conditions',
  alarms: 'Azure’s guidelines ask services to refuse a bad header with 400, and lenient parsers take ISO 8601 for a date.',
  needs: ['guard.fresh-date'],
  reads: true,
  catches: ['garbage-date-confirmed'],
  async run(kit) {
    const item = await kit.resource.create()
    const answer = await readWith(kit, item, { 'If-Modified-Since': 'yesterday' }, 'read with If-Modified-Since: yesterday')
    if (answer.status === 400) kit.note('a date that cannot be read is refused with 400, where RFC 9110 has it ignored')
    kit.prove.that(
      answer.ok || answer.status === 400,
      'a date that cannot be read is taken for one',
      '200, as without the field',
      answer.shown,
    )
  },
})

/** The condition is one for reads. */
export const ignoredOnWrites: Check = check({
  id: 'dates/if-modified-since-on-write',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.3',
  title: 'If-Modified-Since is ignored on writes',
  why: 'a save is answered "not modified" and dropped, and the client takes that for success',
  fix: 'look at If-Modified-Since for GET and HEAD only',
  recipe: 'conditions',
  needs: ['write'],
  catches: ['modified-since-on-write'],
  async run(kit) {
    const meant = kit.resource.spec.guards.find((guard) => guard.match === 'modified-since' && guard.for.includes(kit.role))
    if (meant) kit.skip(`the contract gives If-Modified-Since a meaning on writes (${meant.pointer})`)
    const item = await kit.resource.create()
    await item.write({ purpose: 'control: write without the field' })
    const date = item.last.answer.header('last-modified') ?? item.last.answer.header('date') ?? kit.skip('no answer carries a date')
    const request = await writeWith(
      kit,
      item,
      { 'If-Modified-Since': date },
      { purpose: 'write with a date in If-Modified-Since that is not earlier' },
    )
    const answer = await kit.send(request)
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), request.marker)
  },
})

/**
 * A read with the date that the last read showed. A careful server does not trust a date in the second in which it was made
 * (RFC 9110 §8.8.2.2), so what is not confirmed at once is asked again a second later.
 */
async function echoed(kit: Kit, item: Item): Promise<Answer> {
  const since = { 'If-Modified-Since': item.last.answer.header('last-modified')! }
  const answer = await readWith(kit, item, since, 'read with the current date')
  if (!answer.ok) return answer
  await nextSecond(kit)
  return readWith(kit, item, since, 'read with the current date, a second later')
}

/** The answer to a read that found something new to tell. */
function whole(kit: Kit, answer: Answer): void {
  kit.prove.that(answer.status !== 304, 'a copy is confirmed that is not current', 'a 2xx with the content', answer.shown)
  kit.prove.succeeded(answer)
}

/** Waits until the target's clock, wherever it stands within its second, shows a later one. */
function nextSecond(kit: Kit): Promise<void> {
  return kit.pause(1050)
}
