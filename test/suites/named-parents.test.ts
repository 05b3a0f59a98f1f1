import { expect, test } from 'vitest'
import type { Check } from '../../suites/kit/check.ts'
import { takenValues } from '../../suites/leaks.ts'
import { allOrNothing, neverHalfSeen, nullRemoves } from '../../suites/patch.ts'
import { parentMissing } from '../../suites/state.ts'
import { builtIn } from './built-in.ts'

const contract = new URL('named-parents.openapi.yaml', import.meta.url).pathname

const purposes: [Check, string][] = [
  [takenValues, 'the same with a value that is taken'],
  [parentMissing, 'create under the parent that is gone'],
  [allOrNothing, 'patch title with a text and note with what it cannot be'],
  [nullRemoves, 'patch note with null'],
  [neverHalfSeen, 'patch two members with one word'],
]

test.each(purposes)('$id passes where the content names the parent', async (check, purpose) => {
  await using mock = await builtIn([], [], contract)
  const [result] = await mock.run(check, 'book')
  expect(result).toMatchObject({ verdict: 'pass', reason: null })
  expect(result!.exchanges.map((exchange) => exchange.purpose)).toContain(purpose)
})
