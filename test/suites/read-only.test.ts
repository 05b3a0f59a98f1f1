import { expect, test } from 'vitest'
import type { Result } from '../../reports/model.ts'
import * as entityTags from '../../suites/entity-tags.ts'
import { catalogue } from '../../suites/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import type { TargetConfig } from '../../suites/target.ts'
import { type Behaviour, serve, targetAt } from './documents.ts'

/** Runs checks on a server with some documents, reading only; the results, and what the server saw of it. */
async function read(
  checks: typeof catalogue,
  {
    items = 1,
    behaviour = {},
    target: changes = {},
  }: { items?: number; behaviour?: Partial<Behaviour>; target?: Partial<TargetConfig> } = {},
): Promise<{ results: Result[]; seen: string[] }> {
  await using server = await serve(behaviour)
  for (let item = 0; item < items; item++)
    await fetch(`${server.url}/documents`, { method: 'POST', body: JSON.stringify({ title: 'theirs', text: 'theirs' }) })
  const before = server.requests.length
  const target = await targetAt(server.url, { readOnly: true, ...changes })
  const session = new Session(target)
  try {
    const results = await Promise.all(checks.map((check) => runCheck(check, target, { session })))
    return { results: results.flat(), seen: server.requests.slice(before) }
  } finally {
    await session.close()
    expect(server.count()).toBe(items)
  }
}

test('of all checks, those that only read are run on what is there, and nothing else is sent', async () => {
  const { results, seen } = await read(catalogue)
  expect([...new Set(seen.map((line) => line.split(' ')[0]))].toSorted()).toEqual(expect.arrayContaining(['GET', 'HEAD']))
  expect(seen.filter((line) => !/^(?:GET|HEAD|OPTIONS) /.test(line))).toEqual([])
  const passed = results.filter(({ verdict }) => verdict === 'pass').map(({ check }) => check)
  expect(passed).toEqual(expect.arrayContaining(['entity-tags/present', 'not-modified/repeats-tag']))
  // the server does not know If-None-Match: *
  const found = results.filter(({ verdict }) => !['pass', 'info', 'skip'].includes(verdict))
  expect(found.map(({ check }) => check)).toEqual(['if-none-match/star-304'])
  const skipped = results.filter(({ verdict, reason }) => verdict === 'skip' && reason!.startsWith('read-only: '))
  expect(skipped.length).toBeGreaterThan(passed.length)
})

test('an item that the target names is read, without looking for one', async () => {
  const { results, seen } = await read([entityTags.present], { items: 3, target: { items: { document: ['/documents/2'] } } })
  expect(results[0]!.verdict).toBe('pass')
  expect([...new Set(seen)]).toEqual(['GET /documents/2'])
})

test('where nothing is there, nothing is judged', async () => {
  const { results } = await read([entityTags.present], { items: 0 })
  expect(results[0]).toMatchObject({
    verdict: 'skip',
    reason: 'read-only: no document is known to read (the collection is empty); name one in the target file: items: { document: [/…] }',
  })
})

test('what is found has to be found three times: somebody else may write meanwhile', async () => {
  const never = await read([entityTags.stable], { behaviour: { tag: (_, reads) => `"${reads}"` } })
  expect(never.results[0]!.verdict).toMatch(/fail|warn/)
  const once = await read([entityTags.stable], { behaviour: { tag: (_, reads) => `"${Math.min(reads, 4)}"` } })
  expect(once.results[0]).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('it was not so again: somebody else may have changed the item meanwhile') as string,
  })
})
