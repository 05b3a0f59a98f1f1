import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, expect, test } from 'vitest'
import type { Exchange } from '../../reports/model.ts'
import { Client, type Wire } from '../../suites/kit/client.ts'
import { Redactor } from '../../suites/kit/secrets.ts'
import { defaultLimits, type Limits, withDefaults } from '../../suites/target.ts'

type Answers = (request: IncomingMessage, response: ServerResponse, count: number) => void

/** A client of a server that answers so; the methods that it saw. */
async function clientOf(answer: Answers, limits: Partial<Limits> = {}): Promise<{ send: Send; seen: string[]; exchanges: Exchange[] }> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.method!)
    answer(request, response, seen.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const client = new Client(withDefaults({ urls: [url], contract: '', limits: { ...defaultLimits, ...limits } }), new Redactor([]))
  onTestFinished(async () => {
    await client.close()
    server.close()
  })
  const exchanges: Exchange[] = []
  const record = (exchange: Exchange): void => void exchanges.push(exchange)
  const send: Send = (method, cleaning = false) => {
    const wire: Wire = { method, url: new URL(url), headers: [], body: undefined }
    return client
      .send(async () => wire, { purpose: 'do it', record, signal: new AbortController().signal, cleaning })
      .then(
        ({ status }) => status,
        (error: Error) => error.message,
      )
  }
  return { send, seen, exchanges }
}

type Send = (method: string, cleaning?: boolean) => Promise<number | string>

const busyOnce =
  (status: number, after?: string): Answers =>
  (_, response, count) =>
    void response.writeHead(count === 1 ? status : 200, after === undefined ? {} : { 'Retry-After': after }).end()

test.each(['POST', 'GET'])('a %s that was answered 429 had no effect, and is repeated once after the rest', async (method) => {
  const { send, seen, exchanges } = await clientOf(busyOnce(429, '0'))
  expect(await send(method)).toBe(200)
  expect(seen).toEqual([method, method])
  expect(exchanges.map(({ purpose }) => purpose)).toEqual(['do it', 'do it (again, since it was answered 429)'])
})

test('a second 429 ends it', async () => {
  const { send, seen } = await clientOf((_, response) => void response.writeHead(429, { 'Retry-After': '0' }).end())
  expect(await send('PUT')).toMatch(
    /^do it \(again.*\): rate-limited: answered 429, which says nothing about the requirement; set limits.rate/,
  )
  expect(seen).toHaveLength(2)
})

test('503 with Retry-After: what is safe is repeated, what may have had an effect is not', async () => {
  const safe = await clientOf(busyOnce(503, '0'))
  expect(await safe.send('GET')).toBe(200)
  expect(safe.seen).toEqual(['GET', 'GET'])
  const unsafe = await clientOf(busyOnce(503, '0'))
  expect(await unsafe.send('PUT')).toBe('do it: answered 503, which says nothing about the requirement')
  expect(unsafe.seen).toEqual(['PUT'])
})

test.each([502, 503, 504])('%d that asks for no rest is not repeated at all', async (status) => {
  const { send, seen } = await clientOf(busyOnce(status))
  expect(await send('GET')).toBe(`do it: answered ${status}, which says nothing about the requirement`)
  expect(seen).toHaveLength(1)
})

test.each([
  ['seconds', '3600'],
  ['a date', new Date(Date.now() + 3_600_000).toUTCString()],
])('a rest that is too long, in %s, is kept without asking again', async (_, after) => {
  const { send, seen } = await clientOf(busyOnce(429, after), { wait: 1000 })
  expect(await send('GET')).toContain('rate-limited: answered 429')
  expect(await send('GET')).toMatch(/^rate-limited: the target asks for a rest of 3\d{3} s, longer than the 1 s of limits.wait$/)
  expect(seen).toHaveLength(1)
})

test('no more requests than allowed, those that delete what was made included', async () => {
  const { send, seen } = await clientOf((_, response) => void response.end(), { requests: 2 })
  expect([await send('GET'), await send('DELETE', true), await send('DELETE', true)]).toEqual([
    200,
    200,
    'do it: not sent, since no more than 2 requests may be sent (limits.requests, --max-requests)',
  ])
  expect(seen).toHaveLength(2)
})
