import { type Check, check } from './kit/check.ts'
import { dateAt, demandOf, modifiedOf, tagOf, writeWith } from './kit/condition.ts'
import type { Answer } from './kit/answer.ts'
import type { Kit } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { mustBeMatchable } from './kit/matchable.ts'

/**
 * Writes with `If-Unmodified-Since` (RFC 9110 §13.1.4). A date is stale where the item was changed after it; here it is an hour older
 * than the item, so that no check has to wait for the next second.
 */

const hour = 3600
const year = 365 * 24 * hour

/** A stale date is refused and changes nothing. */
export const staleDateNotPerformed: Check = check({
  id: 'dates/unmodified-stale-not-performed',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.4, §13.2.2',
  title: 'a write is not performed if the item was changed after the date in If-Unmodified-Since',
  why: 'the second of two editors silently erases the work of the first',
  fix: 'compare and write in one statement: UPDATE … WHERE id = ? AND modified <= ?',
  recipe: 'compare-and-write',
  alarms: 'Two changes within one second cannot be told apart by dates; that is no failure of the server.',
  needs: ['guard.unmodified'],
  catches: ['unmodified-since-ignored', 'stale-date-performed-but-412'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = dateAt(modifiedOf(kit, item), -hour)
    const before = await item.read()
    await item.write({ token: stale, purpose: 'write with a date an hour before Last-Modified' })
    kit.prove.unchanged(before, await item.read())
    await item.write({ purpose: 'control: write as a well-behaved client' })
  },
})

/** And the client is told so. */
export const staleDateRefused: Check = check({
  id: 'dates/unmodified-stale-refused',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §13.1.4',
  title: 'a write with a stale date in If-Unmodified-Since is answered as the contract says',
  why: 'a client cannot tell a conflict from any other failure, and does not know that it must read again',
  fix: 'answer with the outcome "stale" of the contract (by RFC 9110: 412)',
  recipe: 'compare-and-write',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['guard.unmodified'],
  catches: ['stale-date-says-400'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = dateAt(modifiedOf(kit, item), -hour)
    const answer = await item.write({ token: stale, purpose: 'write with a date an hour before Last-Modified' })
    demandsMore(kit, answer)
    kit.prove.outcome(answer, 'stale')
  },
})

/** The date that was read lets the write through. */
export const currentDatePerformed: Check = check({
  id: 'dates/unmodified-performed',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.4',
  title: 'a write with the Last-Modified just read in If-Unmodified-Since is performed',
  why: 'clients that go by dates can never save',
  fix: 'refuse only where the item was changed later than the date, to the second',
  recipe: 'conditions',
  needs: ['guard.unmodified'],
  waits: true,
  catches: ['equal-date-refused'],
  async run(kit) {
    const item = await kit.resource.create()
    modifiedOf(kit, item)
    const marker = kit.fresh()
    // within its second a careful server does not trust a date (RFC 9110 §8.8.2.2), and one that compares with the time of the request is not found out
    await kit.pause(1050)
    const answer = await item.write({ token: item.token, marker, purpose: 'write with the current date, a second later' })
    demandsMore(kit, answer)
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), marker)
  },
})

/** So does a later one. */
export const laterDatePerformed: Check = check({
  id: 'dates/unmodified-later-performed',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.4',
  title: 'a write with a later date in If-Unmodified-Since is performed',
  why: 'a client that says when it read, rather than what it was told, can never save',
  fix: 'compare the dates in their order, not for equality',
  recipe: 'conditions',
  alarms: 'A server that asks for the exact date is safe, only strict.',
  needs: ['guard.unmodified'],
  catches: ['later-date-refused'],
  async run(kit) {
    const item = await kit.resource.create()
    const later = dateAt(modifiedOf(kit, item), hour)
    const marker = kit.fresh()
    const answer = await item.write({ token: later, marker, purpose: 'write with a date an hour after Last-Modified' })
    demandsMore(kit, answer)
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), marker)
  },
})

/** A delete is a write. */
export const staleDateKeepsItem: Check = check({
  id: 'dates/unmodified-delete-not-performed',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.4',
  title: 'a delete is not performed if the item was changed after the date in If-Unmodified-Since',
  why: 'somebody deletes what somebody else has just corrected',
  fix: 'compare and delete in one statement: DELETE … WHERE id = ? AND modified <= ?',
  recipe: 'compare-and-write',
  alarms: 'Two changes within one second cannot be told apart by dates; that is no failure of the server.',
  needs: ['guard.unmodified', 'delete'],
  catches: ['delete-ignores-dates'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = dateAt(modifiedOf(kit, item), -hour)
    const before = await item.read()
    await item.remove({ token: stale, purpose: 'delete with a date an hour before Last-Modified' })
    kit.prove.unchanged(before, await item.read())
    await item.remove({ purpose: 'control: delete as a well-behaved client' })
  },
})

/** The more exact of two conditions decides. */
export const matchBeforeDate: Check = check({
  id: 'dates/if-match-before-date',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.4, §13.2.2',
  title: 'If-Unmodified-Since is ignored beside If-Match',
  why: 'a date that says nothing overrules the tag: a stale write goes through, or a right one is refused',
  fix: 'look at If-Unmodified-Since only where there is no If-Match',
  recipe: 'conditions',
  needs: ['guard.if-match', 'guard.unmodified'],
  catches: ['old-date-beside-tag', 'date-overrules-tag'],
  async run(kit) {
    const item = await kit.resource.create()
    const known = item.token
    mustBeMatchable(kit, known)
    const before = await overtake(kit, item)
    const modified = modifiedOf(kit, item)
    const late = { 'If-Unmodified-Since': dateAt(modified, year) }
    await kit.send(await writeWith(kit, item, late, { token: known, purpose: 'write with a stale tag and a date that is late enough' }))
    kit.prove.unchanged(before, await item.read())
    const tag = tagOf(kit, item)
    mustBeMatchable(kit, tag)
    const current = { token: tag, purpose: 'write with the current tag and a date that is too early' }
    const request = await writeWith(kit, item, { 'If-Unmodified-Since': dateAt(modified, -year) }, current)
    const answer = await kit.send(request)
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), request.marker)
  },
})

/** What is no date is either no condition, or refused; and then nothing happens. */
export const invalidDate: Check = check({
  id: 'dates/invalid-if-unmodified-since',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.4',
  title: 'a write with an If-Unmodified-Since that is no date is performed, or refused, and the answer says which',
  why: 'a client that spells the date wrongly does not learn whether it has saved',
  fix: 'ignore the field where its value is no HTTP date (RFC 9110), or refuse the request with 400; never let the parser fail',
  recipe: 'conditions',
  alarms:
    'RFC 9110 says ignore, Azure’s guidelines say 400: both are accepted. Note that the first lets a typing error switch the protection off.',
  needs: ['guard.unmodified'],
  catches: ['garbage-date-fails'],
  async run(kit) {
    const item = await kit.resource.create()
    const before = item.last
    const request = await writeWith(
      kit,
      item,
      { 'If-Unmodified-Since': 'yesterday' },
      { token: null, purpose: 'write with If-Unmodified-Since: yesterday' },
    )
    const answer = await kit.send(request)
    const after = await item.read()
    if (answer.ok) kit.prove.stored(after, request.marker)
    else kit.prove.unchanged(before, after)
    kit.prove.that(answer.status < 500, 'a date that cannot be read breaks the request', 'a 2xx, 400 or 412', answer.shown)
    // a field that is ignored is no condition, so one may be asked for
    if (answer.ok || demandOf(kit)?.missing.status.includes(answer.status)) return
    kit.note(`a date that cannot be read is refused with ${answer.status}, where RFC 9110 has it ignored`)
  },
})

/** Where a tag is asked for besides, a date alone proves nothing. */
function demandsMore(kit: Kit, answer: Answer): void {
  const other = demandOf(kit)
  if (other?.missing.status.includes(answer.status))
    kit.skip(`a date alone is not enough here: "${other.name}" is required too (${other.missing.pointer})`)
}
