import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import type { Leftover } from '../../reports/model.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { finish } from '../../suites/kit/finish.ts'
import type { Kit } from '../../suites/kit/kit.ts'
import { readLedger } from '../../suites/kit/ledger.ts'
import { runCheck } from '../../suites/kit/run.ts'
import type { Target, TargetConfig } from '../../suites/target.ts'
import { serve, targetAt } from './documents.ts'
import { inFront } from './servers/in-front.ts'
import { trial } from './trial.ts'

let folder: string
let count = 0
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))))
afterAll(() => rm(folder, { recursive: true }))

const targetWithLedger = (url: string, changes: Partial<TargetConfig> = {}): Promise<Target> =>
  targetAt(url, { ledger: path.join(folder, '.ifmatch', `${++count}.jsonl`), ...changes })

/** Runs a check; what it left. */
async function run(target: Target, act: (kit: Kit) => Promise<void>): Promise<{ left: Leftover[]; reason: string | null }> {
  const left: Leftover[] = []
  const [result] = await runCheck(trial(act, { needs: ['create'] }), target, { onLeft: (some) => void left.push(...some) })
  return { left, reason: result!.reason }
}

test('each create stands in the ledger before it is sent, and the file goes when everything is gone', async () => {
  await using server = await serve()
  const lines: number[] = []
  const seen: string[] = []
  const url = await inFront(server.url, ({ method }) => {
    const text = existsSync(target.ledger!) ? readFileSync(target.ledger!, 'utf8') : ''
    seen.push(method!)
    lines.push(text.split('\n').length - 1)
    return false
  })
  const target = await targetWithLedger(url)
  const { left } = await run(target, async ({ resource }) => {
    await resource.create()
    await resource.create()
  })
  expect(left).toEqual([])
  expect(seen.filter((method) => method !== 'GET')).toEqual(['POST', 'POST', 'DELETE', 'DELETE'])
  // the head and the first create; its answer and the second create; the answer to that; the first that is gone
  expect(lines.filter((_, at) => seen[at] !== 'GET')).toEqual([2, 4, 5, 6])
  expect(server.count()).toBe(0)
  expect(existsSync(target.ledger!)).toBe(false)
  expect(existsSync(path.dirname(target.ledger!))).toBe(false)
})

test('what cannot be deleted is told and stays in the ledger, without credentials, until it is finished', async () => {
  await using server = await serve({ required: true })
  let forbidden = true
  const url = await inFront(server.url, ({ method }, response) => {
    if (method !== 'DELETE' || !forbidden) return false
    response.writeHead(403).end('not now')
    return true
  })
  const secret = 's3cr3t-t0ken'
  const target = await targetWithLedger(url, {
    identities: { a: { headers: [['Authorization', `Bearer ${secret}`]], query: [['key', secret]] } },
    secrets: [{ name: 'T', value: secret, sentIn: ['authorization', '?key'] }],
  })
  const { left } = await run(target, async ({ resource }) => {
    await resource.create()
    await resource.create()
  })
  expect(left).toEqual([
    { check: 'test/this', resource: 'document', url: `${url}/documents/2`, reason: 'its delete is answered 403 not now' },
    { check: 'test/this', resource: 'document', url: `${url}/documents/1`, reason: 'its delete is answered 403 not now' },
  ])
  expect(readFileSync(target.ledger!, 'utf8')).not.toContain(secret)
  const { head, open } = readLedger(target.ledger!)
  expect(head).toMatchObject({ name: 'documents', urls: [url], contract: target.contract, file: null })
  expect(open.map(({ known }) => known)).toEqual([
    { path: { id: '1' }, token: '"v1"', url: `${url}/documents/1` },
    { path: { id: '2' }, token: '"v1"', url: `${url}/documents/2` },
  ])

  const never = new AbortController().signal
  expect(await finish(target, target.ledger!, never)).toMatchObject({ deleted: 0, later: left.map((one) => ({ ...one })) })
  forbidden = false
  await fetch(`${server.url}/documents/2`, { method: 'PUT', headers: { 'If-Match': '"v1"' }, body: '{"title":"another version"}' })
  expect(await finish(target, target.ledger!, never)).toEqual({ deleted: 2, later: [], lost: [] })
  expect(server.count()).toBe(0)
  expect(existsSync(target.ledger!)).toBe(false)
})

test('a run that was killed leaves a ledger that can be finished, whatever its last line', async () => {
  await using server = await serve()
  const target = await targetWithLedger(server.url)
  let ledger = ''
  await run(target, async ({ resource }) => {
    await resource.create()
    await resource.create()
    ledger = readFileSync(target.ledger!, 'utf8')
  })
  for (const title of ['a', 'b']) await fetch(`${server.url}/documents`, { method: 'POST', body: JSON.stringify({ title }) })
  const file = path.join(folder, 'killed.jsonl')
  const moved = ledger.replaceAll('"id":"1"', '"id":"3"').replaceAll('"id":"2"', '"id":"4"')
  writeFileSync(file, `${moved}{"entry":3,"is":"se`)
  expect(await finish(target, file, new AbortController().signal)).toEqual({ deleted: 2, later: [], lost: [] })
  expect(server.count()).toBe(0)
})

test('a create that gets no answer may have made something, and is told', async () => {
  await using server = await serve()
  const url = await inFront(server.url, (request, response) => {
    if (request.method !== 'POST') return false
    response.destroy()
    return true
  })
  const target = await targetWithLedger(url)
  const { left } = await run(target, async ({ resource }) => void (await resource.create()))
  expect(left).toEqual([
    {
      check: 'test/this',
      resource: 'document',
      url: `${url}/documents`,
      reason: 'its create was sent, but no answer was seen: it may be there',
    },
  ])
  // no request could delete it, so it stays told
  expect(existsSync(target.ledger!)).toBe(false)
})

test('where the run was killed before that was told, finishing the ledger tells it', async () => {
  await using server = await serve()
  const file = path.join(folder, 'lost.jsonl')
  const head = {
    ifmatch: 'ledger',
    version: 1,
    file: null,
    name: 'documents',
    urls: [server.url],
    contract: '',
    overlays: [],
    dialects: [],
    prefix: '',
    started: '',
  }
  const sent = {
    entry: 1,
    is: 'sent',
    check: 'test/this',
    resource: 'document',
    as: 'a',
    method: 'POST',
    url: `${server.url}/documents`,
    path: {},
  }
  writeFileSync(file, [head, sent, { ...sent, entry: 2, resource: 'letter' }, ''].map((line) => line && JSON.stringify(line)).join('\n'))
  const left = { check: 'test/this', url: `${server.url}/documents` }
  expect(await finish(await targetAt(server.url), file, new AbortController().signal)).toEqual({
    deleted: 0,
    later: [],
    lost: [
      { ...left, resource: 'letter', reason: 'the contract has no resource "letter"' },
      { ...left, resource: 'document', reason: 'its create was sent, but no answer was seen: it may be there' },
    ],
  })
  expect(existsSync(file)).toBe(false)
})

test('what was never made is gone, also where a delete has to say which version it deletes', async () => {
  const mock = await createMock(await loadContract(referenceApi), { seed: '1' }).listen({ port: 0 })
  onTestFinished(mock.close)
  const headers: [string, string][] = [['Authorization', 'Bearer example-token-of-anna']]
  const target = await targetAt(mock.url, { contract: referenceApi, headers })
  const file = path.join(folder, 'never.jsonl')
  const { contract, urls, prefix } = target
  const head = { ifmatch: 'ledger', version: 1, file: null, name: 'a', urls, contract, overlays: [], dialects: [], prefix, started: '' }
  const sent = { check: 'test/this', resource: 'file', as: 'a', method: 'PUT', url: `${mock.url}/files/never`, path: { name: 'never' } }
  writeFileSync(file, `${JSON.stringify(head)}\n${JSON.stringify({ entry: 1, is: 'sent', ...sent })}\n`)
  expect(await finish(target, file, new AbortController().signal)).toEqual({ deleted: 1, later: [], lost: [] })
})

test('an interrupt waits for the answer to a create, and deletes what it made', async () => {
  await using server = await serve()
  const stop = new AbortController()
  const url = await inFront(server.url, ({ method }) => (method === 'POST' && stop.abort(), false))
  const target = await targetWithLedger(url)
  const left: Leftover[] = []
  const options = { signal: stop.signal, onLeft: (some: Leftover[]): void => void left.push(...some) }
  const [result] = await runCheck(
    trial(async ({ resource }) => void (await resource.create())),
    target,
    options,
  )
  expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'interrupted' })
  expect(left).toEqual([])
  expect(server.requests.map((line) => line.split(' ')[0]).filter((method) => method !== 'GET')).toEqual(['POST', 'DELETE'])
  expect(existsSync(target.ledger!)).toBe(false)
})

test.each([
  ['refused', 422],
  ['rate-limited', 429],
])('a create that is %s made nothing', async (_, status) => {
  await using server = await serve()
  const url = await inFront(server.url, (request, response) => {
    if (request.method !== 'POST') return false
    response.writeHead(status, { 'Retry-After': '0' }).end()
    return true
  })
  const target = await targetWithLedger(url)
  expect((await run(target, async ({ resource }) => void (await resource.create()))).left).toEqual([])
  expect(existsSync(target.ledger!)).toBe(false)
})

test('requests are kept for deleting what was made', async () => {
  await using server = await serve()
  const target = await targetWithLedger(server.url, { limits: { ...(await targetAt(server.url)).limits, requests: 7 } })
  const { reason, left } = await run(target, async ({ resource }) => {
    for (;;) await resource.create()
  })
  expect(reason).toContain('not sent, since no more than 7 requests may be sent')
  expect(left).toEqual([])
  expect(server.count()).toBe(0)
  expect(server.requests.length).toBeLessThanOrEqual(7)
})

test.each([
  ['', /:1: this is no ledger of ifmatch; name a file that a run left/],
  ['{"a":1}\n', /:1: this is no ledger/],
  ['nonsense\n', /:1: this is no line of a ledger/],
])('%j is no ledger', (text, message) => {
  const file = path.join(folder, 'none.jsonl')
  writeFileSync(file, text)
  expect(() => readLedger(file)).toThrow(message)
})
