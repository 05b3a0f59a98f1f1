import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createMock, type HeaderLines, type Mock } from '../../mock/index.ts'
import { headerOf } from '../../mock/message.ts'
import type { Contract, Operation } from '../../spec/contract.ts'
import { loadContract } from '../../spec/index.ts'

// What the standards and the vendors' documents say, written down by hand: none of it is read from our dialects.

const folder = new URL('./', import.meta.url)
const load = (dialect: string): Promise<Contract> => loadContract(new URL(`${dialect}.openapi.yaml`, folder).pathname)

interface Seen {
  status: number
  header(name: string): string
  text: string
  json: any
}

interface Request {
  headers?: Record<string, string>
  body?: unknown
}

/** Sends to a mock without a socket. A body that is no text goes as JSON, of this media type. */
function sender(mock: Mock, json: string): (method: string, target: string, request?: Request) => Promise<Seen> {
  return async (method, target, { headers = {}, body } = {}) => {
    const lines: HeaderLines = Object.entries(headers)
    if (body !== undefined && !('Content-Type' in headers)) lines.push(['Content-Type', typeof body === 'string' ? 'text/plain' : json])
    const bytes = Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
    const answer = await mock.handle({ method, target, headers: lines, body: bytes })
    const type = headerOf(answer.headers, 'content-type') ?? ''
    const text = answer.body.toString()
    return {
      status: answer.status,
      header: (name) => headerOf(answer.headers, name.toLowerCase()) ?? '',
      text,
      json: /json/.test(type) && text !== '' ? JSON.parse(text) : undefined,
    }
  }
}

async function api(dialect: string, json = 'application/json'): Promise<ReturnType<typeof sender> & { clock: { now: number } }> {
  const clock = { now: Date.UTC(2026, 10, 22, 12) }
  const mock = createMock(await load(dialect), { seed: dialect, clock: () => clock.now })
  return Object.assign(sender(mock, json), { clock })
}

describe('every operation of every dialect’s document is answered', () => {
  const dialects = readdirSync(folder).filter((name) => name.endsWith('.openapi.yaml'))

  /** A request that is as whole as can be without knowing what it is about. */
  function requestFor({ method, path, parameters, request }: Operation): [string, string, Request] {
    const target = path.replace(/\{[^{}]+\}/g, 'a')
    const query = parameters.filter((each) => each.in === 'query' && each.required).map(({ name }) => `${name}=a`)
    const type = request?.content[0]?.type
    const headers = Object.fromEntries(parameters.filter((each) => each.in === 'header' && each.required).map(({ name }) => [name, 'a']))
    return [
      method,
      `${target}${query.length > 0 ? `?${query.join('&')}` : ''}`,
      type === undefined ? { headers } : { headers: { ...headers, 'Content-Type': type }, body: /json/.test(type) ? {} : 'a' },
    ]
  }

  test.each(dialects)('%s', async (name) => {
    const contract = await load(basename(name, '.openapi.yaml'))
    const send = sender(createMock(contract, { seed: name }), 'application/json')
    expect(contract.operations.length).toBeGreaterThan(0)
    for (const operation of contract.operations) {
      const { status, text } = await send(...requestFor(operation))
      expect([404, 405, 500, 501], `${operation.method} ${operation.path}: ${text}`).not.toContain(
        status === 404 && !text.includes('no path') ? 0 : status,
      )
    }
  })
})

test('RFC 9110 §13.1.1, §13.1.2, §15.4.5, RFC 6585 §3: 412, 304', async () => {
  const send = await api('rfc9110')
  const contract = await load('rfc9110')
  const [collection] = [...contract.resources.values()].map((resource) => resource.collection)
  const made = await send('POST', collection!, { body: { title: 'a', name: 'a', text: 'a' } })
  const item = made.header('Location')
  const etag = (await send('GET', item)).header('ETag')
  expect((await send('GET', item, { headers: { 'If-None-Match': etag } })).status).toBe(304)
  const body = { title: 'b', name: 'b', text: 'b' }
  expect((await send('PUT', item, { headers: { 'If-Match': '"other"' }, body })).status).toBe(412)
  expect((await send('PUT', item, { headers: { 'If-Match': etag }, body })).status).toBeLessThan(300)
})

describe('WebDAV', () => {
  const lockinfo = '<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope></D:lockinfo>'
  const lock = { headers: { 'Content-Type': 'application/xml', Timeout: 'Second-60' }, body: lockinfo }
  const filed = async (): Promise<Awaited<ReturnType<typeof api>>> => {
    const send = await api('webdav')
    expect((await send('MKCOL', '/papers/')).status).toBe(201)
    expect((await send('PUT', '/papers/a', { body: 'first' })).status).toBe(201)
    return send
  }

  test('RFC 4918 §9.3.1: MKCOL on what is there is 405; §9.7.1: PUT where no collection is, 409', async () => {
    const send = await filed()
    expect((await send('MKCOL', '/papers/')).status).toBe(405)
    expect((await send('PUT', '/nowhere/a', { body: 'x' })).status).toBe(409)
  })

  test('§9.10.1, §10.5: the answer to LOCK has a Lock-Token in angle brackets, a URI; §9.10.6: locked is 423', async () => {
    const send = await filed()
    const locked = await send('LOCK', '/papers/a', lock)
    expect([locked.status, locked.header('Lock-Token')]).toEqual([200, expect.stringMatching(/^<urn:uuid:[0-9a-f-]{36}>$/)])
    expect((await send('LOCK', '/papers/a', lock)).status).toBe(423)
    expect((await send('PUT', '/papers/a', { body: 'x' })).status).toBe(423)
    expect((await send('DELETE', '/papers/a')).status).toBe(423)
    expect((await send('GET', '/papers/a')).text).toBe('first')
  })

  test('§10.4: a write with the token goes through, one with another token is 412; §9.11: after UNLOCK all may write', async () => {
    const send = await filed()
    const token = (await send('LOCK', '/papers/a', lock)).header('Lock-Token')
    expect((await send('PUT', '/papers/a', { headers: { If: '(<urn:uuid:other>)' }, body: 'x' })).status).toBe(412)
    expect((await send('PUT', '/papers/a', { headers: { If: `(${token})` }, body: 'mine' })).status).toBe(204)
    expect((await send('UNLOCK', '/papers/a', { headers: { 'Lock-Token': token } })).status).toBe(204)
    expect((await send('PUT', '/papers/a', { headers: { If: `(${token})` }, body: 'x' })).status).toBe(412)
    expect((await send('PUT', '/papers/a', { body: 'theirs' })).status).toBe(204)
    expect((await send('GET', '/papers/a')).text).toBe('theirs')
  })

  test('§6.6: a lock ends with its timeout; §9.10.2: who holds it may have it for longer', async () => {
    const send = await filed()
    const token = (await send('LOCK', '/papers/a', lock)).header('Lock-Token')
    send.clock.now += 59_000
    const refreshed = await send('LOCK', '/papers/a', { headers: { If: `(${token})` } })
    expect([refreshed.status, refreshed.header('Lock-Token')]).toEqual([200, token])
    send.clock.now += 59_000
    const refused = await send('PUT', '/papers/a', { body: 'x' })
    expect([refused.status, refused.header('Retry-After')]).toEqual([423, '1'])
    send.clock.now += 1000
    expect((await send('PUT', '/papers/a', { body: 'x' })).status).toBe(204)
  })

  test('§9.8.5, §10.6: COPY makes (201) or overwrites (204), and with Overwrite: F is 412 where something is', async () => {
    const send = await filed()
    const copy = (overwrite: string): Promise<Seen> =>
      send('COPY', '/papers/a', { headers: { Destination: 'http://files.example/papers/b', Overwrite: overwrite } })
    expect((await copy('F')).status).toBe(201)
    expect((await send('GET', '/papers/b')).text).toBe('first')
    await send('PUT', '/papers/a', { body: 'second' })
    expect((await copy('F')).status).toBe(412)
    expect((await send('GET', '/papers/b')).text).toBe('first')
    expect((await copy('T')).status).toBe(204)
    expect((await send('GET', '/papers/b')).text).toBe('second')
  })
})

describe('Azure', () => {
  const block = { 'x-ms-blob-type': 'BlockBlob' }
  const code = ({ text }: Seen): string | undefined => /<Error><Code>(\w+)<\/Code>/.exec(text)?.[1]

  test('blobs: a code in header and XML; stale is 412 ConditionNotMet, what exists 409 BlobAlreadyExists', async () => {
    const send = await api('azure-storage')
    const first = await send('PUT', '/photos/a', { headers: block, body: 'first' })
    await send('PUT', '/photos/a', { headers: { ...block, 'If-Match': first.header('ETag') }, body: 'second' })
    const stale = await send('PUT', '/photos/a', { headers: { ...block, 'If-Match': first.header('ETag') }, body: 'third' })
    expect([stale.status, stale.header('x-ms-error-code'), code(stale)]).toEqual([412, 'ConditionNotMet', 'ConditionNotMet'])
    expect(stale.header('Content-Type')).toBe('application/xml')
    const exists = await send('PUT', '/photos/a', { headers: { ...block, 'If-None-Match': '*' }, body: 'third' })
    expect([exists.status, exists.header('x-ms-error-code')]).toEqual([409, 'BlobAlreadyExists'])
    expect((await send('GET', '/photos/a')).text).toBe('second')
  })

  test('leases: 409 LeaseAlreadyPresent, 412 LeaseIdMissing, 412 LeaseIdMismatchWithBlobOperation', async () => {
    const send = await api('azure-storage')
    await send('PUT', '/photos/a', { headers: block, body: 'first' })
    const acquire = { 'x-ms-lease-action': 'acquire', 'x-ms-lease-duration': '15' }
    const lease = await send('PUT', '/photos/a?comp=lease', { headers: acquire })
    expect([lease.status, lease.header('x-ms-lease-id')]).toEqual([201, expect.stringMatching(/^[0-9a-f-]{36}$/)])
    const again = await send('PUT', '/photos/a?comp=lease', { headers: acquire })
    expect([again.status, again.header('x-ms-error-code')]).toEqual([409, 'LeaseAlreadyPresent'])
    const locked = await send('PUT', '/photos/a', { headers: block, body: 'x' })
    expect([locked.status, locked.header('x-ms-error-code')]).toEqual([412, 'LeaseIdMissing'])
    const id = { 'x-ms-lease-id': lease.header('x-ms-lease-id') }
    const other = await send('PUT', '/photos/a', { headers: { ...block, 'x-ms-lease-id': 'other' }, body: 'x' })
    expect([other.status, other.header('x-ms-error-code')]).toEqual([412, 'LeaseIdMismatchWithBlobOperation'])
    expect((await send('PUT', '/photos/a', { headers: { ...block, ...id }, body: 'mine' })).status).toBeLessThan(300)
    expect((await send('PUT', '/photos/a?comp=lease', { headers: { 'x-ms-lease-action': 'release', ...id } })).status).toBe(200)
    expect((await send('PUT', '/photos/a', { headers: block, body: 'theirs' })).status).toBeLessThan(300)
    expect((await send('GET', '/photos/a')).text).toBe('theirs')
  })

  test('tables: 412 UpdateConditionNotSatisfied, 409 EntityAlreadyExists; weak tags match; DELETE needs If-Match', async () => {
    const send = await api('azure-table')
    const entity = { PartitionKey: 'p', RowKey: 'r', Name: 'Ann' }
    const made = await send('POST', '/people', { body: entity })
    expect([made.status, made.header('ETag')]).toEqual([201, expect.stringMatching(/^W\/"/)])
    const taken = await send('POST', '/people', { body: entity })
    expect([taken.status, taken.json['odata.error'].code]).toEqual([409, 'EntityAlreadyExists'])
    const item = "/people(PartitionKey='p',RowKey='r')"
    expect((await send('PUT', item, { headers: { 'If-Match': made.header('ETag') }, body: { ...entity, Name: 'Bea' } })).status).toBe(204)
    const stale = await send('PUT', item, { headers: { 'If-Match': made.header('ETag') }, body: { ...entity, Name: 'Cy' } })
    expect([stale.status, stale.json['odata.error'].code]).toEqual([412, 'UpdateConditionNotSatisfied'])
    expect((await send('DELETE', item)).status).toBe(400)
    expect((await send('DELETE', item, { headers: { 'If-Match': '*' } })).status).toBe(204)
  })
})

test('CouchDB: 201 {ok, id, rev}; 409 {error: conflict}; two revisions 400 bad_request; _bulk_docs 201 with a result each', async () => {
  const send = await api('couchdb')
  const made = await send('PUT', '/library/a', { body: { title: 'a' } })
  expect([made.status, made.json]).toEqual([201, { ok: true, id: 'a', rev: expect.any(String) }])
  const { rev } = made.json
  for (const [target, body] of [
    ['/library/a', { title: 'b' }],
    ['/library/a', { _rev: '1-old', title: 'b' }],
    ['/library/a?rev=1-old', { title: 'b' }],
  ] as const) {
    const refused = await send('PUT', target, { body })
    expect([refused.status, refused.json]).toEqual([409, { error: 'conflict', reason: 'Document update conflict.' }])
  }
  expect((await send('DELETE', '/library/a')).status).toBe(409)
  const disagree = await send('PUT', '/library/a?rev=1-old', { headers: { 'If-Match': rev }, body: { title: 'b' } })
  expect([disagree.status, disagree.json.error]).toEqual([400, 'bad_request'])
  const docs = [
    { _id: 'a', title: 'x' },
    { _id: 'b', title: 'new' },
    { _id: 'a', _rev: rev, title: 'good' },
  ]
  const bulk = await send('POST', '/library/_bulk_docs', { body: { docs } })
  expect([bulk.status, bulk.json]).toEqual([
    201,
    [
      { id: 'a', error: 'conflict', reason: 'Document update conflict.' },
      { ok: true, id: 'b', rev: expect.any(String) },
      { ok: true, id: 'a', rev: expect.any(String) },
    ],
  ])
  expect((await send('GET', '/library/a')).json).toEqual({ _id: 'a', _rev: bulk.json[2].rev, title: 'good' })
  expect((await send('DELETE', `/library/a?rev=${bulk.json[2].rev}`)).status).toBe(200)
})

describe('SCIM', () => {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const error = 'urn:ietf:params:scim:api:messages:2.0:Error'

  test('RFC 7644 §3.12, §3.14: status is a text; uniqueness 409, an old version 412; weak tags match', async () => {
    const send = await api('scim', 'application/scim+json')
    const made = await send('POST', '/Users', { body: { schemas, userName: 'ann@example.test', displayName: 'Ann' } })
    expect([made.status, made.header('ETag')]).toEqual([201, made.json.meta.version])
    const taken = await send('POST', '/Users', { body: { schemas, userName: 'ANN@example.test' } })
    expect([taken.status, taken.json]).toEqual([409, expect.objectContaining({ schemas: [error], status: '409', scimType: 'uniqueness' })])
    const item = made.header('Location')
    const patch = (value: string): unknown => ({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'displayName', value }],
    })
    const headers = { 'If-Match': made.header('ETag') }
    expect((await send('PATCH', item, { headers, body: patch('Bea') })).json.displayName).toBe('Bea')
    const stale = await send('PATCH', item, { headers, body: patch('Cy') })
    expect([stale.status, stale.json]).toEqual([412, expect.objectContaining({ schemas: [error], status: '412' })])
    expect((await send('GET', item)).json.displayName).toBe('Bea')
  })

  test('RFC 7644 §3.7: a result for each operation, with its status as a text; bulkId stands for a new id', async () => {
    const send = await api('scim', 'application/scim+json')
    const user = (userName: string): unknown => ({ schemas, userName })
    const Operations = [
      { method: 'POST', path: '/Users', bulkId: 'one', data: user('one@example.test') },
      { method: 'POST', path: '/Users', bulkId: 'two', data: user('one@example.test') },
      { method: 'PUT', path: '/Users/bulkId:one', version: 'W/"old"', data: user('three@example.test') },
      { method: 'PUT', path: '/Users/bulkId:one', data: user('four@example.test') },
      { method: 'DELETE', path: '/Users/nobody' },
    ]
    const { status, json } = await send('POST', '/Bulk', {
      body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations },
    })
    expect(status).toBe(200)
    expect(json.Operations.map((each: { status: string }) => each.status)).toEqual(['201', '409', '412', '200', '404'])
    const [first, second, third] = json.Operations
    expect(first).toMatchObject({ method: 'POST', bulkId: 'one', location: expect.stringMatching(/^\/Users\/./) })
    expect([second.bulkId, second.response.scimType]).toEqual(['two', 'uniqueness'])
    expect(third.response).toMatchObject({ schemas: [error], status: '412' })
    expect((await send('GET', first.location)).json.userName).toBe('four@example.test')
  })
})

test('OData 4.01 Part 1 §8.2.5, §11.4.1.1: 412, and 428 where a version is needed; JSON Format §19: one response for each request', async () => {
  const send = await api('odata')
  const ID = '0b0e7a3c-1d7d-4b8e-9a39-6b0f4f8b3c11'
  const made = await send('POST', '/Books', { body: { ID, title: 'Tales', stock: 3 } })
  expect([made.status, made.json['@odata.etag']]).toEqual([201, made.header('ETag')])
  const item = `/Books(${ID})`
  const missing = await send('PATCH', item, { body: { title: 'x' } })
  expect([missing.status, missing.json.error.code]).toEqual([428, expect.any(String)])
  const stale = await send('PATCH', item, { headers: { 'If-Match': 'W/"old"' }, body: { title: 'x' } })
  expect([stale.status, stale.json]).toEqual([412, { error: { code: expect.any(String), message: expect.any(String) } }])
  const requests = [
    {
      id: '1',
      method: 'PUT',
      url: `Books(${ID})`,
      headers: { 'if-match': 'W/"old"', 'content-type': 'application/json' },
      body: { title: 'no' },
    },
    { id: '2', method: 'PUT', url: `Books(${ID})`, headers: { 'if-match': made.header('ETag') }, body: { title: 'yes' } },
  ]
  const { json } = await send('POST', '/$batch', { body: { requests } })
  expect(json.responses.map(({ id, status }: { id: string; status: number }) => [id, status])).toEqual([
    ['1', 412],
    ['2', 200],
  ])
  expect((await send('GET', item)).json.title).toBe('yes')
  expect((await send('DELETE', item, { headers: { 'If-Match': '*' } })).status).toBe(204)
})

test('FHIR R4, "Managing Resource Contention", "conditional create": W/"id" around meta.versionId; 412; 200 for what exists', async () => {
  const send = await api('fhir', 'application/fhir+json')
  const patient = { resourceType: 'Patient', language: 'en', identifier: [{ system: 'urn:example:record', value: '7' }] }
  const headers = { 'If-None-Exist': 'identifier=urn:example:record|7' }
  const made = await send('POST', '/Patient', { headers, body: patient })
  expect([made.status, made.header('ETag')]).toEqual([201, `W/"${made.json.meta.versionId}"`])
  const again = await send('POST', '/Patient', { headers, body: patient })
  expect([again.status, again.json.id]).toEqual([200, made.json.id])
  const item = `/Patient/${made.json.id}`
  const write = (etag: string): Promise<Seen> =>
    send('PUT', item, { headers: { 'If-Match': etag }, body: { ...patient, id: made.json.id, language: 'de' } })
  expect((await write(made.header('ETag'))).status).toBe(200)
  const stale = await write(made.header('ETag'))
  expect([stale.status, stale.json.resourceType, stale.json.issue[0].severity]).toEqual([412, 'OperationOutcome', 'error'])
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'w' },
    subject: { reference: `Patient/${made.json.id}` },
  }
  const { json } = await send('POST', '/Observation', { body: observation })
  const referenced = await send('DELETE', item)
  expect([referenced.status, referenced.json.resourceType]).toEqual([409, 'OperationOutcome'])
  await send('DELETE', `/Observation/${json.id}`)
  expect((await send('DELETE', item)).status).toBe(204)
})

test('tus 1.0, Core Protocol: the offset is how much has arrived; another offset is 409; another protocol version is 412', async () => {
  const send = await api('tus')
  const tus = { 'Tus-Resumable': '1.0.0' }
  const bytes = { ...tus, 'Content-Type': 'application/offset+octet-stream' }
  const made = await send('POST', '/files', { headers: { ...tus, 'Upload-Length': '10' } })
  const item = made.header('Location')
  expect([made.status, (await send('HEAD', item, { headers: tus })).header('Upload-Offset')]).toEqual([201, '0'])
  const sent = await send('PATCH', item, { headers: { ...bytes, 'Upload-Offset': '0' }, body: 'hello' })
  expect([sent.status, sent.header('Upload-Offset')]).toEqual([204, '5'])
  expect((await send('PATCH', item, { headers: { ...bytes, 'Upload-Offset': '0' }, body: 'hello' })).status).toBe(409)
  expect((await send('PATCH', item, { headers: { ...bytes, 'Upload-Offset': '6' }, body: 'hello' })).status).toBe(409)
  expect((await send('PATCH', item, { headers: { ...bytes, 'Tus-Resumable': '0.0.1', 'Upload-Offset': '5' }, body: 'x' })).status).toBe(412)
  expect((await send('HEAD', item, { headers: tus })).header('Upload-Offset')).toBe('5')
  expect((await send('PATCH', item, { headers: { ...bytes, 'Upload-Offset': '5' }, body: ' Ann!' })).header('Upload-Offset')).toBe('10')
})

test('JSON:API 1.1, 409 Conflict: an id that is taken; an id that is not that of the URL; errors is a list with texts for status', async () => {
  const send = await api('jsonapi', 'application/vnd.api+json')
  const id = '0b0e7a3c-1d7d-4b8e-9a39-6b0f4f8b3c11'
  const article = (of: string): unknown => ({ data: { type: 'articles', id: of, attributes: { title: 'T' } } })
  expect((await send('POST', '/articles', { body: article(id) })).status).toBe(201)
  for (const [method, target, body] of [
    ['POST', '/articles', article(id)],
    ['PATCH', `/articles/${id}`, article('1b0e7a3c-1d7d-4b8e-9a39-6b0f4f8b3c11')],
  ] as const) {
    const { status, json, header } = await send(method, target, { body })
    expect([status, json.errors[0].status, header('Content-Type')]).toEqual([409, '409', 'application/vnd.api+json'])
  }
  expect((await send('PATCH', `/articles/${id}`, { body: article(id) })).status).toBe(200)
})

test('draft-ietf-httpapi-idempotency-key-header §2: 400 without a key, 422 for another payload, the first answer for a repeat', async () => {
  const contract = await load('idempotency-key')
  const [resource] = [...contract.resources.values()]
  const send = await api('idempotency-key')
  const { operation } = resource!.operations.get('create')!
  const body = resource!.sample as Record<string, unknown>
  const key = { 'Idempotency-Key': '"one"' }
  const first = await send('POST', operation.path, { headers: key, body })
  expect(first.status).toBe(201)
  expect((await send('POST', operation.path, { headers: key, body })).text).toBe(first.text)
  expect((await send('POST', operation.path, { body })).status).toBe(400)
  const other = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, typeof value === 'number' ? value + 1 : value]))
  expect((await send('POST', operation.path, { headers: key, body: other })).status).toBe(422)
})

test('xAPI 1.0.3 Part 3 §3.1: 412 for an old version; 409 with an explanation where none is sent of what exists', async () => {
  const send = await api('xapi')
  const version = { 'X-Experience-API-Version': '1.0.3' }
  const item = '/activities/profile?activityId=https%3A%2F%2Fexample.test%2Fa&profileId=p'
  expect((await send('PUT', item, { headers: { ...version, 'If-None-Match': '*' }, body: { a: 'A' } })).status).toBe(204)
  const etag = (await send('GET', item, { headers: version })).header('ETag')
  const missing = await send('PUT', item, { headers: version, body: { a: 'B' } })
  expect([missing.status, missing.header('Content-Type'), missing.text]).toEqual([409, 'text/plain', expect.stringContaining('If-Match')])
  expect((await send('PUT', item, { headers: { ...version, 'If-Match': '"old"' }, body: { a: 'B' } })).status).toBe(412)
  expect((await send('PUT', item, { headers: { ...version, 'If-None-Match': '*' }, body: { a: 'B' } })).status).toBe(412)
  expect((await send('PUT', item, { headers: { ...version, 'If-Match': etag }, body: { a: 'B' } })).status).toBe(204)
  expect((await send('GET', item, { headers: version })).header('ETag')).not.toBe(etag)
})

test('Kubernetes: Status objects whose reason tells the 409s apart', async () => {
  const send = await api('kubernetes')
  const path = '/api/v1/namespaces/library/configmaps'
  const map = (metadata: object): unknown => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', ...metadata },
    data: { k: 'v' },
  })
  const made = await send('POST', path, { body: map({}) })
  expect([made.status, typeof made.json.metadata.resourceVersion]).toEqual([201, 'string'])
  const taken = await send('POST', path, { body: map({}) })
  expect([taken.status, taken.json]).toEqual([
    409,
    expect.objectContaining({
      kind: 'Status',
      status: 'Failure',
      reason: 'AlreadyExists',
      code: 409,
      details: expect.objectContaining({ name: 'a' }),
    }),
  ])
  const stale = await send('PUT', `${path}/a`, { body: map({ resourceVersion: '1' }) })
  expect([stale.status, stale.json.reason, stale.json.details?.causes]).toEqual([409, 'Conflict', undefined])
  const precondition = await send('DELETE', `${path}/a`, { body: { preconditions: { resourceVersion: '1' } } })
  expect([precondition.status, precondition.json.reason]).toEqual([409, 'Conflict'])
  expect((await send('PUT', `${path}/a`, { body: map({ resourceVersion: made.json.metadata.resourceVersion }) })).status).toBe(200)
})

test('Elasticsearch: two numbers, both or neither; the present ones stand in the reason', async () => {
  const send = await api('elasticsearch')
  const item = '/library/_doc/1'
  const made = await send('PUT', item, { body: { title: 'a' } })
  const { _seq_no: seqNo, _primary_term: term } = made.json
  const at = (seq: unknown, primary: unknown): string => `${item}?if_seq_no=${seq}&if_primary_term=${primary}`
  const next = await send('PUT', at(seqNo, term), { body: { title: 'b' } })
  const current: number = next.json['_seq_no']
  expect([made.status, next.status, current > seqNo]).toEqual([201, 200, true])
  for (const [target, method] of [
    [at(seqNo, term), 'PUT'],
    [at(current, term + 1), 'PUT'],
    [at(seqNo, term), 'DELETE'],
  ] as const) {
    const { status, json } = await send(method, target, method === 'PUT' ? { body: { title: 'c' } } : {})
    expect([status, json.status, json.error.type]).toEqual([409, 409, 'version_conflict_engine_exception'])
    expect(json.error.reason).toContain(`current document has seqNo [${current}] and primary term [${term}]`)
  }
  expect((await send('PUT', `${item}?if_seq_no=${seqNo}`, { body: { title: 'c' } })).status).toBe(400)
  const exists = await send('PUT', `${item}?op_type=create`, { body: { title: 'c' } })
  expect([exists.status, exists.json.error.reason]).toEqual([409, expect.stringContaining('document already exists')])
  expect((await send('PUT', `${item}?op_type=index`, { body: { title: 'd' } })).status).toBe(200)
  const read = (await send('GET', item)).json
  expect(read).toMatchObject({ _id: '1', _index: 'library', _source: { title: 'd' } })
})

test('Google Cloud Storage: two numbers written as texts that change at different writes; 0 is "must not exist"; 412 conditionNotMet', async () => {
  const send = await api('gcs')
  const upload = (generation: unknown): Promise<Seen> =>
    send('POST', `/upload/storage/v1/b/photos/o?uploadType=media&name=a&ifGenerationMatch=${generation}`, { body: 'data' })
  const item = '/storage/v1/b/photos/o/a'
  const made = await upload(0)
  expect([made.status, typeof made.json.generation, typeof made.json.metageneration]).toEqual([200, 'string', 'string'])
  const again = await upload(0)
  expect([again.status, again.json.error.code, again.json.error.errors[0].reason]).toEqual([412, 412, 'conditionNotMet'])
  const patched = await send('PATCH', `${item}?ifMetagenerationMatch=${made.json.metageneration}`, { body: { contentLanguage: 'en' } })
  expect([patched.status, patched.json.generation]).toEqual([200, made.json.generation])
  expect(patched.json.metageneration).not.toBe(made.json.metageneration)
  expect(
    (await send('PATCH', `${item}?ifMetagenerationMatch=${made.json.metageneration}`, { body: { contentLanguage: 'de' } })).status,
  ).toBe(412)
  const replaced = await upload(made.json.generation)
  expect([replaced.status, replaced.json.generation === made.json.generation]).toEqual([200, false])
  expect((await send('DELETE', `${item}?ifGenerationMatch=${made.json.generation}`)).status).toBe(412)
})

test('Amazon S3: XML errors; equal content, equal tag; 409 ConditionalRequestConflict only where it is asked for', async () => {
  const send = await api('s3')
  const put = (body: string, headers: Record<string, string> = {}): Promise<Seen> => send('PUT', '/photos/a', { headers, body })
  const first = (await put('one')).header('ETag')
  await put('two')
  for (const headers of [{ 'If-Match': first }, { 'If-None-Match': '*' }] as Record<string, string>[]) {
    const refused = await put('three', headers)
    expect([refused.status, refused.header('Content-Type'), refused.text]).toEqual([
      412,
      'application/xml',
      expect.stringMatching(/^<\?xml .*<Error>.*<Code>PreconditionFailed<\/Code>.*<\/Error>$/),
    ])
  }
  expect((await put('one')).header('ETag')).toBe(first)
  expect((await send('PUT', '/photos/none', { headers: { 'If-Match': first }, body: 'x' })).status).toBe(404)
  const contended = await put('four', { 'If-Match': first, Prefer: 'outcome=contended' })
  expect([contended.status, contended.text]).toEqual([409, expect.stringContaining('<Code>ConditionalRequestConflict</Code>')])
  expect((await send('GET', '/photos/a')).text).toBe('one')
})

test('a fault answers a race that was none', async () => {
  const mock = createMock(await load('s3'), { seed: 's3', faults: ['contended-but-written'] })
  const send = sender(mock, 'application/json')
  expect((await send('PUT', '/photos/a', { body: 'one' })).status).toBe(409)
  expect((await send('GET', '/photos/a')).text).toBe('one')
})

test('AIP-154, AIP-133, AIP-155, AIP-135: ABORTED and ALREADY_EXISTS are 409, FAILED_PRECONDITION 400; a request id has one effect', async () => {
  const send = await api('aip')
  expect((await send('POST', '/v1/shelves?shelfId=a', { body: { theme: 't' } })).status).toBe(200)
  const taken = await send('POST', '/v1/shelves?shelfId=a', { body: { theme: 't' } })
  expect([taken.status, taken.json.error.status]).toEqual([409, 'ALREADY_EXISTS'])
  const create = '/v1/shelves/a/books?bookId=b&requestId=0b0e7a3c-1d7d-4b8e-9a39-6b0f4f8b3c11'
  const made = await send('POST', create, { body: { title: 't' } })
  expect((await send('POST', create, { body: { title: 't' } })).json).toEqual(made.json)
  const stale = await send('PATCH', '/v1/shelves/a/books/b', { body: { title: 'u', etag: '"old"' } })
  expect([stale.status, stale.json.error]).toEqual([409, expect.objectContaining({ code: 409, status: 'ABORTED' })])
  expect((await send('PATCH', '/v1/shelves/a/books/b', { body: { title: 'u', etag: made.json.etag } })).json.title).toBe('u')
  const full = await send('DELETE', '/v1/shelves/a')
  expect([full.status, full.json.error.status]).toEqual([400, 'FAILED_PRECONDITION'])
})

test('Stripe: the first answer with Idempotent-Replayed; another request with the key is 400 idempotency_error', async () => {
  const send = await api('stripe')
  const create = (form: string): Promise<Seen> =>
    send('POST', '/v1/customers', { headers: { 'Idempotency-Key': 'k', 'Content-Type': 'application/x-www-form-urlencoded' }, body: form })
  const first = await create('name=Ann')
  expect([first.status, first.json, first.header('Idempotent-Replayed')]).toEqual([200, expect.objectContaining({ name: 'Ann' }), ''])
  const again = await create('name=Ann')
  expect([again.status, again.text, again.header('Idempotent-Replayed')]).toEqual([200, first.text, 'true'])
  const reused = await create('name=Bea')
  expect([reused.status, reused.json.error.type]).toEqual([400, 'idempotency_error'])
})

test('GitHub: the hash of the content is the version; none sent for a file that is there is 422, another is 409', async () => {
  const send = await api('github-contents')
  const path = '/repos/ann/tales/contents/a.txt'
  const made = await send('PUT', path, { body: { message: 'm', content: 'aGk=' } })
  const { sha } = made.json.content
  expect([made.status, (await send('GET', path)).json.sha]).toEqual([201, sha])
  const missing = await send('PUT', path, { body: { message: 'm', content: 'eA==' } })
  expect([missing.status, missing.json.message]).toEqual([422, expect.stringContaining('"sha" wasn\'t supplied')])
  const stale = await send('PUT', path, { body: { message: 'm', content: 'eA==', sha: 'f00' } })
  expect([stale.status, stale.json.message]).toEqual([409, 'a.txt does not match f00'])
  const next = await send('PUT', path, { body: { message: 'm', content: 'eA==', sha } })
  expect(next.status).toBe(200)
  const back = await send('PUT', path, { body: { message: 'm', content: 'aGk=', sha: next.json.content.sha } })
  expect(back.json.content.sha).toBe(sha)
})

test('Confluence: the next number; the present one stands in the message; a title is taken with 400', async () => {
  const send = await api('confluence')
  const page = (number?: number): unknown => {
    const said = { type: 'page', title: 'T', space: { key: 'LIB' } }
    return number === undefined ? said : { ...said, version: { number } }
  }
  const { json } = await send('POST', '/rest/api/content', { body: page() })
  const item = `/rest/api/content/${json.id}`
  for (const number of [1, 3]) {
    const stale = await send('PUT', item, { body: page(number) })
    expect([stale.status, stale.json.message]).toEqual([409, expect.stringMatching(/Version must be incremented.*Current version is: 1/)])
  }
  expect((await send('PUT', item, { body: page() })).status).toBe(400)
  expect((await send('PUT', item, { body: page(2) })).json.version.number).toBe(2)
  const taken = await send('POST', '/rest/api/content', { body: page() })
  expect([taken.status, taken.json.message]).toEqual([400, expect.stringContaining('A page with this title already exists')])
})

test('Contentful: a header of its own; the numbers stand in the details', async () => {
  const send = await api('contentful')
  const fields = { title: { 'en-US': 'T' } }
  const made = await send('POST', '/spaces/library/entries', { headers: { 'X-Contentful-Content-Type': 'tale' }, body: { fields } })
  const item = made.header('Location')
  const write = (version: string): Promise<Seen> => send('PUT', item, { headers: { 'X-Contentful-Version': version }, body: { fields } })
  expect((await write('1')).json.sys.version).toBe(2)
  const stale = await write('1')
  expect([stale.status, stale.json.sys.id, stale.json.details]).toEqual([409, 'VersionMismatch', 'Version mismatch, expected 2, got 1.'])
  expect((await send('PUT', item, { body: { fields } })).status).toBe(409)
})

test('Solid 0.11 §5.4, LDP §4.2.4: 412; a container that is not empty is 409', async () => {
  const send = await api('solid', 'text/turtle')
  const turtle = { 'Content-Type': 'text/turtle' }
  expect((await send('PUT', '/shelf/', { headers: turtle, body: '<> a <#Shelf> .' })).status).toBe(201)
  expect((await send('PUT', '/shelf/a', { headers: { ...turtle, 'If-None-Match': '*' }, body: '<> a <#Tale> .' })).status).toBe(201)
  const exists = await send('PUT', '/shelf/a', { headers: { ...turtle, 'If-None-Match': '*' }, body: '<> a <#Tale> .' })
  expect([exists.status, exists.json]).toEqual([412, expect.objectContaining({ name: 'PreconditionFailedHttpError', statusCode: 412 })])
  expect((await send('DELETE', '/shelf/')).status).toBe(409)
  expect((await send('DELETE', '/shelf/a')).status).toBeLessThan(300)
  expect((await send('DELETE', '/shelf/')).status).toBeLessThan(300)
})

test('conflict409: a stale writer is told 409 with the current state', async () => {
  const contract = await load('conflict409')
  const [resource] = [...contract.resources.values()]
  const send = await api('conflict409')
  const { marker, sample } = resource!
  const made = await send('POST', resource!.collection!, { body: sample })
  const item = made.header('Location')
  const etag = (await send('GET', item)).header('ETag')
  const write = (word: string): Promise<Seen> =>
    send('PUT', item, { headers: { 'If-Match': etag }, body: { ...(sample as object), [marker!.slice(1)]: word } })
  expect((await write('theirs')).status).toBeLessThan(300)
  const stale = await write('ours')
  expect([stale.status, stale.json.status]).toEqual([409, 409])
  expect(stale.header('ETag')).not.toBe(etag)
  expect(stale.json.current[marker!.slice(1)]).toBe('theirs')
})
