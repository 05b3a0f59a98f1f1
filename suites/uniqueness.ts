import type { Json } from '../spec/contract.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { eachTaken, nameInItem, namesOf, show } from './kit/taken.ts'

/** Uniqueness: a value that only one item may have. */

/** A second create with a value that is taken never makes a second item. */
export const duplicateNotCreated: Check = check({
  id: 'uniqueness/duplicate-not-created',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10; the contract’s `unique`',
  title: 'a create with a value that is taken makes no second item and leaves the first as it was',
  why: 'two accounts share an address: mail, payments and logins reach the wrong person',
  fix: 'put a UNIQUE index on the column, insert without looking first, and turn the violation into the conflict answer',
  recipe: 'unique-index',
  alarms:
    'An API that updates by key does so on purpose; its contract should not promise uniqueness on create. An index may lag: look by id as well.',
  needs: ['create', 'read', 'unique'],
  catches: ['unique-off', 'unique-overwrites-first'],
  async run(kit) {
    for (const { taken, first } of await eachTaken(kit)) {
      const answer = await kit.resource.tryCreate({ set: taken, purpose: 'create another with the value that is taken' })
      if (answer.ok) await provesToBeTheFirst(kit, first, answer, taken)
      kit.prove.unchanged(first.last, await first.read({ purpose: 'see that the first is as it was' }))
    }
  },
})

/** The refusal is the one that the contract promises, and what it tells is true. */
export const duplicateOutcome: Check = check({
  id: 'uniqueness/duplicate-outcome',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `duplicate`',
  title: 'a duplicate is answered as the contract says, and the member that it names is the one that is taken',
  why: 'a client that waits for the promised answer shows "unknown error" instead of "this name is taken"',
  fix: 'map the violation of each unique index to the documented answer, with the name of the member it is about',
  recipe: 'unique-index',
  alarms: '409, 422, 400 and others are all in use: what counts is what the contract names.',
  needs: ['create', 'read', 'unique'],
  catches: ['unique-other-status', 'unique-names-wrong-field'],
  async run(kit) {
    const { spec } = kit.resource
    for (const { unique, taken, first } of await eachTaken(kit)) {
      const answer = await kit.resource.tryCreate({ set: taken, purpose: 'create another with the value that is taken' })
      const fields = namesOf(taken)
      kit.prove.outcome(answer, 'duplicate', { of: unique, truth: { existing: first.id, sentValue: Object.values(taken)[0]! } })
      const told = kit.prove.revealed(answer, 'duplicate', 'fields', unique).map((name) => nameInItem(String(name), spec))
      if (told.length === 0) continue
      kit.prove.that(
        told.length === fields.length && fields.every((field) => told.includes(field)),
        'the answer names the wrong member',
        fields.join(', '),
        told.join(', '),
      )
    }
  },
})

/** Where case does not count, another case is the same value. */
export const caseDoesNotCount: Check = check({
  id: 'uniqueness/case-insensitive',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `compare: case-insensitive`',
  title: 'where case does not count, a value in another case is a duplicate',
  why: '"Ann" and "ann" are two accounts that nobody can tell apart, and one reads the mail of the other',
  fix: 'index the folded value: CREATE UNIQUE INDEX … ON users (lower(name)), or a case-insensitive collation',
  recipe: 'unique-index',
  alarms: 'Case-sensitive keys are legitimate; this fails only because the contract says otherwise.',
  needs: ['create', 'read', 'unique'],
  catches: ['unique-case-sensitive'],
  async run(kit) {
    const folding = kit.uniques.filter((unique) => unique.compare === 'case-insensitive')
    if (folding.length === 0) kit.skip('nothing is unique without regard to case')
    for (const { taken, first } of await eachTaken(kit, folding)) {
      const other = Object.fromEntries(
        Object.entries(taken).map(([at, value]) => [at, typeof value === 'string' ? otherCase(value) : value]),
      )
      if (Object.entries(other).every(([at, value]) => value === taken[at])) kit.skip('the value has no letters')
      const answer = await kit.resource.tryCreate({ set: other, purpose: 'create another with the taken value in another case' })
      if (answer.ok) await provesToBeTheFirst(kit, first, answer, other)
      kit.prove.unchanged(first.last, await first.read({ purpose: 'see that the first is as it was' }))
    }
  },
})

/** A duplicate is the client's conflict, not the server's failure. */
export const notAServerError: Check = check({
  id: 'uniqueness/not-a-server-error',
  level: 'practice',
  severity: 'fail',
  source: 'RFC 9110 §15.5, §15.6',
  title: 'a duplicate is never answered with a server error',
  why: 'clients and gateways repeat what failed with 5xx: one duplicate becomes a storm, and an alarm rings at night',
  fix: 'catch the violation of the unique index where the row is written and answer 409',
  recipe: 'unique-index',
  alarms: '503 with Retry-After under load says "later", and is no answer to the duplicate.',
  needs: ['create', 'read', 'unique'],
  catches: ['unique-server-error'],
  async run(kit) {
    for (const { taken } of await eachTaken(kit)) {
      const answer = await kit.resource.tryCreate({ set: taken, purpose: 'create another with the value that is taken' })
      kit.prove.that(answer.status < 500, 'the duplicate is answered with a server error', 'a status below 500', answer.shown)
    }
  },
})

/** A success is no duplicate if it speaks of the first item: then it gave back what exists. */
async function provesToBeTheFirst(kit: Kit, first: Item, answer: Answer, taken: Record<string, Json>): Promise<void> {
  const item =
    (await kit.resource.found(answer)) ??
    kit.inconclusive(`the second create is answered ${answer.shown}, and nothing there says which item it made`)
  const values = Object.entries(taken)
    .map(([at, value]) => `${at} ${show(value)}`)
    .join(', ')
  kit.prove.that(
    item.id === first.id,
    'a second item with the same unique value was created',
    `one item with ${values}`,
    `another, ${item.id}, beside ${first.id}`,
  )
}

function otherCase(text: string): string {
  const upper = text.toUpperCase()
  return upper === text ? text.toLowerCase() : upper
}
