import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadContract } from '../../spec/index.ts'
import { client as clientOf, type Client, type Seen } from './reference.ts'

// What neither the reference API nor the dialects' documents use, on a small API of its own

const contract = await loadContract(fileURLToPath(new URL('contracts/desk.openapi.yaml', import.meta.url)))
const anna = { Authorization: 'Bearer example-token-of-anna' }
const ben = { Authorization: 'Bearer example-token-of-ben' }

function client(...faults: string[]): Client & { clock: { now: number } } {
  const api = clientOf({ contract, check: false, faults })
  return {
    ...api,
    send: (method, target, { headers, ...more } = {}) =>
      api.send(method, target, { ...more, headers: { ...anna, ...(headers as object) } }),
  }
}

describe('success and refusal of one status', () => {
  test.each<[string, string | number | undefined, boolean]>([
    ['the current number, as the text that the schema has', '4', true],
    ['an old one', '3', false],
    ['none: whatever version', undefined, true],
    ['the word for "must not exist"', '0', false],
  ])('%s', async (_, revision, done) => {
    const api = client()
    const answer = await api.send('PUT', '/keys/one', { body: { value: 'b', revision } })
    expect([answer.status, answer.json]).toEqual([200, done])
    expect((await api.send('GET', '/keys/one')).json).toEqual({ key: 'one', value: done ? 'b' : 'a', revision: done ? '5' : '4' })
  })
})

describe('versions that the client gives', () => {
  const put = (api: Client, query: string): Promise<Seen> => api.send('PUT', `/imports/a?${query}`, { body: { text: query } })

  test('greater: what is there counts on from the number that was given; of several parts one stays', async () => {
    const api = client()
    expect((await put(api, 'version=7')).status).toBe(201)
    const { seq, epoch } = (await api.send('GET', '/imports/a')).json
    expect(seq).toBe(7)
    const refused = await put(api, 'version=7')
    expect([refused.status, refused.json]).toEqual([409, { has: 7, got: '7' }])
    expect((await put(api, 'version=12')).status).toBe(200)
    expect((await api.send('GET', '/imports/a')).json).toMatchObject({ seq: 12, epoch, text: 'version=12' })
    expect((await put(api, 'at=12')).status).toBe(200)
    expect((await put(api, 'at=11')).status).toBe(409)
    expect((await api.send('GET', '/imports/a')).json).toMatchObject({ seq: 12, epoch, text: 'at=12' })
  })
})

describe('a lock that its caller holds', () => {
  const write = (api: Client, headers: Record<string, string>): Promise<Seen> =>
    api.send('PUT', '/drafts/mine', { headers, body: { title: 'New', revision: 1 } })

  test('others are refused, by whom and for how long; the holder writes', async () => {
    const api = client()
    expect((await api.send('POST', '/drafts/mine/claim')).status).toBe(204)
    api.clock.now += 60_000
    const refused = await write(api, ben)
    expect([refused.status, refused.json, refused.header('Retry-After')]).toEqual([423, { by: 'anna' }, '540'])
    const taken = await api.send('POST', '/drafts/mine/claim', { headers: ben })
    expect([taken.status, taken.json]).toEqual([409, { by: 'anna' }])
    expect((await api.send('DELETE', '/drafts/mine/claim', { headers: ben })).status).toBe(403)
    expect((await api.send('DELETE', '/drafts/mine', { headers: ben })).status).toBe(423)
    expect((await write(api, anna)).status).toBe(200)
  })

  test('given back, and expired, it is free', async () => {
    const api = client()
    await api.send('POST', '/drafts/mine/claim')
    expect((await api.send('DELETE', '/drafts/mine/claim')).status).toBe(204)
    expect((await api.send('POST', '/drafts/mine/claim', { headers: ben })).status).toBe(204)
    expect((await write(api, anna)).status).toBe(423)
    api.clock.now += 600_000
    expect((await write(api, anna)).status).toBe(200)
  })

  test('a reset, or the end of the item, ends it', async () => {
    const api = client()
    await api.send('POST', '/drafts/mine/claim')
    api.mock.reset()
    expect((await write(api, ben)).status).toBe(200)
    await api.send('POST', '/drafts/mine/claim')
    expect((await api.send('DELETE', '/drafts/mine')).status).toBe(204)
    expect((await api.send('POST', '/drafts/mine/claim', { headers: ben })).status).toBe(404)
  })

  test('a client can ask that somebody else has it', async () => {
    const answer = await client().send('PUT', '/drafts/mine', { headers: { Prefer: 'outcome=locked' }, body: { title: 'x', revision: 1 } })
    expect([answer.status, answer.json]).toEqual([423, { by: 'another' }])
  })
})

describe('many items at once, all or none', () => {
  const made = { do: 'make', with: { title: 'Made' } }

  test('all of them', async () => {
    const api = client()
    const changes = [made, { do: 'change', what: 'draft mine', version: 1, with: { title: 'Changed' } }]
    const answer = await api.send('POST', '/changes', { body: { changes } })
    expect([answer.status, answer.json.results.map(({ code }: { code: number }) => code)]).toEqual([207, [201, 200]])
    expect(answer.json.results[1].said).toEqual({ id: 'mine', title: 'Changed', revision: 2 })
    expect((await api.send('GET', '/drafts')).json.map(({ title }: { title: string }) => title)).toEqual(['Changed', 'Made'])
  })

  test.each([
    ['an old version', { do: 'change', what: 'draft mine', version: 9, with: { title: 'Changed' } }, 409, { is: 'stale' }],
    ['a title that an item before it took', { do: 'make', with: { title: 'Made' } }, 409, { is: 'duplicate' }],
    ['what is not there', { do: 'drop', what: 'draft none' }, 404, expect.anything()],
    ['what has no known shape', { do: 'sing' }, 400, expect.anything()],
  ])('none of them, because of %s', async (_, change, code, said) => {
    const api = client()
    const before = (await api.send('GET', '/drafts')).text
    const { json } = await api.send('POST', '/changes', { body: { changes: [made, change, { do: 'drop', what: 'draft mine' }] } })
    expect(json.results.map((each: { code: number }) => each.code)).toEqual([424, code, 424])
    expect(json.results[1].said).toEqual(said)
    expect((await api.send('GET', '/drafts')).text).toBe(before)
    expect((await api.send('POST', '/drafts', { body: { title: 'Made' } })).status).toBe(201)
  })

  test('a request without a list is refused as a whole, and so is one of nobody', async () => {
    const api = client()
    expect((await api.send('POST', '/changes', { body: { changes: 1 } })).status).toBe(400)
    expect((await api.send('POST', '/changes', { headers: { Authorization: '' }, body: { changes: [made] } })).status).toBe(401)
  })
})

describe('an order of outcomes', () => {
  test.each([
    ['stale and taken', { title: 'Taken', revision: 9 }, 'duplicate'],
    ['no version and taken', { title: 'Taken' }, 'duplicate'],
    ['stale', { title: 'Free', revision: 9 }, 'stale'],
    ['no version', { title: 'Free' }, 'missing'],
  ])('%s', async (_, body, is) => {
    const api = client()
    await api.send('POST', '/drafts', { body: { title: 'Taken' } })
    expect((await api.send('PUT', '/drafts/mine', { body })).json).toEqual({ is })
    expect((await api.send('GET', '/drafts/mine')).json).toEqual({ id: 'mine', title: 'Mine', revision: 1 })
  })
})

describe('errors in XML', () => {
  test('what the document shows keeps its prefixes and attributes, if there is nothing to add', async () => {
    const api = client()
    const answer = await api.send('PUT', '/notes/one', { headers: { 'If-Match': '"old"' }, body: 'x', type: 'text/plain' })
    expect([answer.status, answer.header('Content-Type')]).toEqual([409, 'application/xml'])
    expect(answer.text).toBe('<d:error xmlns:d="urn:desk" severity="high"><d:stale/></d:error>')
  })

  test('what is revealed stands at its element', async () => {
    const api = client()
    const etag = (await api.send('GET', '/notes/one')).header('ETag')!
    const answer = await api.send('PUT', '/notes/one', { headers: { 'If-None-Match': '*' }, body: 'x', type: 'text/plain' })
    expect(answer.status).toBe(412)
    expect(answer.text.replaceAll('&quot;', '"')).toContain(`<error><code>taken</code><etag>${etag}</etag></error>`)
  })
})

test('an outcome that the contract does not have cannot be asked for', async () => {
  const answer = await client().send('PUT', '/notes/one', { headers: { Prefer: 'outcome=contended' }, body: 'x', type: 'text/plain' })
  expect(answer.status).toBe(400)
})

describe('faults of these mechanisms show', () => {
  test('the order is another', async () => {
    for (const [fault, is] of [
      ['order-ignored', 'stale'],
      ['order-reversed', 'duplicate'],
    ] as const) {
      const api = client(fault)
      await api.send('POST', '/drafts', { body: { title: 'Taken' } })
      expect((await api.send('PUT', '/drafts/mine', { body: { title: 'Taken', revision: 9 } })).json).toEqual({ is })
    }
  })

  test('a lock has no end', async () => {
    const api = client('lock-never-expires')
    await api.send('POST', '/drafts/mine/claim', { headers: ben })
    api.clock.now += 3_600_000
    expect((await api.send('PUT', '/drafts/mine', { body: { title: 'x', revision: 1 } })).status).toBe(423)
  })

  test('what is all or nothing is half done', async () => {
    const api = client('bulk-half-done')
    const changes = [
      { do: 'make', with: { title: 'Made' } },
      { do: 'drop', what: 'draft none' },
    ]
    await api.send('POST', '/changes', { body: { changes } })
    expect((await api.send('GET', '/drafts')).json).toHaveLength(2)
  })
})
