import { isDeepStrictEqual } from 'node:util'
import { readPointer } from '../http/pointer.ts'
import type { Role } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { eachTaken, show, valuesAt } from './kit/taken.ts'

/** Unique values when items change: updates into a duplicate, values that are kept, values that are freed. */

/** Uniqueness holds for changes too. */
export const updateIntoDuplicate: Check = check({
  id: 'uniqueness/update-into-duplicate',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10; the contract’s `unique`',
  title: 'a change to a value that another item has is refused and changes neither',
  why: 'what cannot be created twice is made twice by an edit, and both items claim to be the one',
  fix: 'let the unique index refuse the UPDATE too, and answer as for a create',
  recipe: 'unique-index',
  alarms: 'Swapping values, or appending a number, may be documented behaviour.',
  needs: ['create', 'read', 'write', 'unique'],
  catches: ['unique-not-on-update'],
  async run(kit) {
    const role = kit.resource.spec.operations.has('patch') ? 'patch' : 'replace'
    const changed = kit.uniques.filter((unique) => [...unique.for, ...unique.unpromised].includes(role))
    if (changed.length === 0) kit.skip(`nothing is unique on ${role}`)
    for (const { unique, taken, first } of await eachTaken(kit, changed)) {
      const second = await kit.resource.create({ purpose: 'create a second item' })
      const before = second.last
      const answer = await kit.send({
        ...(await second.request(role, { set: taken })),
        purpose: 'change the second to the value that the first has',
      })
      const after = await second.read({ purpose: 'see that the second is as it was' })
      for (const [at, value] of Object.entries(taken)) {
        const now = readPointer(after.payload, at)
        kit.prove.that(
          now !== value,
          'two items have the value that only one may have',
          `${at} of the second is still ${show(readPointer(before.payload, at))}`,
          `it is ${show(now)}`,
        )
      }
      kit.prove.unchanged(first.last, await first.read({ purpose: 'see that the first is as it was' }))
      const { duplicate } = unique.outcomes
      if (duplicate && !duplicate.status.includes(answer.status)) await mayChange(kit, second, role, Object.keys(taken))
      kit.prove.outcome(answer, 'duplicate', { of: unique })
    }
  },
})

/** Where another answer came than the promised one: can the values be changed at all? @throws Skip where they cannot */
async function mayChange(kit: Kit, item: Item, role: Role, members: readonly string[]): Promise<void> {
  const before = item.last.payload
  const free = valuesAt(kit.resource.spec, await kit.resource.sample(), members) ?? kit.skip('the sample has no value for what is unique')
  const answer = await kit.send({ ...(await item.request(role, { set: free })), purpose: 'control: change it to a value that is free' })
  const { payload } = await item.read()
  const stays = members.some((at) => isDeepStrictEqual(readPointer(payload, at), readPointer(before, at)))
  if (!answer.ok || stays) kit.skip(`${members.join(', ')} cannot be changed, to a value that is free neither: ${answer.shown}`)
}

/** An item is no duplicate of itself. */
export const ownValueIsNoDuplicate: Check = check({
  id: 'uniqueness/own-value-stays',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `unique`; RFC 9110 §9.2.2',
  title: 'an item can be saved with the unique value that it has already',
  why: 'nobody can save a change to anything else: the form answers "this name is taken", by themselves',
  fix: 'leave the row itself out of the search for duplicates (… AND id <> ?), or let the unique index judge',
  recipe: 'unique-index',
  alarms: 'Another member of the same request may be what is refused, as one that is read-only.',
  needs: ['create', 'read', 'write', 'unique'],
  catches: ['unique-conflicts-with-itself'],
  async run(kit) {
    for (const { taken, first } of await eachTaken(kit)) {
      const request = await first.request(kit.resource.spec.operations.has('replace') ? 'replace' : 'patch', { set: taken })
      const answer = await kit.send({ ...request, purpose: 'change the item, its unique value as it is' })
      kit.prove.succeeded(answer)
      kit.prove.stored(await first.read({ purpose: 'see that the change was stored' }), request.marker)
    }
  },
})

/** What becomes of the value of an item that is gone: both ways are right, people want to know which. */
export const freedAfterDelete: Check = check({
  id: 'uniqueness/freed-after-delete',
  level: 'practice',
  severity: 'info',
  source: 'RFC 9110 §9.3.5',
  title: 'the value of a deleted item can be used again',
  why: 'people cannot make again what they deleted by mistake',
  fix: 'if values stay reserved on purpose, say so in the documentation; else remove the row, or leave deleted rows out of the unique index',
  recipe: 'unique-index',
  alarms: 'Both are legitimate: soft deletion, retention and reserved names keep a value taken.',
  needs: ['create', 'read', 'delete', 'unique'],
  catches: ['unique-never-freed'],
  async run(kit) {
    for (const { taken, first } of await eachTaken(kit)) {
      await first.remove()
      const answer = await kit.resource.tryCreate({ set: taken, purpose: 'create again with the value of the deleted item' })
      kit.prove.that(answer.ok, 'the value of a deleted item stays taken', 'it can be used again', answer.shown)
    }
  },
})
