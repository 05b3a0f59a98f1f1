import { expect, test } from 'vitest'
import { catalogue } from '../../suites/index.ts'
import { builtIn } from './built-in.ts'
import { told } from './servers/hold.ts'

const document = new URL('./envelope.openapi.yaml', import.meta.url).pathname
const subjects = ['state/', 'uniqueness/', 'leaks/', 'precedence/conflicts-in-order', 'conflict-bodies/', 'races/unique-value']

test('unique values and parents are named where the contract says that they stand, also in an envelope', async () => {
  await using mock = await builtIn([], [], document)
  const results = await Promise.all(
    catalogue.filter(({ id }) => subjects.some((subject) => id.startsWith(subject))).map((check) => mock.run(check)),
  )
  expect(told(results.flat(), 'fail', 'warn', 'inconclusive')).toEqual([])
  const passed = results.flat().filter(({ verdict }) => verdict === 'pass')
  expect(passed.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'uniqueness/duplicate-not-created',
      'uniqueness/duplicate-outcome',
      'uniqueness/update-into-duplicate',
      'uniqueness/own-value-stays',
      'uniqueness/same-comparison',
      'leaks/foreign-data',
      'precedence/conflicts-in-order',
      'races/unique-value',
      'state/parent-missing',
      'state/no-cycle',
      'state/non-empty-stays',
    ]),
  )
})
