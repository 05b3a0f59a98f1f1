import { createServer, type IncomingMessage } from 'node:http'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Json } from '../../spec/contract.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { openTarget, type Target, withDefaults } from '../../suites/target.ts'
import { trial } from './trial.ts'

interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  text: string
}

const seen: Seen[] = []
const stored = new Map<string, { type: string; text: string }>()
const room = 'quiet-room-8371'

/** Stores whatever it is sent, and gives it back. */
const server = createServer(async (request, response) => {
  const text = Buffer.concat(await request.toArray()).toString()
  const { method = '', url = '', headers } = request
  seen.push({ method, url, headers, text })
  const type = headers['content-type'] ?? ''
  if (method === 'POST') {
    const id = `n${seen.length}`
    const members = type.includes('json') ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))
    const body = JSON.stringify({ ...members, id })
    stored.set(`${url}/${id}`, { type: 'application/json', text: body })
    response.writeHead(201, { 'Content-Type': 'application/json' }).end(body)
  } else if (method === 'PUT') {
    stored.set(url, { type, text })
    response.writeHead(url === `/${room}` ? 412 : 201).end()
  } else {
    const found = stored.get(url)
    response.writeHead(found ? 200 : 404, found && { 'Content-Type': found.type }).end(found?.text)
  }
})

let target: Target

beforeAll(async () => {
  vi.stubEnv('IFMATCH_TEST_ROOM', room)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  const contract = new URL('./requests.openapi.yaml', import.meta.url).pathname
  target = await openTarget(withDefaults({ urls: [`http://127.0.0.1:${port}`], contract, seed: 'requests' }))
})

afterAll(() => {
  vi.unstubAllEnvs()
  server.close()
})

/** What two creates (and, where there is a way, a write) of a resource put on the wire, and what the report keeps of it. */
async function made(resource: string): Promise<{ sent: Seen[]; report: string; reason: string | null; verdict: string }> {
  seen.length = 0
  const two = trial(async (kit) => {
    const [one, other] = [await kit.resource.create(), await kit.resource.create()]
    kit.prove.exists(await one.read())
    kit.prove.stored(await other.read(), other.created.request.marker)
  })
  const [result] = await runCheck(two, target, { resource })
  return { sent: [...seen], report: JSON.stringify(result!.exchanges), reason: result!.reason, verdict: result!.verdict }
}

test('bodies are what the schema asks for, and unique where that is declared', async () => {
  const { sent, reason } = await made('thing')
  expect(reason).toBeNull()
  const bodies = sent.filter(({ method }) => method === 'POST').map(({ text }) => JSON.parse(text) as { [name: string]: Json })
  const { schema } = target.loaded.resources.get('thing')!.operations.get('create')!.operation.request!.content[0]!
  const fits = new Ajv2020({ formats: { date: /^\d{4}-\d\d-\d\d$/ } }).compile(target.loaded.deref(schema!))
  for (const body of bodies) expect(fits(body), JSON.stringify(fits.errors)).toBe(true)
  expect(bodies[0]!['code']).not.toBe(bodies[1]!['code'])
  expect(bodies[0]).not.toHaveProperty('id')
})

test('variables of the environment are filled in, and never told', async () => {
  const { sent, report } = await made('thing')
  const creates = sent.filter(({ method }) => method === 'POST')
  expect(creates[0]!.url).toBe(`/${room}/things`)
  expect(creates[0]!.headers['x-trace']).toMatch(new RegExp(`^${room}/\\S+$`))
  expect(report).not.toContain(room)
  expect(report).toContain('$IFMATCH_TEST_ROOM')
})

test('a variable that is not set is named', async () => {
  vi.stubEnv('IFMATCH_TEST_ROOM', undefined)
  const { verdict, reason, sent } = await made('thing')
  vi.stubEnv('IFMATCH_TEST_ROOM', room)
  expect([verdict, sent.length]).toEqual(['inconclusive', 0])
  expect(reason).toContain('$env.IFMATCH_TEST_ROOM')
})

test('what a create needs is arranged before it, and cookies stand in one line', async () => {
  const { sent } = await made('thing')
  expect(sent.slice(0, 2).map(({ method, url }) => `${method} ${url}`)).toEqual([`PUT /${room}`, `POST /${room}/things`])
  expect(sent[1]!.headers.cookie).toBe('theme=dark; locale=en%20GB')
})

test('forms are sent as forms', async () => {
  const { sent, reason } = await made('form')
  expect(reason).toBeNull()
  const [create] = sent.filter(({ method }) => method === 'POST')
  expect(create!.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect([...new URLSearchParams(create!.text)].map(([name]) => name)).toEqual(['title', 'tag', 'tag'])
})

test('XML is written from a tree, and read as one', async () => {
  const { sent, reason } = await made('paper')
  expect(reason).toBeNull()
  const [create] = sent.filter(({ method }) => method === 'PUT')
  expect(create!.text).toMatch(/<paper><title>[^<]+<\/title><\/paper>$/)
})
