import { once } from 'node:events'
import { Agent, request as nodeRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMock, type Listening, type Mock } from '../../mock/index.ts'
import { reference } from './reference.ts'

let mock: Mock
let server: Listening
const lines: string[] = []

beforeAll(async () => {
  mock = createMock(reference, { seed: 'wire', log: (line) => lines.push(line), limit: 10_000 })
  server = await mock.listen({ port: 0 })
})
beforeEach(() => mock.reset())
afterAll(() => server.close())

const item = '/documents/doc-handbook'
const json = { 'Content-Type': 'application/json' }
const call = (path: string, init: RequestInit = {}): Promise<Response> => fetch(server.url + path, init)

describe('methods', () => {
  test('HEAD has the fields of GET, and no content', async () => {
    const [get, head] = [await call(item), await call(item, { method: 'HEAD' })]
    for (const name of ['ETag', 'Last-Modified', 'Content-Type', 'Content-Length', 'Vary'])
      expect(head.headers.get(name)).toBe(get.headers.get(name))
    expect(await head.text()).toBe('')
    expect((await call('/documents/none', { method: 'HEAD' })).status).toBe(404)
    expect((await call(item, { method: 'HEAD', headers: { 'If-None-Match': get.headers.get('ETag')! } })).status).toBe(304)
  })

  test('OPTIONS tells what is allowed, whatever the condition', async () => {
    const answer = await call(item, { method: 'OPTIONS', headers: { 'If-Match': '"x"' } })
    expect([answer.status, answer.headers.get('Allow')]).toEqual([204, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'])
  })

  test('a method that is not there is 405 with Allow; a path that is not there is 404', async () => {
    const answer = await call(item, { method: 'POST' })
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'])
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect((await call('/nowhere')).status).toBe(404)
    expect((await call('/documents/%ff')).status).toBe(404)
  })
})

describe('content', () => {
  const put = (body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
    call(item, { method: 'PUT', headers: { 'If-Match': '*', ...json, ...headers }, body })

  test.each<[string, () => Promise<Response>, number]>([
    ['no JSON', () => put('{"title":'), 400],
    ['no UTF-8', () => put(Buffer.from([0x22, 0xff, 0x22])), 400],
    ['no body', () => call(item, { method: 'PUT', headers: { 'If-Match': '*' } }), 400],
    ['another type', () => put('<a/>', { 'Content-Type': 'application/xml' }), 415],
    ['too much', () => put(JSON.stringify({ title: 'a', text: 'x'.repeat(20_000) })), 413],
    ['not what the schema says', () => put('{"title":7,"text":"b"}'), 422],
    ['nothing acceptable', () => put('{"title":"a","text":"b"}', { Accept: 'image/png' }), 406],
    ['right', () => put('{"title":"a","text":"b"}', { 'Content-Type': 'Application/JSON; charset=utf-8' }), 200],
  ])('%s', async (_, send, status) => expect((await send()).status).toBe(status))

  test('content that grows too large without saying so is 413', async () => {
    const chunk = Buffer.alloc(4000, 'x')
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < 4; at += 1) controller.enqueue(chunk)
        controller.close()
      },
    })
    const answer = await call('/files/big.txt', {
      method: 'PUT',
      headers: { 'Content-Type': 'text/plain' },
      body,
      duplex: 'half',
    } as RequestInit)
    expect(answer.status).toBe(413)
    expect((await call('/files/big.txt')).status).toBe(404)
  })

  test('a text comes back byte by byte, with its type', async () => {
    const text = 'Grüße\r\n\u0000 end'
    await call('/files/g.txt', { method: 'PUT', headers: { 'Content-Type': 'text/plain' }, body: Buffer.from(text) })
    const answer = await call('/files/g.txt')
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(text))
    expect(answer.headers.get('Content-Type')).toBe('text/plain')
  })
})

describe('browsers', () => {
  const Origin = 'http://app.example'
  test.each([
    ['an answer', item, {}, 200],
    ['a refusal', item, { method: 'PUT', headers: { Origin, ...json }, body: '{"title":"a","text":"b"}' }, 428],
    ['an error', '/nowhere', {}, 404],
    ['no credentials', '/payments', {}, 401],
  ] as [string, string, RequestInit, number][])('%s can be read by a script of another origin', async (_, path, init, status) => {
    const answer = await call(path, { headers: { Origin }, ...init })
    expect([answer.status, answer.headers.get('Access-Control-Allow-Origin'), answer.headers.get('Vary')]).toEqual([
      status,
      Origin,
      'Origin',
    ])
    const names = answer.headers.get('Access-Control-Expose-Headers')!.split(', ')
    for (const name of [
      'ETag',
      'Location',
      'Last-Modified',
      'Retry-After',
      'Preference-Applied',
      'Idempotent-Replayed',
      'Ifmatch-Decision',
    ])
      expect(names).toContain(name)
  })

  test('a preflight allows conditions and keys', async () => {
    const answer = await call(item, {
      method: 'OPTIONS',
      headers: { Origin, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'if-match,x-other' },
    })
    const names = answer.headers.get('Access-Control-Allow-Headers')!.toLowerCase().split(', ')
    for (const name of ['if-match', 'if-none-match', 'if-unmodified-since', 'idempotency-key', 'prefer', 'x-other'])
      expect(names).toContain(name)
    expect(answer.headers.get('Access-Control-Allow-Methods')).toContain('PUT')
  })
})

describe('connections', () => {
  /** Sends bytes and gives what comes back until the other side closes. */
  async function raw(text: string): Promise<string> {
    const socket = await open()
    socket.write(text)
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString()
  }

  async function open(): Promise<Socket> {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return socket
  }

  test('304, 204 and HEAD leave the connection in step', async () => {
    const tag = (await call(item)).headers.get('ETag')!
    const get = (more: string): string => `GET ${item} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
    const seen = await raw(
      get(`If-None-Match: ${tag}\r\n`) +
        `HEAD ${item} HTTP/1.1\r\nHost: x\r\n\r\n` +
        `DELETE ${item} HTTP/1.1\r\nHost: x\r\nIf-Match: ${tag}\r\n\r\n` +
        get('Connection: close\r\n'),
    )
    expect([...seen.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((found) => found[1])).toEqual(['304', '200', '204', '404'])
    const [notModified, , noContent] = seen.split(/(?=HTTP\/1\.1 )/)
    expect(notModified).not.toMatch(/content-length/i)
    expect(noContent).not.toMatch(/content-length/i)
  })

  test('Expect: 100-continue is refused at once where the header fields decide it', async () => {
    const head = (tag: string): string =>
      `PUT ${item} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 24\r\nExpect: 100-continue\r\nIf-Match: ${tag}\r\n`
    const refused = await raw(`${head('"stale"')}\r\n`)
    expect(refused).toMatch(/^HTTP\/1\.1 412 /)
    expect(refused).not.toContain('100 Continue')

    const socket = await open()
    socket.write(`${head('*')}Connection: close\r\n\r\n`)
    const [go] = (await once(socket, 'data')) as [Buffer]
    expect(go.toString()).toMatch(/^HTTP\/1\.1 100 /)
    socket.write('{"title":"a","text":"b"}')
    let rest = ''
    for await (const chunk of socket) rest += String(chunk)
    expect(rest).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('a client that goes away half-way has changed nothing', async () => {
    const before = await (await call(item)).text()
    const socket = await open()
    socket.write(`PUT ${item} HTTP/1.1\r\nHost: x\r\nIf-Match: *\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"title":`)
    socket.destroy()
    await once(socket, 'close')
    expect(await (await call(item)).text()).toBe(before)
  })

  test('garbage is 400, and the next client is served', async () => {
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect((await call(item)).status).toBe(200)
  })

  test('two header lines are one list', async () => {
    const tag = (await call(item)).headers.get('ETag')!
    const seen = await raw(`GET ${item} HTTP/1.1\r\nHost: x\r\nIf-None-Match: "a"\r\nIf-None-Match: ${tag}\r\nConnection: close\r\n\r\n`)
    expect(seen).toMatch(/^HTTP\/1\.1 304 /)
  })

  test('close ends open connections', async () => {
    const other = await createMock(reference).listen({ port: 0 })
    const agent = new Agent({ keepAlive: true })
    const [answer] = (await once(nodeRequest(`${other.url}${item}`, { agent }).end(), 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    await other.close()
    await expect(fetch(other.url + item)).rejects.toThrow('fetch failed')
    agent.destroy()
  })

  test('an address that cannot be had says so', async () => {
    await expect(createMock(reference).listen({ port: Number(new URL(server.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('the mock itself', () => {
  test('reset puts the data back', async () => {
    const before = await (await call('/documents')).text()
    await call('/documents', { method: 'POST', headers: json, body: '{"title":"a","text":"b"}' })
    await call(item, { method: 'DELETE', headers: { 'If-Match': '*' } })
    expect((await call('/__ifmatch/reset', { method: 'POST' })).status).toBe(204)
    expect(await (await call('/documents')).text()).toBe(before)
    expect((await call('/__ifmatch/reset')).status).toBe(405)
  })

  test('each request is a line, with the reason of a refusal', async () => {
    lines.length = 0
    await call(item, { headers: { 'If-None-Match': '*' } })
    await call(item)
    expect(lines[0]).toMatch(/^GET \/documents\/doc-handbook 304 unchanged;rule="fresh";at="/)
    expect(lines[1]).toBe('GET /documents/doc-handbook 200')
  })

  test('an operation without a contract says so', async () => {
    const operation = { ...reference.operations[0]!, path: '/other', pointer: '#/paths/~1other/get' }
    const other = await createMock({ ...reference, operations: [...reference.operations, operation] }).listen({ port: 0 })
    const answer = await fetch(`${other.url}/other`)
    expect(answer.status).toBe(501)
    expect(((await answer.json()) as { detail: string }).detail).toContain('x-conflict has no resource for GET /other')
    await other.close()
  })
})

describe('races', () => {
  const race = (path: string, init: (at: number) => RequestInit): Promise<number[]> =>
    Promise.all(Array.from({ length: 16 }, async (_, at) => (await call(path, init(at))).status))

  test('of 16 writers with one tag, one wins and its text stands', async () => {
    for (let round = 0; round < 5; round += 1) {
      const tag = (await call(item)).headers.get('ETag')!
      const statuses = await race(item, (at) => ({
        method: 'PUT',
        headers: { 'If-Match': tag, ...json },
        body: JSON.stringify({ title: `writer ${round}`, text: `${at}` }),
      }))
      expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 15 }, () => 412)])
      expect(((await (await call(item)).json()) as { text: string }).text).toBe(String(statuses.indexOf(200)))
    }
  })

  test('of 16 creators of one name, one wins', async () => {
    const statuses = await race('/files/race.txt', (at) => ({
      method: 'PUT',
      headers: { 'If-None-Match': '*', 'Content-Type': 'text/plain' },
      body: `${at}`,
    }))
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(await (await call('/files/race.txt')).text()).toBe(String(statuses.indexOf(201)))
  })

  test('of 16 users with one name, one is made; of 16 payments with one key, one', async () => {
    const users = await race('/users', (at) => ({
      method: 'POST',
      headers: json,
      body: JSON.stringify({ username: 'race', email: `${at}@example.org`, displayName: 'R' }),
    }))
    expect(users.toSorted()).toEqual([201, ...Array.from({ length: 15 }, () => 409)])
    const headers = { Authorization: 'Bearer example-token-of-anna', 'Idempotency-Key': 'race', ...json }
    const before = ((await (await call('/payments', { headers })).json()) as { items: unknown[] }).items.length
    const payments = await race('/payments', () => ({
      method: 'POST',
      headers,
      body: '{"amount":1,"currency":"EUR","payee":"p","reference":"r"}',
    }))
    expect(payments.every((status) => status === 201 || status === 409)).toBe(true)
    expect(((await (await call('/payments', { headers })).json()) as { items: unknown[] }).items).toHaveLength(before + 1)
  })

  test('a mock that checks first and writes later loses updates: the race can fail', async () => {
    const faulty = await createMock(reference, { faults: ['check-then-write-20ms'] }).listen({ port: 0 })
    const tag = (await fetch(faulty.url + item)).headers.get('ETag')!
    const statuses = await Promise.all(
      Array.from({ length: 16 }, async (_, at) => {
        const body = JSON.stringify({ title: 'a', text: `${at}` })
        return (await fetch(faulty.url + item, { method: 'PUT', headers: { 'If-Match': tag, ...json }, body })).status
      }),
    )
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(1)
    await faulty.close()
  })
})
