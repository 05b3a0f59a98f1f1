import { type Check, check } from '../kit/check.ts'
import type { Kit } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import { plainUnique, valuesAt } from '../kit/taken.ts'
import { createAtOnce } from './creates.ts'
import { inRounds, type Played, type Round } from './rounds.ts'

/** Several who take one value. */
export const oneTakesIt: Check = check({
  id: 'races/unique-value',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10; the contract’s `unique`',
  title: 'of several creates with one unique value that meet, one makes an item',
  why: 'two people sign up with one address in the same second: two accounts that nobody can tell apart',
  fix: 'put a UNIQUE index on the column and insert without looking first; a look before the insert sees nothing yet',
  recipe: 'unique-index',
  needs: ['create', 'unique'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    await inRounds(kit, { expected: 'one item with one unique value' }, (round) => take(kit, round, false))
  },
})

/** One who presses the button several times. */
export const identicalCreates: Check = check({
  id: 'races/identical-creates',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10; the contract’s `unique`',
  title: 'several creates that are the same to the last byte and meet make one item',
  why: 'a double click makes two of what there may be one of, and each has its own history from then on',
  fix: 'let the unique index decide; who comes second is refused, or is given what exists',
  recipe: 'unique-index',
  needs: ['create', 'unique'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    await inRounds(kit, { expected: 'one item' }, (round) => take(kit, round, true))
  },
})

async function take(kit: Kit, round: Round, identical: boolean): Promise<Played> {
  const { unique, members } = plainUnique(kit, ({ for: roles }) => roles.includes('create'))
  const first = await kit.resource.request('create')
  const set =
    valuesAt(kit.resource.spec, first.body, members) ?? kit.skip(`the sample of ${kit.resource.name} has no value for what is unique`)
  const [value] = Object.values(set)
  const requests: Request[] = []
  for (let writer = 1; writer <= round.writers; writer++) {
    const request = identical || writer === 1 ? first : await kit.resource.request('create', { set })
    const purpose = `${writer} of ${round.writers} who create with one unique value`
    requests.push({ ...request, path: first.path, purpose })
  }
  const common = `with the unique value ${JSON.stringify(value)}`
  const { outcomes } = unique
  const another = async (): Promise<Request> => ({ ...(await kit.resource.request('create', { set })), path: first.path })
  const control = identical ? async (): Promise<Request> => ({ ...first }) : another
  return createAtOnce(kit, round, { requests, common, outcomes, trace: typeof value === 'string' ? value : undefined, control })
}
