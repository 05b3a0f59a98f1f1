import { beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../../reports/model.ts'
import { catalogue } from '../../suites/index.ts'
import { builtIn, passElsewhere, worlds } from './built-in.ts'

const runs = new Map<string, Result[]>()
const names = worlds.map(({ name }) => name)

beforeAll(async () => {
  for (const { name, dialects, document } of worlds) {
    await using mock = await builtIn(dialects, [], document)
    runs.set(name, (await Promise.all(catalogue.map((check) => mock.run(check)))).flat())
  }
})

describe('the mock without faults', () => {
  test.for(names)('trips no check under %s', (name) => {
    const tripped = runs.get(name)!.filter(({ verdict }) => ['fail', 'warn', 'inconclusive'].includes(verdict))
    expect(tripped.map(({ check, resource, verdict, reason, seen }) => `${check} on ${resource}: ${verdict} ${reason} ${seen}`)).toEqual([])
  })

  test('lets every check pass somewhere', () => {
    const passed = new Set(
      [...runs.values()]
        .flat()
        .filter(({ verdict }) => verdict === 'pass')
        .map(({ check }) => check),
    )
    expect(catalogue.map(({ id }) => id).filter((id) => !passed.has(id))).toEqual(passElsewhere)
  })

  test.for(names)('skips what it skips under %s for a reason that is known', async (name) => {
    const skipped = runs.get(name)!.filter(({ verdict }) => verdict === 'skip')
    const lines = skipped.map(({ check, resource, reason }) => `${check}${resource === null ? '' : ` on ${resource}`}: ${reason}`)
    await expect(`${lines.sort().join('\n')}\n`).toMatchFileSnapshot(`pinned/skips-${name}.txt`)
  })
})
