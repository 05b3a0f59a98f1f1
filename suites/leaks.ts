import type { Json } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { plainUnique, valuesAt } from './kit/taken.ts'

/** What a refusal gives away. */

/** A name may be taken; by whom is nobody’s business. */
export const foreignData: Check = check({
  id: 'leaks/foreign-data',
  level: 'practice',
  severity: 'fail',
  source: 'RFC 9457 §5; AIP-133, AIP-211',
  title: 'the refusal of a duplicate shows nothing of an item that the caller may not read',
  why: 'who guesses a name is handed the owner’s data by the error message',
  fix: 'fill the refusal from the request alone; tell the existing item only to those who may read it',
  recipe: 'unique-index',
  alarms:
    'What the caller sent may be said again. Where the other may read the item anyway, the check is skipped. A word that stands in every item would be found by mistake: look at what the finding names.',
  needs: ['create', 'read', 'unique', 'identities'],
  catches: ['duplicate-shows-owner'],
  async run(kit) {
    const { first, taken } = await taking(kit)
    if ((await first.as('b').read({ purpose: 'control: read what somebody else created' })).exists)
      kit.skip('what one identity creates another one may read')
    // a word that is in the other's own item as well stands in every item
    const theirs = await kit.resource.create({ as: 'b', purpose: 'control: somebody else creates one of their own' })
    const answer = await kit.resource.tryCreate({ as: 'b', set: taken, purpose: 'somebody else creates one with the value that is taken' })
    if (answer.ok) kit.skip('a value that somebody else has is not refused')
    const known = JSON.stringify([answer.request.body ?? '', theirs.last.payload ?? ''])
    const secret = [first.id, ...words(first.last.payload)].filter((word) => word.length >= 6 && !known.includes(word))
    kit.control(secret.length > 0, 'the item has nothing that could be told from what the other sent')
    const told = [answer.text, ...answer.headers.map(([, value]) => value)].join('\n')
    const found = secret.find((word) => told.includes(word))
    kit.prove.that(found === undefined, 'the answer shows something of the other’s item', 'nothing of it', `${found} in ${answer.shown}`)
  },
})

/** Nor is it the business of who is not signed in. */
export const takenValues: Check = check({
  id: 'leaks/taken-values',
  level: 'practice',
  severity: 'warn',
  source: 'OWASP WSTG-IDNT-04',
  title: 'who is not signed in does not learn which values are taken',
  why: 'strangers find out who your customers are, one address after the other',
  fix: 'ask for credentials before you look for duplicates; for a public sign-up answer alike and write to the address',
  recipe: 'unique-index',
  alarms:
    'Many products say "taken" to everybody at sign-up, on purpose: where the document lets anybody create, this is told and not accused.',
  needs: ['create', 'read', 'unique'],
  catches: ['duplicate-before-authentication'],
  async run(kit) {
    const { first, taken } = await taking(kit)
    const asks = kit.resource.spec.operations.get('create')!.operation.security
    const free = await kit.resource.tryCreate({ as: 'anonymous', purpose: 'create without credentials' })
    const duplicate = await kit.resource.tryCreate({ as: 'anonymous', set: taken, purpose: 'the same with a value that is taken' })
    if (asks.length === 0 || asks.some((all) => all.length === 0)) {
      // a public create that says "taken" is what most products want
      kit.prove.that(true, '', '', '')
      if (free.status !== duplicate.status) kit.note(`anybody can find out which values are taken: ${free.status} or ${duplicate.status}`)
      return
    }
    if (free.ok) kit.skip(`a create without credentials is answered ${free.status}, although the document asks for them`)
    kit.prove.that(
      duplicate.status === free.status,
      'a create without credentials tells whether the value is taken',
      `${free.status} for both`,
      duplicate.shown,
    )
    kit.prove.unchanged(first.last, await first.read())
  },
})

/** An item of ours, and the values that only it may have. */
async function taking(kit: Kit): Promise<{ first: Item; taken: Record<string, Json> }> {
  const { members } = plainUnique(kit)
  const first = await kit.resource.create({ as: 'a', purpose: 'create the item that has the value' })
  const taken = valuesAt(kit.resource.spec, first.sent, members) ?? kit.skip('the sample has no value for what is unique')
  return { first, taken }
}

/** All texts in a value, and its numbers of some length. */
function words(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(words) : []
}
