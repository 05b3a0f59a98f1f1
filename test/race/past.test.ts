import { createServer, request as ask } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Exchange, RaceOperation, Result } from '../../reports/model.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import type { Item } from '../../suites/kit/kit.ts'
import { oneWinner } from '../../suites/races/stale-token.ts'
import { updateOrDelete } from '../../suites/races/update-or-delete.ts'
import { nothingLost } from '../../suites/races/counter.ts'
import { withPast } from '../../suites/races/past.ts'
import { type Behaviour, serve, targetAt } from '../suites/documents.ts'
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

/** All races of one item, five rounds each, against what a cache shows of a server. */
async function behind(keeps: (path: string, reads: number) => boolean, changes: Partial<Behaviour> = {}): Promise<Result[]> {
  await using server = await serve(changes)
  await using cache = await cacheBefore(server.url, keeps)
  const target = await targetAt(cache.url, { races: { rounds: 5 } })
  const session = new Session(target)
  const results: Result[] = []
  for (const check of [oneWinner, updateOrDelete, nothingLost]) results.push(...(await runCheck(check, target, { session })))
  await session.close()
  return results
}

const never = (): boolean => true

describe('reads that are behind', { timeout: 60_000 }, () => {
  test('by a cache that never lets go: each round has an item of its own, and only the first waits for what shows nowhere', async () => {
    const [saved, deleted, counted] = await behind(never)
    expect([saved!.verdict, saved!.reason, saved!.race!.rounds]).toEqual(['pass', null, 5])
    expect([deleted!.verdict, deleted!.reason, deleted!.race!.rounds]).toEqual(['pass', null, 5])
    expect([counted!.verdict, counted!.reason]).toEqual(['skip', expect.stringContaining('reads are behind')])
    // of the last round: a new item is read once when it was made, once before the race and once after
    const reads = (exchanges: Exchange[]): number => exchanges.filter(({ request }) => request.method === 'GET').length
    expect(reads(saved!.exchanges)).toBeLessThan(6)
    expect(reads(deleted!.exchanges)).toBeLessThan(6)
  })

  test('now and then', async () => {
    for (const result of await behind((_path, reads) => reads % 3 > 0)) expect(['pass', 'skip', 'inconclusive']).toContain(result.verdict)
  })

  test('hide no lost update', async () => {
    const [saved] = await behind(never, { matches: () => true })
    expect(saved).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('same version') })
  })
})

describe('everybody is refused', () => {
  test('who then writes alone with the same version is not: that nobody won is told, and how it is known', async () => {
    let turns = 0
    await using server = await serve({ matches: (field, tag) => field === undefined || (++turns % 6 === 0 && field === tag) })
    const [result] = await runCheck(oneWinner, await targetAt(server.url, { races: { rounds: 1, writers: 5 } }))
    expect(result).toMatchObject({ verdict: 'warn', reason: expect.stringContaining('nobody succeeded'), race: { rounds: 1 } })
    expect(result!.seen).toContain('G wrote with it when all had ended')
  })

  test('and who writes alone as well: their version was an old one, and the round tells nothing', async () => {
    await using server = await serve({ matches: (field) => field === undefined })
    const [result] = await runCheck(oneWinner, await targetAt(server.url, { races: { rounds: 2, writers: 5 } }))
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('a read that was behind may have shown it') })
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
