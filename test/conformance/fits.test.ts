import { describe, expect, test } from 'vitest'
import { createMock, type Request } from '../../mock/index.ts'
import type { HeaderLine } from '../../reports/model.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { misfits, type Answered } from './fits.ts'

const contract = await loadContract(referenceApi)
const mock = createMock(contract, { seed: 'fits' })

const read = { method: 'GET', target: '/documents/doc-handbook' }
const head = { method: 'HEAD', target: '/documents/doc-handbook' }
const create = { method: 'POST', target: '/users', body: { username: 'linus', email: 'linus@example.org', displayName: 'Linus' } }
const stale = { method: 'DELETE', target: '/documents/doc-handbook', headers: { 'If-Match': '"old"' } }
const kept = { ...read, headers: { 'If-None-Match': '*' } }
const upload = { method: 'PUT', target: '/files/new.txt', headers: { 'Content-Type': 'text/plain' } }
const wrongMethod = { method: 'PATCH', target: '/payments' }
const options = { method: 'OPTIONS', target: '/notes' }

type Asked = typeof read & { headers?: Record<string, string>; body?: unknown }

async function answerTo({ method, target, headers = {}, body }: Asked): Promise<Answered> {
  mock.reset()
  const lines = Object.entries(body === undefined ? headers : { 'Content-Type': 'application/json', ...headers })
  const request: Request = { method, target, headers: lines, body: Buffer.from(body === undefined ? '' : JSON.stringify(body)) }
  // OPTIONS needs a socket to be answered
  if (method === 'OPTIONS') return { status: 204, headers: [['Allow', 'GET, HEAD, POST, OPTIONS']], body: request.body! }
  const answer = await mock.handle(request)
  return { ...answer, body: Buffer.from(method === 'HEAD' ? '' : answer.body) }
}

const status = (to: number) => (answered: Answered) => ({ ...answered, status: to })
const without = (name: string) => (answered: Answered) => ({ ...answered, headers: answered.headers.filter(([each]) => each !== name) })
const field = (name: string, value: string) => (answered: Answered) => {
  const headers: HeaderLine[] = [...without(name)(answered).headers, [name, value]]
  return { ...answered, headers }
}
const text = (to: string) => (answered: Answered) => ({ ...answered, body: Buffer.from(to) })
const member = (name: string, value: unknown) => (answered: Answered) =>
  text(JSON.stringify({ ...(JSON.parse(answered.body.toString()) as object), [name]: value }))(answered)

describe('an answer as it should be', () => {
  test.each<[string, Asked, number]>([
    ['a read', read, 200],
    ['HEAD', head, 200],
    ['a create', create, 201],
    ['a refusal', stale, 412],
    ['nothing new', kept, 304],
    ['an upload', upload, 201],
    ['a method that is not there', wrongMethod, 405],
    ['OPTIONS', options, 204],
  ])('has no misfits: %s', async (_, asked, expected) => {
    const answered = await answerTo(asked)
    expect([answered.status, ...misfits(contract, asked, answered)]).toEqual([expected])
  })
})

describe('an answer that departs from the document', () => {
  test.each<[string, Asked, (answered: Answered) => Answered, string]>([
    ['by its status', stale, status(409), 'the problem says status 412'],
    ['by a status that is not declared', read, status(409), 'the status 409 is not declared'],
    ['by its media type', read, field('Content-Type', 'application/hal+json'), 'the media type application/hal+json is not declared'],
    ['by having no media type', read, without('Content-Type'), 'the media type undefined is not declared'],
    ['by a field that is missing', read, without('ETag'), 'the field ETag is missing'],
    ['by a field of another form', read, field('ETag', '33a64df5'), 'ETag must match pattern'],
    ['by a second line of a field', read, field('ETag', '"a", "b"'), 'ETag must match pattern'],
    ['by an address that is none', create, field('Location', '/users/%'), 'Location must match format "uri-reference"'],
    ['by a field missing where there is no content', kept, without('ETag'), 'the field ETag is missing'],
    ['by a member that is missing', read, member('text', undefined), "the content must have required property 'text'"],
    ['by a member of another type', read, member('title', 7), 'the content/title must be string'],
    ['by a member of another format', create, member('email', 'linus'), 'the content/email must match format "email"'],
    ['by the wrong kind of problem', stale, member('type', '/problems/duplicate'), 'the content/type must be equal to constant'],
    ['by content that is not JSON', read, text('{'), 'the content is not JSON'],
    ['by having no content', read, text(''), 'the content is not JSON'],
    ['by content in the answer to HEAD', head, text('{}'), 'there is content where there should be none'],
    ['by content in a 304', kept, text('{}'), 'there is content where there should be none'],
    ['by content where none is declared', upload, text('{}'), 'there is content where there should be none'],
    ['by a 405 without Allow', wrongMethod, without('Allow'), 'Allow does not name GET'],
    ['by a 405 that allows too much', wrongMethod, field('Allow', 'GET, HEAD, POST, PATCH, OPTIONS'), 'Allow names PATCH'],
    [
      'by a 405 that is no problem',
      wrongMethod,
      field('Content-Type', 'text/html'),
      'the error is text/html, not application/problem+json',
    ],
    ['by a problem without a title', wrongMethod, member('title', undefined), 'the problem has no title'],
    ['by another answer to OPTIONS', options, status(200), 'OPTIONS is answered 200'],
  ])('is found: %s', async (_, asked, spoil, finding) => {
    const found = misfits(contract, asked, spoil(await answerTo(asked)))
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining(finding)]))
  })
})
