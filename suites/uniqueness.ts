import { readPointer } from '../http/pointer.ts'
import type { Json, Unique } from '../spec/contract.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'

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
    for (const { unique, taken, first } of await eachTaken(kit)) {
      const answer = await kit.resource.tryCreate({ set: taken, purpose: 'create another with the value that is taken' })
      const fields = namesOf(taken)
      kit.prove.outcome(answer, 'duplicate', { of: unique, truth: { existing: first.id, sentValue: Object.values(taken)[0]! } })
      const told = kit.prove.revealed(answer, 'duplicate', 'fields', unique).map(String)
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

/** The answer says which member is in the way, however it says it. */
export const namesTheMember: Check = check({
  id: 'uniqueness/names-the-member',
  level: 'should',
  severity: 'warn',
  source: 'RFC 9110 §15.5.10',
  title: 'the refusal of a duplicate says which member is taken',
  why: 'a form cannot mark the field that must change; people try them all',
  fix: 'name the member in the answer: RFC 9457 problem details with an `errors` list of pointers',
  recipe: 'problem-details',
  alarms: 'An answer to a sign-up may be vague on purpose, so as not to tell who has an account.',
  needs: ['create', 'read', 'unique'],
  catches: ['unique-names-nothing'],
  async run(kit) {
    for (const { unique, taken } of await eachTaken(kit)) {
      if (unique.outcomes.duplicate?.status.every((status) => status < 300))
        kit.skip('the contract gives back what exists instead of refusing')
      const answer = await kit.resource.tryCreate({ set: taken, purpose: 'create another with the value that is taken' })
      if (answer.ok) kit.blocked('uniqueness/duplicate-not-created', 'a duplicate is not refused')
      if (answer.status >= 500) kit.blocked('uniqueness/not-a-server-error', `a duplicate is answered ${answer.status}`)
      const { where = [], body, reveal = {} } = unique.outcomes.duplicate ?? {}
      if ((where.length > 0 || body !== undefined) && !reveal.fields)
        kit.skip('the contract says how a duplicate is told, and that names no member')
      const missing = namesOf(taken).filter((field) => !saysName(answer.text, field))
      kit.prove.that(
        missing.length === 0,
        'the answer does not say what is taken',
        `the answer names ${missing.join(', ') || 'it'}`,
        answer.shown,
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
      kit.prove.outcome(answer, 'duplicate', { of: unique })
    }
  },
})

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

/** What is suggested can be had. */
export const suggestionsAreFree: Check = check({
  id: 'uniqueness/suggestions-free',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `reveal: suggestions`',
  title: 'every alternative that the refusal suggests is really free',
  why: 'people pick what they are offered and are refused again',
  fix: 'look each suggestion up in the same index before it is offered',
  recipe: 'unique-index',
  alarms: 'Somebody else may have taken the suggestion in between.',
  needs: ['create', 'read', 'unique'],
  catches: ['suggestions-taken'],
  async run(kit) {
    const promised = kit.uniques.filter((unique) => unique.outcomes.duplicate?.reveal.suggestions)
    if (promised.length === 0) kit.skip('the contract promises no suggestions')
    for (const { unique, taken } of await eachTaken(kit, promised)) {
      const pointer = Object.keys(taken)[0]!
      const answer = await kit.resource.tryCreate({ set: taken, purpose: 'create another with the value that is taken' })
      kit.prove.outcome(answer, 'duplicate', { of: unique })
      const suggestions = kit.prove.revealed(answer, 'duplicate', 'suggestions', unique)
      kit.prove.that(
        suggestions.length > 0,
        'the promised suggestions are not there',
        `alternatives to ${show(taken[pointer])}`,
        answer.shown,
      )
      for (const suggestion of suggestions.slice(0, 3)) {
        const taking = await kit.resource.tryCreate({ set: { [pointer]: suggestion }, purpose: `take the suggestion ${show(suggestion)}` })
        kit.prove.that(taking.ok, 'a suggested value is not free', `${show(suggestion)} can be taken`, taking.shown)
      }
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

interface Taken {
  unique: Unique
  /** The values that are taken, by pointer. */
  taken: Record<string, Json>
  /** The item that has them. */
  first: Item
}

/** For each uniqueness rule over members of the body: an item, and the values that it has now. */
async function eachTaken(kit: Kit, uniques: Unique[] = kit.uniques): Promise<Taken[]> {
  const found: Taken[] = []
  for (const unique of uniques) {
    const pointers = unique.fields
      .filter((place) => place.part === 'body' && place.name !== '' && place.text === undefined)
      .map((place) => place.name)
    if (pointers.length !== unique.fields.length || unique.within.length > 0 || unique.when.length > 0) continue
    const first = await kit.resource.create({ purpose: 'create the item that has the value' })
    const values = pointers.map((pointer) => [pointer, readPointer(first.sent, pointer) as Json | undefined] as const)
    kit.control(
      values.every(([, value]) => value !== undefined && value !== null),
      `the sample of ${kit.resource.name} has no value for what is unique (${pointers.join(', ')})`,
    )
    found.push({ unique, taken: Object.fromEntries(values) as Record<string, Json>, first })
  }
  return found.length > 0 ? found : kit.skip('what is unique does not stand in the body alone')
}

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

function namesOf(taken: Record<string, Json>): string[] {
  return Object.keys(taken).map((pointer) => pointer.slice(1))
}

/** The last part of a pointer, written in any of the usual ways (`userName`, `user_name`, "user name"). */
function saysName(text: string, field: string): boolean {
  const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '')
  return plain(text).includes(plain(field.split('/').at(-1)!))
}

function otherCase(text: string): string {
  const upper = text.toUpperCase()
  return upper === text ? text.toLowerCase() : upper
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'not there'
}
