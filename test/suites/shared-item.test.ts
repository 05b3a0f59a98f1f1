import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { movesWithChange } from '../../suites/dates.ts'
import { exposes } from '../../suites/cors.ts'
import { present } from '../../suites/entity-tags.ts'
import { current304 } from '../../suites/if-none-match.ts'
import type { Check } from '../../suites/kit/check.ts'
import type { Kit } from '../../suites/kit/kit.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { listNoConflict } from '../../suites/safe-methods.ts'
import { Session } from '../../suites/kit/session.ts'
import { runSuites } from '../../suites/vitest/run.ts'
import { serve, targetAt } from './documents.ts'
import { trial } from './trial.ts'

/** A check that says it only reads. */
const reading = (id: string, run: (kit: Kit) => Promise<void>): Check => trial(run, { id, reads: true })

const looks = async ({ resource, prove }: Kit): Promise<void> => {
  const item = await resource.create()
  prove.that((await item.read()).exists, 'it is not there', 'a', 'b')
}

test('checks that only read look at one item, its create is evidence of each, and it goes with the session', async () => {
  await using server = await serve()
  const target = await targetAt(server.url)
  const session = new Session(target)
  const ids = ['test/one', 'test/two', 'test/three']
  const results = (await Promise.all(ids.map((id) => runCheck(reading(id, looks), target, { session })))).flat()
  expect(results.map(({ verdict, reason }) => [verdict, reason])).toEqual(ids.map(() => ['pass', null]))
  expect(session.requests.get('POST')).toBe(1)
  for (const { exchanges } of results) expect(exchanges[0]!.request.method).toBe('POST')
  expect(server.count()).toBe(1)
  expect(await session.close()).toEqual([])
  expect(server.count()).toBe(0)
})

test('a second item in one check, and one made in a way of its own, is its own', async () => {
  await using server = await serve()
  const target = await targetAt(server.url)
  const session = new Session(target)
  const paths: string[] = []
  const run = async ({ resource, prove }: Kit): Promise<void> => {
    for (const item of await Promise.all([resource.create({ set: { '/title': 'mine' } }), resource.create(), resource.create()]))
      paths.push(item.id)
    prove.that(true, 'never', 'a', 'b')
  }
  await runCheck(reading('test/one', run), target, { session })
  await runCheck(reading('test/two', looks), target, { session })
  expect(new Set(paths).size).toBe(3)
  expect(session.requests.get('POST')).toBe(3)
  // what the check made for itself was deleted with it
  expect(server.count()).toBe(1)
  await session.close()
})

test('what is found at the shared item has to be found at an item of its own, where nobody else reads', async () => {
  await using server = await serve()
  const target = await targetAt(server.url)
  const session = new Session(target)
  await runCheck(reading('test/first', looks), target, { session })
  const verdictAt = (wrong: (id: string) => boolean): Check =>
    reading('test/finds', async ({ resource, prove }) => {
      const { id } = await resource.create()
      prove.that(!wrong(id), 'it is wrong', 'right', 'wrong')
    })
  const [only] = await runCheck(
    verdictAt((id) => id === '1'),
    target,
    { session },
  )
  expect(only).toMatchObject({ verdict: 'pass' })
  const [always] = await runCheck(
    verdictAt(() => true),
    target,
    { session },
  )
  expect(always).toMatchObject({ verdict: 'fail', reason: 'it is wrong' })
  expect(always!.exchanges.map(({ purpose }) => purpose)).toEqual(['create an item', 'read the new item'])
  await session.close()
})

for (const [revalidates, verdict] of [
  [true, 'pass'],
  [false, 'fail'],
] as const)
  test(`an item that changes by itself leaves no check out: ${verdict}`, async () => {
    await using server = await serve({ revalidates })
    const target = await targetAt(server.url)
    const session = new Session(target)
    await runCheck(reading('test/first', looks), target, { session })
    const body = JSON.stringify({ title: 'ready' })
    await fetch(`${server.url}/documents/1`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body })
    const [result] = await runCheck(current304, target, { session })
    expect(result).toMatchObject({ verdict })
    await session.close()
  })

test('a check that says it only reads, and writes, is a bug of ours and changes nothing', async () => {
  await using server = await serve()
  const target = await targetAt(server.url)
  const session = new Session(target)
  const writes = reading('test/writes', async ({ resource, prove }) => {
    await (await resource.create()).write()
    prove.that(true, 'never', 'a', 'b')
  })
  const [result] = await runCheck(writes, target, { session })
  expect(result).toMatchObject({
    verdict: 'inconclusive',
    reason: 'internal: a check that only reads would write with the replace of a well-behaved client',
  })
  expect(server.requests.filter((line) => line.startsWith('PUT'))).toEqual([])
  await session.close()
})

test('what the contract calls a read is one, also where it is a POST', async () => {
  await using server = await serve()
  const target = await targetAt(server.url, { overlays: [fileURLToPath(new URL('search.overlay.yaml', import.meta.url))] })
  const [result] = await runCheck(listNoConflict, target)
  expect(result).toMatchObject({ verdict: 'pass', reason: null })
  expect(server.requests).toContain('POST /documents/search')
})

test('an item that cannot be deleted is told in the report', async () => {
  await using server = await serve({ matches: (_, __, method) => method !== 'DELETE', refusal: 403 })
  const target = await targetAt(server.url)
  const { leftovers, complete } = await runSuites({ target, checks: [present], version: '0' })
  expect(complete).toBe(true)
  expect(leftovers).toEqual([
    {
      check: 'shared',
      resource: 'document',
      url: `${server.url}/documents/1`,
      reason: expect.stringMatching(/^its delete is answered 403/),
    },
  ])
})

test('what a check left that was held again is told as well', async () => {
  await using server = await serve({ matches: (_, __, method) => method !== 'DELETE', refusal: 403 })
  server.server.prependListener('request', (_, response) => response.setHeader('Access-Control-Allow-Origin', '*'))
  const target = await targetAt(server.url)
  const { leftovers, results } = await runSuites({ target, checks: [exposes], version: '0' })
  expect(results.map(({ verdict }) => verdict)).toEqual(['warn'])
  // the shared item, the create of the first try, an item and the create of the second, two that were watched
  expect(leftovers.map(({ url }) => url.slice(-1)).toSorted()).toEqual(['1', '2', '3', '4', '5', '6'])
  expect(server.count()).toBe(6)
})

test('to wait for the turn of the first look at a resource costs nothing of the limit of any check', async () => {
  await using server = await serve()
  const target = await targetAt(server.url)
  target.limits = { ...target.limits, rate: 1 }
  const session = new Session(target)
  const results = await Promise.all([1, 2].map(() => runCheck(movesWithChange, target, { session, limit: 500 })))
  expect(results.flat().map(({ reason }) => reason)).toEqual(['reads carry no Last-Modified', 'reads carry no Last-Modified'])
  await session.close()
})

test('to wait for the turn of its delete costs nothing of any limit', async () => {
  await using server = await serve()
  const target = await targetAt(server.url)
  target.limits = { ...target.limits, rate: 2 }
  const { leftovers, complete } = await runSuites({ target, checks: [present], limit: 300, version: '0' })
  expect({ leftovers, complete, left: server.count() }).toEqual({ leftovers: [], complete: true, left: 0 })
})
