import { readPointer } from '../http/pointer.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { plainUnique, valuesAt } from './kit/taken.ts'

/** When two values are one: the same in creates and in changes, and for people as for machines. */

/** One comparison for all. */
export const sameComparison: Check = check({
  id: 'uniqueness/same-comparison',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 7644 §5; RFC 9110 §15.5.10',
  title: 'a value that a create may not have, a change may not have either',
  why: '"ANN" cannot sign up beside "ann", but "bob" can be renamed to "ANN"',
  fix: 'let one unique index over the folded value judge both; no checks by hand',
  recipe: 'unique-index',
  alarms: 'Whether case counts is the API’s to decide. Only a create that is refused for a spelling that a change then gets is told.',
  needs: ['create', 'read', 'write', 'unique'],
  catches: ['unique-folds-on-create-only'],
  async run(kit) {
    const { taken, first, role } = await takenValue(kit)
    const other = respelled(kit, taken, (text) => (text.toUpperCase() === text ? text.toLowerCase() : text.toUpperCase()))
    const create = await kit.resource.tryCreate({ set: other, purpose: 'create another with the taken value in another case' })
    if (create.ok) return kit.prove.unchanged(first.last, await first.read())
    const second = await kit.resource.create({ purpose: 'create a second item' })
    const request = await second.request(role, { set: other, purpose: 'change the second to the taken value in another case' })
    const change = await kit.send(request)
    const after = await second.read()
    const [pointer, value] = Object.entries(other)[0]!
    kit.prove.that(
      !change.ok || readPointer(after.payload, pointer) !== value,
      'a change gets a value that a create does not',
      `a refusal, as to the create: ${create.shown}`,
      change.shown,
    )
  },
})

/** é is é. */
export const unicodeForms: Check = check({
  id: 'uniqueness/unicode-forms',
  level: 'practice',
  severity: 'info',
  source: 'RFC 7644 §5; RFC 8264; Unicode Standard Annex #15',
  title: 'two spellings of one text in Unicode are one value',
  why: 'two accounts look the same to everybody, and the one can pass for the other',
  fix: 'normalise (NFC) before you compare and store',
  recipe: 'unique-index',
  alarms: 'No source asks every API for it. Where a value with é is refused as such, the check is skipped.',
  needs: ['create', 'read', 'unique'],
  catches: ['unique-by-bytes'],
  async run(kit) {
    const { taken, first } = await takenValue(kit)
    const composed = respelled(kit, taken, () => `${kit.fresh()}\u00e9`)
    const made = await kit.resource.tryCreate({ set: composed, purpose: 'create one with é as one character (NFC)' })
    if (!made.ok) kit.skip(`a value with é is answered ${made.shown}`)
    const apart = respelled(kit, composed, (text) => text.normalize('NFD'))
    const answer = await kit.resource.tryCreate({ set: apart, purpose: 'create another with é as e and an accent (NFD)' })
    kit.prove.that(!answer.ok || (await isOf(kit, made, answer)), 'two items have values that look the same', 'a refusal', answer.shown)
    kit.prove.unchanged(first.last, await first.read())
  },
})

/** Another value is the way out. */
export const otherValueAccepted: Check = check({
  id: 'uniqueness/other-value-accepted',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §15.5.10',
  title: 'who is refused for a value that is taken succeeds with another',
  why: 'the form stays red whatever name is tried',
  fix: 'leave nothing behind when you refuse: no reserved row, no cached answer',
  recipe: 'unique-index',
  alarms: 'A limit on attempts may refuse the second try: see the status.',
  needs: ['create', 'read', 'unique'],
  catches: ['duplicate-locks-out'],
  async run(kit) {
    const { taken } = await takenValue(kit)
    const refused = await kit.resource.tryCreate({ set: taken, purpose: 'create another with the value that is taken' })
    if (refused.ok) kit.blocked('uniqueness/duplicate-not-created', 'a duplicate is not refused')
    const answer = await kit.resource.tryCreate({ purpose: 'the same with a fresh value' })
    kit.prove.that(answer.ok, 'a fresh value is refused after a duplicate was', 'a 2xx', answer.shown)
  },
})

/** An item, and the text that only it may have. */
async function takenValue(kit: Kit): Promise<{ taken: Record<string, string>; first: Item; role: 'replace' | 'patch' }> {
  const { unique, members } = plainUnique(kit, ({ fields }) => fields.length === 1)
  const [pointer] = members as [string]
  const role = kit.resource.spec.operations.has('patch') ? 'patch' : 'replace'
  if (kit.resource.spec.operations.has(role) && ![...unique.for, ...unique.unpromised].includes(role))
    kit.skip(`nothing is unique on ${role}`)
  const first = await kit.resource.create({ purpose: 'create the item that has the value' })
  const value = valuesAt(kit.resource.spec, first.sent, members)?.[pointer]
  return typeof value === 'string' ? { taken: { [pointer]: value }, first, role } : kit.skip('what is unique is no text')
}

/** The value written otherwise; of an address only what is before the @. */
function respelled(kit: Kit, taken: Record<string, string>, spell: (text: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(taken).map(([pointer, value]) => {
      const at = value.lastIndexOf('@')
      const next = at > 0 ? spell(value.slice(0, at)) + value.slice(at) : spell(value)
      return [pointer, next === value ? kit.skip('the value has no letters') : next]
    }),
  )
}

async function isOf(kit: Kit, made: Answer, answer: Answer): Promise<boolean> {
  const [one, other] = [await kit.resource.found(made), await kit.resource.found(answer)]
  return one !== undefined && one.id === other?.id
}
