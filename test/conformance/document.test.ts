import { request as ask } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMock, type Listening, type Mock } from '../../mock/index.ts'
import type { HeaderLine } from '../../reports/model.ts'
import type { Contract, Json, Operation } from '../../spec/contract.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { misfits, type Answered } from './fits.ts'

const contract: Contract = await loadContract(referenceApi)
const credential = ['Authorization', 'Bearer example-token-of-anna'] as HeaderLine
const limit = 2000
let mock: Mock
let server: Listening

beforeAll(async () => {
  mock = createMock(contract, { seed: 'document', limit, work: 20 })
  server = await mock.listen({ port: 0 })
})
beforeEach(() => mock.reset())
afterAll(() => server.close())

/** A request to be sent. */
interface Call {
  method: string
  target: string
  headers: Record<string, string>
  body?: string | Buffer | undefined
}

async function send({ method, target, headers, body }: Call): Promise<Answered> {
  const answer = await ask(server.url + target, { method: method as 'GET', headers, body: body ?? null, responseHeaders: 'raw' })
  const raw = answer.headers as unknown as (string | Buffer)[]
  const lines = raw.flatMap((each, at): HeaderLine[] => (at % 2 === 0 ? [[each.toString(), raw[at + 1]!.toString()]] : []))
  return { status: answer.statusCode, headers: lines, body: Buffer.from(await answer.body.bytes()) }
}

/** What the document itself gives as an example of an operation, with every condition met. @param id in place of the last in the path */
function exampleOf(operation: Operation, id?: string): Call {
  const media = operation.request?.content[0]
  const example = media && [...media.examples.values()][0]
  const has = (name: string): boolean => operation.parameters.some((each) => each.name === name)
  const path = id === undefined ? operation.path : operation.path.replace(/\{[^{}]+\}(?!.*\{)/, id)
  const target = path.replace(/\{([^}]+)\}/g, (_, name) => String(operation.parameters.find((each) => each.name === name)!.example))
  return {
    method: operation.method,
    target: has('version') ? `${target}?version=3` : target,
    headers: {
      ...(media && { 'Content-Type': media.type }),
      ...(operation.security.length > 0 && { [credential[0]]: credential[1] }),
      ...(has('If-Match') && { 'If-Match': '*' }),
      ...(has('Idempotency-Key') && { 'Idempotency-Key': 'a-key-of-its-own' }),
    },
    body: media && (media.type.endsWith('json') ? JSON.stringify(example) : String(example)),
  }
}

/** How an example becomes a request that any server refuses, whatever it is about. */
const spoilt: Record<string, (call: Call, operation: Operation) => Call> = {
  // any text is a good one, but a part of one is not (RFC 9110 §14.5)
  '400': (call) =>
    call.headers['Content-Type'] === 'text/plain'
      ? { ...call, headers: { ...call.headers, 'Content-Range': 'bytes 0-1/9' } }
      : { ...call, body: '{"' },
  '401': (call) => ({ ...call, headers: { ...call.headers, [credential[0]]: 'Bearer of-nobody' } }),
  '404': (_, operation) => exampleOf(operation, 'none'),
  '406': (call) => ({ ...call, headers: { ...call.headers, Accept: 'image/png' } }),
  '413': (call) => ({ ...call, body: JSON.stringify('x'.repeat(limit)) }),
  '415': (call) => ({ ...call, headers: { ...call.headers, 'Content-Type': 'image/png' } }),
  '422': (call) => ({
    ...call,
    body: JSON.stringify(JSON.parse(String(call.body)), (name, value: Json) => (name !== '' && typeof value !== 'number' ? 7 : value)),
  }),
}

const refusals = contract.operations.flatMap((operation) => {
  const declared = Object.keys(spoilt).filter((status) => operation.responses.some((each) => each.status === status))
  // without content there is nothing to misread but the version in the query, which is below
  const possible = declared.filter((status) => operation.request !== undefined || status !== '400')
  return possible.map((status): [string, string, Operation] => [status, operation.operationId!, operation])
})

test.each(refusals)('%s by %s is answered as declared', async (status, _, operation) => {
  const call = spoilt[status]!(exampleOf(operation), operation)
  const answered = await send(call)
  expect([answered.status, ...misfits(contract, call, answered)]).toEqual([Number(status)])
})

describe('what no check asks for is answered as declared', () => {
  const pay: Call = exampleOf(contract.operations.find((each) => each.operationId === 'createPayment')!)
  const post = (target: string): Call => ({ method: 'POST', target, headers: {} })
  const remove = (target: string): Call => ({ method: 'DELETE', target, headers: {} })

  test.each<[string, Call[], number]>([
    ['a payment that is under way', [pay, pay], 409],
    ['a version that is none', [remove('/notes/note-groceries?version=x')], 400],
    ['a version that is old', [remove('/notes/note-groceries?version=1')], 409],
    ['an order that is shipped', [post('/orders/order-501/pay'), post('/orders/order-501/ship')], 200],
    ['an order that is cancelled', [post('/orders/order-501/cancel')], 200],
    ['an order that is cancelled twice', [post('/orders/order-501/cancel'), post('/orders/order-501/cancel')], 409],
  ])('%s', async (_, calls, status) => {
    const all = await Promise.all(calls.map(send))
    expect(all.flatMap((answered, at) => misfits(contract, calls[at]!, answered))).toEqual([])
    expect(all.map((answered) => answered.status)).toContain(status)
  })
})

describe('what no operation can declare is answered as the document says of all', () => {
  const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'if-match' }

  test.each<[string, string, string, number]>([
    ['a path that is not there', 'GET', '/nowhere', 404],
    ['a method that is not there', 'POST', '/documents/doc-handbook', 405],
    ['a method of another protocol', 'LOCK', '/payments', 405],
    ['a HEAD that nobody declared', 'HEAD', '/notes/note-groceries', 200],
    ['a preflight', 'OPTIONS', '/documents/doc-handbook', 204],
  ])('%s', async (_, method, target, status) => {
    const call: Call = { method, target, headers }
    const answered = await send(call)
    expect([answered.status, ...misfits(contract, call, answered)]).toEqual([status])
  })

  test('501 where the contract has no resource', async () => {
    const resources = new Map([...contract.resources].filter(([name]) => name !== 'note'))
    const call: Call = { method: 'GET', target: '/notes', headers: {} }
    const { status, headers, body } = await createMock({ ...contract, resources }).handle({ ...call, headers: [], body: Buffer.alloc(0) })
    expect([status, ...misfits(contract, call, { status, headers, body: Buffer.from(body) })]).toEqual([501])
  })

  test('a script of another origin can read every field that the document declares', async () => {
    const { headers: lines } = await send({ method: 'GET', target: '/notes', headers })
    const exposed = lines.find(([name]) => name === 'Access-Control-Expose-Headers')![1].split(', ')
    const declared = contract.operations.flatMap(({ responses }) => responses.flatMap((each) => [...each.headers.values()]))
    expect([...new Set(declared.map(({ name }) => name))].filter((name) => !exposed.includes(name))).toEqual([])
  })
})
