import { readPointer } from '../http/pointer.ts'
import type { Json } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import { plainUnique } from './kit/taken.ts'

/** One value, twice in one request. */
export const duplicatesWithin: Check = check({
  id: 'bulk/duplicates-within',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §15.5.10; the contract’s `bulk` and `unique`',
  title: 'of two items of one request that want one unique value at most one gets it, and the results say so',
  why: 'an import is half done, or breaks what single requests keep',
  fix: 'let the unique index judge each item, and give each its own result',
  recipe: 'unique-index',
  alarms: 'All or nothing and item by item are both right; in which order items are done is nowhere said.',
  needs: ['bulk', 'unique'],
  catches: ['bulk-not-unique'],
  async run(kit) {
    const [pointer] = plainUnique(kit, ({ fields }) => fields.length === 1).members as [string]
    const value: Json = kit.fresh()
    const items = [await kit.resource.create(), await kit.resource.create({ purpose: 'create another' })]
    const entries = [
      await items[0]!.entry(kit.role, { set: { [pointer]: value } }),
      await items[1]!.entry(kit.role, { set: { [pointer]: value } }),
    ]
    const { answer, results } = await kit.resource.bulk(entries, { purpose: 'change both to one value in one request' })
    const reads = [await items[0]!.read(), await items[1]!.read()]
    const has = reads.filter(({ payload }) => readPointer(payload, pointer) === value).length
    kit.prove.that(has <= 1, 'two items have the value that only one may have', 'one at most', `${has}`)
    const done = results.filter(({ status }) => status !== undefined && status < 300).length
    if (answer.ok && results.some(({ status }) => status !== undefined))
      kit.prove.that(done <= has, 'the results tell of more than was done', `${has} done`, `${done} done`)
  },
})
