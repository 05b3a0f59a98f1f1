import { beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../../reports/model.ts'
import { catalogue } from '../../suites/index.ts'
import { builtIn, families } from './built-in.ts'

const runs = new Map<string, Result[]>()
const nameOf = (dialects: readonly string[]): string => dialects.join() || 'rfc9110'

beforeAll(async () => {
  for (const dialects of families) {
    await using mock = await builtIn(dialects)
    runs.set(nameOf(dialects), (await Promise.all(catalogue.map((check) => mock.run(check)))).flat())
  }
})

describe('the mock without faults', () => {
  test.for(families.map(nameOf))('trips no check under %s', (name) => {
    const tripped = runs.get(name)!.filter(({ verdict }) => ['fail', 'warn', 'inconclusive'].includes(verdict))
    expect(tripped.map(({ check, resource, verdict, reason, seen }) => `${check} on ${resource}: ${verdict} ${reason} ${seen}`)).toEqual([])
  })

  test('lets every check pass under one family at least', () => {
    const passed = new Set(
      [...runs.values()]
        .flat()
        .filter(({ verdict }) => verdict === 'pass')
        .map(({ check }) => check),
    )
    expect(catalogue.map(({ id }) => id).filter((id) => !passed.has(id))).toEqual([])
  })

  test.for(families.map(nameOf))('skips what it skips under %s for a reason that is known', async (name) => {
    const skipped = runs.get(name)!.filter(({ verdict }) => verdict === 'skip')
    const lines = skipped.map(({ check, resource, reason }) => `${check}${resource === null ? '' : ` on ${resource}`}: ${reason}`)
    await expect(`${lines.sort().join('\n')}\n`).toMatchFileSnapshot(`pinned/skips-${name}.txt`)
  })
})
