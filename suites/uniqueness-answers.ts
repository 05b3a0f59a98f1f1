import { type Check, check } from './kit/check.ts'
import { eachTaken, namesOf, show } from './kit/taken.ts'

/** What the answer to a duplicate tells: the member that is taken, and values that are free. */

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

/** The last part of a pointer, written in any of the usual ways (`userName`, `user_name`, "user name"). */
function saysName(text: string, field: string): boolean {
  const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '')
  return plain(text).includes(plain(field.split('/').at(-1)!))
}
