import { describe, expect, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import { api, load, sender, type Seen } from './acted.ts'

// What the standards and the vendors' documents say, written down by hand: none of it is read from our dialects.

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
