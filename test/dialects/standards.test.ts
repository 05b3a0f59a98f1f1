import { describe, expect, test } from 'vitest'
import { api, load, type Seen } from './acted.ts'

// What the standards and the vendors' documents say, written down by hand: none of it is read from our dialects.

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
