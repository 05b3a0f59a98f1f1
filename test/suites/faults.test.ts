import { describe, expect, test } from 'vitest'
import { faults } from '../../mock/index.ts'
import type { Result } from '../../reports/model.ts'
import { catalogue } from '../../suites/index.ts'
import type { Check } from '../../suites/kit/check.ts'
import { builtIn, families, language } from './built-in.ts'

/** What is acted out until the fault shows: the reference API in its families, then the rest of the language. */
const worlds: [dialects: readonly string[], document?: string][] = [
  ...families.map((dialects): [readonly string[]] => [dialects]),
  [[], language],
]

/** A finding: the check's own severity, and not one about what nobody promised. */
function finds(check: Check, results: Result[]): boolean {
  return results.some(({ verdict, reason }) => verdict === check.severity && !reason?.startsWith('not promised'))
}

function told(results: Result[]): string[] {
  return results
    .filter(({ verdict }) => verdict !== 'skip')
    .map(({ resource, verdict, reason }) => `${resource}: ${verdict} ${reason ?? ''}`)
}

describe('every check fails on each fault that it names', () => {
  for (const check of catalogue) {
    for (const name of check.catches) {
      test.concurrent(`${check.id} catches ${name}`, async () => {
        const seen: Result[] = []
        for (const [dialects, document] of worlds) {
          await using mock = await builtIn(dialects, [name], document)
          seen.push(...(await mock.run(check)))
          if (finds(check, seen)) break
        }
        expect(finds(check, seen), told(seen).join('\n')).toBe(true)
      })
    }
  }
})

describe('the catalogue', () => {
  test.for(catalogue)('$id names a fault, and only faults that there are', (check) => {
    expect(check.catches).not.toEqual([])
    expect(faults.map(({ name }) => name)).toEqual(expect.arrayContaining([...check.catches]))
  })

  test('every fault is caught by a check', () => {
    // two of them show only when requests race or answers are lost, which no check brings about yet
    const caught = new Set(['check-then-write', 'answer-lost', ...catalogue.flatMap((check) => check.catches)])
    expect(faults.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([])
  })

  test('no two checks have one id, no two faults one name', () => {
    for (const names of [catalogue.map(({ id }) => id), faults.map(({ name }) => name)]) expect(names).toEqual([...new Set(names)])
  })

  test('ids stay what they are', async () => {
    await expect(
      `${catalogue
        .map(({ id }) => id)
        .sort()
        .join('\n')}\n`,
    ).toMatchFileSnapshot('pinned/ids.txt')
  })
})
