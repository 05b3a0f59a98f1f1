import { createServer, request as ask } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { RaceOperation } from '../../reports/model.ts'
import { runCheck } from '../../suites/kit/run.ts'
import type { Item } from '../../suites/kit/kit.ts'
import { oneWinner } from '../../suites/races/stale-token.ts'
import { nothingLost } from '../../suites/races/counter.ts'
import { withPast } from '../../suites/races/past.ts'
import { serve, targetAt } from '../suites/documents.ts'
import { hold, told } from '../suites/servers/hold.ts'

/** A cache before a server: it keeps the answers to GET as long as `keeps` says. */
async function cacheBefore(
  url: string,
  keeps: (path: string, reads: number) => boolean,
): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const kept = new Map<string, { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }>()
  let reads = 0
  const server = createServer(async (request, response) => {
    const path = request.url!
    if (request.method === 'GET') {
      const old = kept.get(path)
      if (old !== undefined && keeps(path, ++reads)) return void response.writeHead(old.status, old.headers).end(old.body)
    }
    const onward = ask(url + path, { method: request.method, headers: request.headers })
    request.pipe(onward)
    const [answer] = await once(onward, 'response')
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk)
    const whole = { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }
    if (request.method === 'GET') kept.set(path, whole)
    response.writeHead(whole.status, whole.headers).end(whole.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: stop }
}

describe('a right server whose reads are behind is not accused', { timeout: 30_000 }, () => {
  test.each([
    ['by a cache that never lets go', () => true],
    ['now and then', (_path: string, reads: number) => reads % 3 > 0],
  ])('%s', async (_name, keeps) => {
    await using server = await serve()
    await using cache = await cacheBefore(server.url, keeps)
    const target = await targetAt(cache.url, { races: { rounds: 2 } })
    for (const check of [oneWinner, nothingLost]) {
      const [result] = await runCheck(check, target)
      expect([result!.verdict, result!.reason]).not.toContain('fail')
    }
  })
})

test('patches that show a second later are not missed', async () => {
  const results = await hold({ habits: { lag: 1000 }, only: 'races/patches', target: { races: { rounds: 2, writers: 5 } } })
  expect(told(results, 'pass')).toHaveLength(2)
})

test('a server that acknowledges and stores nothing is proved', async () => {
  await using server = await serve({ stores: false })
  const [result] = await runCheck(oneWinner, await targetAt(server.url, { races: { rounds: 1 } }))
  expect(result).toMatchObject({ verdict: 'fail' })
})

test('a request that was never answered may come in a later round', () => {
  const item = {} as Item
  const common = { writer: 'A', role: 'write', call: 1, sent: '"0"', status: null, shown: null } as const
  const lost: RaceOperation = { ...common, id: 1, end: null, wrote: 'a', outcome: 'unknown' }
  const won: RaceOperation = { ...common, id: 2, end: 2, wrote: 'b', outcome: 'done', status: 200 }
  const state = (value: string) => ({ exists: true, value, token: `"${value}"` })
  expect(withPast(item, { start: state('0'), operations: [lost, won] })).toMatchObject({ operations: [lost, won], earlier: [] })
  const second = withPast(item, { start: state('b'), operations: [{ ...won, id: 1, wrote: 'c' }] })
  expect(second.operations.map(({ id, wrote, call, outcome }) => [id, wrote, call, outcome])).toEqual([
    [1, 'c', 1, 'done'],
    [2, 'a', -1, 'unknown'],
  ])
  expect(second.earlier).toEqual(['0'])
  const third = withPast(item, { start: state('a'), operations: [] })
  expect(third).toMatchObject({ operations: [], earlier: ['0', 'b', 'c'] })
})
