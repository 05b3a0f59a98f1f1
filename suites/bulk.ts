import { type Check, check } from './kit/check.ts'
import type { BulkAnswer, Item, Kit, Snapshot } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'

/** Many items in one request, each with a result of its own. */

/** Of two items one was saved by somebody else since; both are written in one request, the first with the token from before. */
async function oneStale(kit: Kit): Promise<Mixed> {
  if (!kit.guard.outcomes.stale) kit.skip('no outcome "stale" is promised')
  const [stale, current] = [await kit.resource.create(), await kit.resource.create()]
  const known = stale.token
  const before = [await overtake(kit, stale, { purpose: 'somebody else saves the first' }), await current.read()] as const
  const entries = [await stale.entry(kit.role, { token: known }), await current.entry(kit.role)]
  const done = await kit.resource.bulk(entries, { purpose: 'write both in one request, the first with the token from before' })
  return { stale, current, before, done, marker: entries[1]!.marker }
}

interface Mixed {
  stale: Item
  current: Item
  before: readonly [Snapshot, Snapshot]
  done: BulkAnswer
  marker: string | undefined
}

export const allPerformed: Check = check({
  id: 'bulk/all-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `bulk`; RFC 7644 §3.7',
  title: 'each of many writes in one request is performed',
  why: 'part of what was saved is lost, and the answer does not say so',
  fix: 'carry out every item, and say of each what came of it',
  recipe: 'bulk',
  alarms: 'Work that is done later (202) shows after a while.',
  needs: ['bulk'],
  catches: ['bulk-leaves-out'],
  async run(kit) {
    const items = [await kit.resource.create(), await kit.resource.create(), await kit.resource.create()]
    const entries = []
    for (const item of items) entries.push(await item.entry(kit.role))
    const { answer } = await kit.resource.bulk(entries, { purpose: 'write three items in one request' })
    kit.prove.succeeded(answer)
    for (const [at, item] of items.entries()) kit.prove.stored(await item.read(), entries[at]!.marker)
  },
})

export const staleNotPerformed: Check = check({
  id: 'bulk/stale-not-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `bulk` and `guards`; RFC 7644 §3.7',
  title: 'of many writes in one request, one whose token is stale is not performed',
  why: 'alone the write would be refused; among others it erases what somebody else saved',
  fix: 'compare the version of every item in the transaction that writes it',
  recipe: 'bulk',
  needs: ['bulk', 'guard.update'],
  catches: ['bulk-ignores-tokens', 'bulk-refused-but-written'],
  async run(kit) {
    const { stale, before } = await oneStale(kit)
    kit.prove.unchanged(before[0], await stale.read())
  },
})

export const othersPerformed: Check = check({
  id: 'bulk/others-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `bulk`; RFC 7644 §3.7.3',
  title: 'where a request is not all or nothing, one refused item leaves the others done',
  why: 'one conflict throws away all that was sent with it',
  fix: 'go on with the next item, and tell of the refused one in its result; or say "atomic: true" in the contract',
  recipe: 'bulk',
  alarms: 'All or nothing is legitimate: say `atomic: true` in the contract.',
  needs: ['bulk', 'guard.update'],
  catches: ['bulk-stops'],
  async run(kit) {
    if (kit.resource.spec.bulk!.atomic) kit.skip('the request is all or nothing (bulk/all-or-nothing)')
    const { current, marker } = await oneStale(kit)
    kit.prove.stored(await current.read(), marker)
  },
})

export const allOrNothing: Check = check({
  id: 'bulk/all-or-nothing',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `bulk.atomic`',
  title: 'where a request is all or nothing, one refused item leaves the others undone',
  why: 'half of a change is stored: money left one account and never reached the other',
  fix: 'carry all items out in one transaction, and roll it back when one is refused',
  recipe: 'bulk',
  alarms: 'Partial success is legitimate where the contract does not say `atomic`.',
  needs: ['bulk', 'guard.update'],
  catches: ['bulk-half-done'],
  async run(kit) {
    if (!kit.resource.spec.bulk!.atomic) kit.skip('the request is not all or nothing (bulk/others-performed)')
    const { stale, current, before } = await oneStale(kit)
    kit.prove.unchanged(before[0], await stale.read())
    kit.prove.unchanged(before[1], await current.read())
  },
})

export const resultsTell: Check = check({
  id: 'bulk/results-tell',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `bulk.results` and `bulk.status`',
  title: 'each item has a result in its place, which says what came of it',
  why: 'a client takes a refused write for a stored one, or the other way round',
  fix: 'answer with one result for each item, in their order, with the status that the single request would have',
  recipe: 'bulk',
  needs: ['bulk', 'guard.update'],
  catches: ['bulk-says-all-well', 'bulk-tells-nothing'],
  async run(kit) {
    const bulk = kit.resource.spec.bulk!
    const { done, stale, before } = await oneStale(kit)
    if (bulk.atomic && !done.answer.ok) kit.skip(`the whole request is refused: ${done.answer.shown}`)
    kit.prove.unchanged(before[0], await stale.read())
    kit.prove.that(
      done.results.length === 2,
      'there is not one result for each item',
      `2 results at ${bulk.results.written}`,
      `${done.results.length} in ${done.answer.shown}`,
    )
    const [refused, performed] = done.results.map(({ status }) => status)
    if (refused === undefined) return kit.skip('the results tell no status')
    const allowed = kit.guard.outcomes.stale!.status
    kit.prove.that(
      allowed.includes(refused),
      'the result of the refused item does not say so',
      `${allowed.join(' or ')} (${kit.guard.outcomes.stale!.pointer})`,
      String(refused),
    )
    if (bulk.atomic) return
    const is2xx = performed !== undefined && performed >= 200 && performed < 300
    kit.prove.that(is2xx, 'the result of the performed item does not say so', 'a 2xx', String(performed))
  },
})
