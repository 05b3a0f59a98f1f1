import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Exchange, HeaderLine } from '../../reports/model.ts'
import type { Identity } from '../../suites/kit/request.ts'
import { Session } from '../../suites/kit/session.ts'
import { openTarget } from '../../suites/target.ts'
import { loadTarget } from '../../suites/target-file.ts'
import { listening } from '../listening.ts'
import { contractFile } from './documents.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))))
afterAll(() => rm(folder, { recursive: true }))

const listen = async (server: Server): Promise<string> => `http://127.0.0.1:${await listening(server)}`

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

/** An API that takes everything, unless told otherwise, and echoes what it was sent. */
async function api(status: (seen: Seen) => number = () => 200): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const one = { method: request.method!, url: request.url!, headers: request.headers, body: await text(request) }
    seen.push(one)
    response.writeHead(status(one), { 'Content-Type': 'application/json' }).end(JSON.stringify(one))
  })
  return { url: await listen(server), seen }
}

interface Caller {
  /** Reads or creates a document; the status, or what went wrong. */
  send(options?: { as?: Identity; role?: 'read' | 'create'; headers?: HeaderLine[] }): Promise<number | string>
  exchanges: Exchange[]
}

/** Who is described by an identity of a target file. */
async function caller(url: string, identity: string, env: Record<string, string> = {}): Promise<Caller> {
  const file = path.join(folder, 'shop.target.yaml')
  await writeFile(file, `urls: ["${url}"]\ncontract: ${contractFile}\nidentities:\n  a: ${identity}\n`)
  const session = new Session(await openTarget(await loadTarget(file, env)))
  onTestFinished(async () => void (await session.close()))
  const resource = session.target.loaded.resources.get('document')!
  const exchanges: Exchange[] = []
  const record = (exchange: Exchange): void => void exchanges.push(exchange)
  return {
    exchanges,
    send: ({ as = 'a', role = 'read', headers = [] } = {}) => {
      const { operation } = resource.operations.get(role)!
      const body = role === 'create' ? { title: 'hello' } : undefined
      const [name] = resource.parameters
      const request = {
        purpose: 'do it',
        role,
        operation,
        method: operation.method,
        path: { [name!]: '7' },
        query: [],
        headers,
        body,
        as,
        resource: 'document',
      }
      return session.send(request, { record, signal: new AbortController().signal }).then(
        ({ status }) => status,
        (error: Error) => error.message,
      )
    },
  }
}

test('bearer, basic and cookies are sent, and nobody sends none of them', async () => {
  const { url, seen } = await api()
  const env = { TOKEN: 'tok-123456', PASSWORD: 'open sesame', SESSION: 's3ss10n' }
  const bearer = await caller(url, '{ bearer: "${TOKEN}", cookies: { sid: "${SESSION}", theme: "${SESSION}" } }', env)
  await bearer.send({ headers: [['Cookie', 'own=1']] })
  await bearer.send({ as: 'anonymous' })
  const basic = await caller(url, '{ basic: { user: me, password: "${PASSWORD}" } }', env)
  await basic.send()
  expect(seen.map(({ headers }) => [headers.authorization, headers.cookie])).toEqual([
    ['Bearer tok-123456', 'sid=s3ss10n; theme=s3ss10n; own=1'],
    [undefined, undefined],
    [`Basic ${Buffer.from('me:open sesame').toString('base64')}`, undefined],
  ])
  const told = JSON.stringify([bearer.exchanges, basic.exchanges])
  for (const secret of [...Object.values(env), Buffer.from('me:open sesame').toString('base64')]) expect(told).not.toContain(secret)
})

/** A token endpoint that gives out tokens in turn. */
async function endpoint(...answers: object[]): Promise<{ url: string; asked: Seen[] }> {
  const asked: Seen[] = []
  const server = createServer(async (request, response) => {
    asked.push({ method: request.method!, url: request.url!, headers: request.headers, body: await text(request) })
    const answer = answers[Math.min(asked.length, answers.length) - 1] as { status?: number }
    response.writeHead(answer.status ?? 200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
  })
  return { url: `${await listen(server)}/token`, asked }
}

const client = { SECRET: 'cl13nt s3cr3t' }
const oauth = (url: string, more = ''): string => `{ oauth: { token: "${url}", id: "my app", secret: "\${SECRET}", scope: "a b"${more} } }`

test('an access token is fetched once for all requests, and is a secret', async () => {
  const { url, seen } = await api()
  const tokens = await endpoint({ access_token: 'first-token', token_type: 'Bearer', expires_in: 3600 })
  const who = await caller(url, oauth(tokens.url), client)
  expect(await Promise.all([who.send(), who.send(), who.send()])).toEqual([200, 200, 200])
  expect(tokens.asked).toHaveLength(1)
  expect(tokens.asked[0]).toMatchObject({ method: 'POST', body: 'grant_type=client_credentials&scope=a+b' })
  const [, pair] = tokens.asked[0]!.headers.authorization!.split(' ')
  expect(Buffer.from(pair!, 'base64').toString()).toBe('my+app:cl13nt+s3cr3t')
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer first-token', 'Bearer first-token', 'Bearer first-token'])
  expect(JSON.stringify(who.exchanges)).not.toContain('first-token')
  expect(who.exchanges[0]!.request.headers).toContainEqual(['Authorization', 'Bearer $A_ACCESS_TOKEN'])
})

test('id and secret go into the body where the endpoint wants them there', async () => {
  const { url } = await api()
  const tokens = await endpoint({ access_token: 'first-token' })
  const who = await caller(url, oauth(tokens.url, ', send: body, params: { audience: shop }'), client)
  expect(await who.send()).toBe(200)
  expect(tokens.asked[0]!.headers.authorization).toBeUndefined()
  expect(Object.fromEntries(new URLSearchParams(tokens.asked[0]!.body))).toEqual({
    grant_type: 'client_credentials',
    scope: 'a b',
    audience: 'shop',
    client_id: 'my app',
    client_secret: 'cl13nt s3cr3t',
  })
})

test('a token that has expired is fetched anew before it is used', async () => {
  const { url, seen } = await api()
  const tokens = await endpoint({ access_token: 'first-token', expires_in: 0.001 }, { access_token: 'second-token', expires_in: 3600 })
  const who = await caller(url, oauth(tokens.url), client)
  await who.send()
  await new Promise((resolve) => setTimeout(resolve, 5))
  await who.send()
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer first-token', 'Bearer second-token'])
})

test('a token that is refused is replaced once, and the request repeated', async () => {
  const { url, seen } = await api(({ headers }) => (headers.authorization === 'Bearer second-token' ? 201 : 401))
  const tokens = await endpoint({ access_token: 'first-token' }, { access_token: 'second-token' })
  const who = await caller(url, oauth(tokens.url), client)
  expect(await who.send({ role: 'create' })).toBe(201)
  expect(seen.map(({ method, body }) => [method, body])).toEqual([
    ['POST', '{"title":"hello"}'],
    ['POST', '{"title":"hello"}'],
  ])
  expect(who.exchanges.map(({ purpose }) => purpose)).toEqual(['do it', 'do it (again, with a new access token)'])
})

test('an API that refuses every token is not asked for ever', async () => {
  const { url, seen } = await api(() => 401)
  const tokens = await endpoint({ access_token: 'first-token' }, { access_token: 'second-token' }, { access_token: 'third-token' })
  const who = await caller(url, oauth(tokens.url), client)
  expect([await who.send(), await who.send(), await who.send()]).toEqual([401, 401, 401])
  expect([seen.length, tokens.asked.length]).toEqual([4, 2])
})

test.each([
  [{ status: 401, error: 'invalid_client', error_description: 'cl13nt s3cr3t is wrong' }, 'answered 401 (invalid_client)'],
  [{ status: 302 }, 'answered 302'],
  [{ token_type: 'bearer' }, 'the answer has no access_token'],
  [{ access_token: 'x', token_type: 'mac' }, 'its token_type "mac" is not bearer'],
])('an endpoint that gives no token (%j) is asked once, and told about', async (answer, why) => {
  const { url, seen } = await api()
  const tokens = await endpoint(answer)
  const who = await caller(url, oauth(tokens.url), client)
  expect([await who.send(), await who.send()]).toEqual(Array(2).fill(`no access token from ${tokens.url}: ${why}`))
  expect([seen.length, tokens.asked.length]).toEqual([0, 1])
})

const hmac = `import { createHmac } from 'node:crypto'
export default async ({ method, url, headers, body, bodySha256 }) => {
  const host = headers.find(([name]) => name === 'Host')[1]
  const seal = createHmac('sha256', process.env.IFMATCH_TEST_KEY ?? 'k').update([method, url, host, bodySha256].join()).digest('hex')
  return { Authorization: 'HMAC ' + seal, Date: 'Sun, 22 Nov 2026 14:35:12 GMT', 'User-Agent': null }
}`

test('a module signs each request as it goes out, and its seals are secrets', async () => {
  const { url, seen } = await api()
  await writeFile(path.join(folder, 'sign.mjs'), hmac)
  const who = await caller(url, '{ sign: { module: ./sign.mjs } }')
  expect([await who.send({ role: 'create' }), await who.send(), await who.send({ as: 'anonymous' })]).toEqual([200, 200, 200])
  const [one, other, nobody] = seen
  expect(one!.headers).toMatchObject({
    authorization: expect.stringMatching(/^HMAC [0-9a-f]{64}$/) as string,
    date: 'Sun, 22 Nov 2026 14:35:12 GMT',
  })
  expect(one!.headers['user-agent']).toBeUndefined()
  expect(other!.headers.authorization).not.toBe(one!.headers.authorization)
  expect(nobody!.headers.authorization).toBeUndefined()
  const told = JSON.stringify(who.exchanges)
  for (const { headers } of [one!, other!]) expect(told).not.toContain(headers.authorization!.slice(5))
  expect(told).toContain('$A_SIGNED_AUTHORIZATION')
  expect(told).toContain('Sun, 22 Nov 2026 14:35:12 GMT')
})

test('a command gets one JSON line and answers headers', async () => {
  const { url, seen } = await api()
  await writeFile(path.join(folder, 'sign.sh'), `#!/bin/sh\nhead -n 1 > line.json\necho '{"X-Seal":"seal-of-shell"}'\n`)
  const who = await caller(url, '{ sign: { command: [sh, sign.sh] } }')
  expect(await who.send({ role: 'create' })).toBe(200)
  expect(seen[0]!.headers['x-seal']).toBe('seal-of-shell')
  expect(JSON.stringify(who.exchanges)).not.toContain('seal-of-shell')
  const line = JSON.parse(await readFile(path.join(folder, 'line.json'), 'utf8')) as Record<string, unknown>
  expect(line).toMatchObject({
    method: 'POST',
    url: `${url}/documents`,
    body: '{"title":"hello"}',
    bodySha256: createHash('sha256').update('{"title":"hello"}').digest('hex'),
  })
})

test.each([
  ['{ sign: { command: [./none.sh] } }', './none.sh cannot be run (ENOENT)'],
  ['{ sign: { command: [sh, -c, "echo s3cr3t >&2; exit 3"] } }', 'sh ended with 3; give it a request by hand to see why'],
  ['{ sign: { command: [echo, hello] } }', 'echo did not answer JSON'],
  ['{ sign: { command: [echo, "[]"] } }', 'echo did not answer an object of header fields'],
  ['{ sign: { command: [echo, \'{"A":1}\'] } }', 'echo answered a header field that is neither text nor null'],
  ['{ sign: { module: ./none.mjs } }', '/none.mjs could not be loaded (ERR_MODULE_NOT_FOUND)'],
])('a signer that fails: %s', async (identity, why) => {
  const { url, seen } = await api()
  const who = await caller(url, identity)
  const said = String(await who.send())
  expect(said).toMatch(/^the request could not be signed: /)
  expect(said).toContain(why)
  expect(said).not.toContain('s3cr3t')
  expect(seen).toEqual([])
})
