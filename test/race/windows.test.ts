import { describe, expect, test } from 'vitest'
import type { Result } from '../../reports/model.ts'
import { catalogue } from '../../suites/index.ts'
import { builtIn, worlds } from '../suites/built-in.ts'
import { finds } from '../suites/matrix.ts'

/** Those that look for something else than a check and a write with a window between. */
const others = ['races/losers-refused', 'races/slow-writer']
const races = catalogue.filter((check) => check.races && !others.includes(check.id))
const windows = ['check-then-write-turn', 'check-then-write-1ms', 'check-then-write-5ms', 'check-then-write-20ms']

/** Whether they meet is chance where the next request is sent when the connection of the first was closed, a millisecond later. */
const byChance = ['check-then-write-turn', 'check-then-write-1ms'].map((fault) => `races/lost-answer ${fault}`)

describe.each(windows)('%s', { timeout: 120_000 }, (fault) => {
  test.each(races.filter(({ id }) => !byChance.includes(`${id} ${fault}`)))('is found by $id', async (check) => {
    const seen: Result[] = []
    for (const { dialects, document } of worlds) {
      await using mock = await builtIn(dialects, [fault], document)
      seen.push(...(await mock.run(check)))
      if (finds(check, seen)) break
    }
    const told = seen
      .filter(({ verdict }) => verdict !== 'skip')
      .map(({ resource, verdict, reason }) => `${resource}: ${verdict} ${reason}`)
    expect(finds(check, seen), told.join('\n')).toBe(true)
  })
})
