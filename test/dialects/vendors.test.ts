import { expect, test } from 'vitest'
import { api, load, type Seen } from './acted.ts'

// What the standards and the vendors' documents say, written down by hand: none of it is read from our dialects.

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
