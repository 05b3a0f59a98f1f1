import { describe, expect, test } from 'vitest'
import { client } from './reference.ts'

const user = { username: 'grace.h', email: 'grace.h@example.org', displayName: 'Grace' }
const merge = 'application/merge-patch+json'

describe('unique fields', () => {
  test('a taken name is refused by name, and the suggestions are free', async () => {
    const api = client()
    await api.send('POST', '/users', { body: user })
    await api.send('POST', '/users', { body: { ...user, username: 'GRACE.H-2', email: '2@example.org' } })
    const answer = await api.send('POST', '/users', { body: { ...user, username: 'Grace.H', email: 'other@example.org' } })
    expect(answer.status).toBe(409)
    expect(answer.json.errors).toEqual([{ pointer: '#/username', detail: 'is taken' }])
    expect(answer.json.suggestions).toEqual(['Grace.H-3', 'Grace.H-4', 'Grace.H-5'])
    for (const username of answer.json.suggestions) {
      expect((await api.send('POST', '/users', { body: { ...user, username, email: `${username}@example.org` } })).status).toBe(201)
    }
  })

  test('two taken fields are both named', async () => {
    const api = client()
    await api.send('POST', '/users', { body: user })
    const answer = await api.send('POST', '/users', { body: { ...user, displayName: 'Other' } })
    expect(answer.json.errors.map((each: { pointer: string }) => each.pointer)).toEqual(['#/username', '#/email'])
  })

  test('an e-mail address is compared with regard to case', async () => {
    const api = client()
    await api.send('POST', '/users', { body: user })
    expect((await api.send('POST', '/users', { body: { ...user, username: 'x', email: 'Grace.H@example.org' } })).status).toBe(201)
  })

  test('the same create again gives back what exists; key order does not count', async () => {
    const api = client()
    const first = await api.send('POST', '/users', { body: user })
    const again = await api.send('POST', '/users', { body: Object.fromEntries(Object.entries(user).toReversed()) })
    expect([again.status, again.json, again.header('Location')]).toEqual([200, first.json, first.header('Location')])
  })

  test('a change into a taken name is refused, one’s own name is not, and a deleted one is free', async () => {
    const api = client()
    const { json } = await api.send('POST', '/users', { body: user })
    const path = `/users/${json.id}`
    expect((await api.send('PATCH', path, { type: merge, body: { username: 'ADA' } })).status).toBe(409)
    expect((await api.send('PUT', path, { body: { ...user, displayName: 'G' } })).status).toBe(200)
    expect((await api.send('PATCH', path, { type: merge, body: { username: 'Grace.H' } })).status).toBe(200)
    expect((await api.send('DELETE', path)).status).toBe(204)
    expect((await api.send('POST', '/users', { body: user })).status).toBe(201)
  })
})

describe('idempotency keys', () => {
  const anna = { Authorization: 'Bearer example-token-of-anna' }
  const ben = { Authorization: 'Bearer example-token-of-ben' }
  const payment = { amount: 100, currency: 'EUR', payee: 'Library', reference: 'Fee' }
  const count = async (api: ReturnType<typeof client>, headers: Record<string, string>): Promise<number> =>
    (await api.send('GET', '/payments', { headers })).json.items.length

  test('a repeat is answered with the first answer and has no effect', async () => {
    const api = client()
    const before = await count(api, anna)
    const first = await api.send('POST', '/payments', { headers: { ...anna, 'Idempotency-Key': 'one' }, body: payment })
    const again = await api.send('POST', '/payments', {
      headers: { ...anna, 'Idempotency-Key': '"one"' },
      body: Object.fromEntries(Object.entries(payment).toReversed()),
    })
    expect([again.status, again.text, again.header('Location'), again.header('ETag')]).toEqual([
      201,
      first.text,
      first.header('Location'),
      first.header('ETag'),
    ])
    expect([first.header('Idempotent-Replayed'), again.header('Idempotent-Replayed')]).toEqual([undefined, 'true'])
    expect(await count(api, anna)).toBe(before + 1)
  })

  test.each<[string, Record<string, string>, unknown, number, string]>([
    ['none', {}, payment, 400, '/problems/key-missing'],
    ['one that is too long', { 'Idempotency-Key': 'x'.repeat(256) }, payment, 400, '/problems/key-malformed'],
    ['that of another payment', { 'Idempotency-Key': 'used' }, { ...payment, amount: 1 }, 422, '/problems/key-reused'],
  ])('%s', async (_, headers, body, status, type) => {
    const api = client()
    await api.send('POST', '/payments', { headers: { ...anna, 'Idempotency-Key': 'used' }, body: payment })
    const before = await count(api, anna)
    const answer = await api.send('POST', '/payments', { headers: { ...anna, ...headers }, body })
    expect([answer.status, answer.json.type]).toEqual([status, type])
    expect(await count(api, anna)).toBe(before)
  })

  test('a key belongs to its caller', async () => {
    const api = client()
    const headers = { 'Idempotency-Key': 'shared' }
    const a = await api.send('POST', '/payments', { headers: { ...anna, ...headers }, body: payment })
    const b = await api.send('POST', '/payments', { headers: { ...ben, ...headers }, body: { ...payment, amount: 7 } })
    expect([b.status, b.header('Idempotent-Replayed')]).toEqual([201, undefined])
    expect(b.json.id).not.toBe(a.json.id)
    expect((await api.send('GET', a.header('Location')!, { headers: ben })).status).toBe(404)
    expect((await api.send('GET', a.header('Location')!, { headers: { Authorization: 'Bearer nobody' } })).status).toBe(401)
  })

  test('what was refused before it was carried out leaves the key free', async () => {
    const api = client()
    const headers = { ...anna, 'Idempotency-Key': 'again' }
    expect((await api.send('POST', '/payments', { headers, body: { ...payment, amount: -1 } })).status).toBe(422)
    expect((await api.send('POST', '/payments', { headers, body: payment })).status).toBe(201)
  })

  test('a key is forgotten when its time is over', async () => {
    const api = client()
    const request = { headers: { ...anna, 'Idempotency-Key': 'old' }, body: payment }
    const first = await api.send('POST', '/payments', request)
    api.clock.now += 24 * 3600_000 - 1
    expect((await api.send('POST', '/payments', request)).json.id).toBe(first.json.id)
    api.clock.now += 1
    expect((await api.send('POST', '/payments', request)).json.id).not.toBe(first.json.id)
  })

  test('while the first is under way the second is told so; then it is replayed', async () => {
    const api = client({ work: 20 })
    const request = { headers: { ...anna, 'Idempotency-Key': 'slow' }, body: payment }
    const first = api.send('POST', '/payments', request)
    const second = await api.send('POST', '/payments', request)
    expect([second.status, second.json.type, second.header('Retry-After')]).toEqual([409, '/problems/key-in-flight', '1'])
    const { json } = await first
    const third = await api.send('POST', '/payments', request)
    expect([third.status, third.json, third.header('Idempotent-Replayed')]).toEqual([201, json, 'true'])
  })
})

describe('a reset while a payment is under way', () => {
  test('nothing comes of it, and the key is free', async () => {
    const api = client({ work: 20, check: false })
    const headers = { Authorization: 'Bearer example-token-of-anna', 'Idempotency-Key': 'slow' }
    const body = { amount: 100, currency: 'EUR', payee: 'Library', reference: 'Fee' }
    const before = (await api.send('GET', '/payments', { headers })).text
    const first = api.send('POST', '/payments', { headers, body })
    api.mock.reset()
    expect((await first).status).toBe(503)
    expect((await api.send('GET', '/payments', { headers })).text).toBe(before)
    expect((await api.send('POST', '/payments', { headers, body })).status).toBe(201)
  })
})

describe('rules', () => {
  test('a folder with something in it is not deleted; an empty one is', async () => {
    const api = client()
    const folder = (await api.send('POST', '/folders', { body: { name: 'New' } })).json.id as string
    const item = await api.send('POST', `/folders/${folder}/items`, { body: { title: 'a', text: 'b' } })
    expect(item.json).toMatchObject({ folderId: folder })
    const refused = await api.send('DELETE', `/folders/${folder}`)
    expect([refused.status, refused.json.type, refused.json.children]).toEqual([409, '/problems/not-empty', [item.json.id]])
    expect((await api.send('GET', item.header('Location')!)).status).toBe(200)
    await api.send('DELETE', item.header('Location')!)
    expect((await api.send('DELETE', `/folders/${folder}`)).status).toBe(204)
  })

  test.each([
    ['under itself', 'folder-contracts', '/problems/cycle'],
    ['under a subfolder', 'folder-2026', '/problems/cycle'],
    ['under what is not there', 'folder-none', '/problems/parent-missing'],
  ])('a folder is not moved %s', async (_, parentId, type) => {
    const api = client()
    const answer = await api.send('PATCH', '/folders/folder-contracts', { type: merge, body: { parentId } })
    expect([answer.status, answer.json.type, answer.json.parentId]).toEqual([409, type, parentId])
    expect((await api.send('GET', '/folders/folder-contracts')).json.parentId).toBeNull()
    expect((await api.send('PATCH', '/folders/folder-contracts', { type: merge, body: { parentId: 'folder-drafts' } })).status).toBe(200)
  })

  test('nothing is made in a folder that is not there', async () => {
    const api = client()
    expect((await api.send('POST', '/folders', { body: { name: 'x', parentId: 'none' } })).json).toMatchObject({
      type: '/problems/parent-missing',
      parentId: 'none',
    })
    expect((await api.send('POST', '/folders/none/items', { body: { title: 'a', text: 'b' } })).json).toMatchObject({
      status: 404,
      parentId: 'none',
    })
    expect((await api.send('GET', '/folders/none/items')).status).toBe(404)
  })

  test('an order goes from state to state, and no other way', async () => {
    const api = client()
    const { json } = await api.send('POST', '/orders', { body: { lines: [{ sku: 'mug', quantity: 1 }] } })
    expect(json.status).toBe('open')
    const step = (name: string): ReturnType<typeof api.send> => api.send('POST', `/orders/${json.id}/${name}`)
    expect((await step('ship')).json).toMatchObject({ status: 409, type: '/problems/state', state: 'open' })
    expect((await step('pay')).json.status).toBe('paid')
    expect((await step('ship')).json.status).toBe('shipped')
    expect((await step('cancel')).json).toMatchObject({ status: 409, state: 'shipped' })
    expect((await api.send('GET', `/orders/${json.id}`)).json.status).toBe('shipped')
  })

  test('what only the server writes is kept from clients', async () => {
    const api = client()
    const { json } = await api.send('POST', '/orders', { body: { id: 'mine', status: 'shipped', lines: [{ sku: 'mug', quantity: 1 }] } })
    expect(json.status).toBe('open')
    expect(json.id).not.toBe('mine')
  })

  test('a merge joins what only one side changed, and refuses what both did', async () => {
    const api = client()
    const main = (await api.send('GET', '/branches/main')).json
    await api.send('PUT', '/branches/main', { body: { head: main.head, files: { ...main.files, 'menu.md': 'theirs', 'new.md': 'n' } } })
    const mergeFiles = (files: unknown): ReturnType<typeof api.send> =>
      api.send('POST', '/branches/main/merge', { body: { base: main.head, files } })
    const clean = await mergeFiles({ ...main.files, 'hours.md': 'mine' })
    expect(clean.status).toBe(200)
    expect(clean.json).toMatchObject({
      name: 'main',
      head: main.head + 2,
      files: { 'menu.md': 'theirs', 'hours.md': 'mine', 'new.md': 'n' },
    })
    const both = await mergeFiles({ ...main.files, 'menu.md': 'mine' })
    expect(both.status).toBe(409)
    expect(both.json.conflicts).toEqual([{ path: 'menu.md', base: main.files['menu.md'], yours: 'mine', theirs: 'theirs' }])
    const deleted = await mergeFiles({ 'hours.md': main.files['hours.md'] })
    expect(deleted.json.conflicts).toEqual([{ path: 'menu.md', base: main.files['menu.md'], theirs: 'theirs' }])
    expect((await api.send('GET', '/branches/main')).json).toEqual(clean.json)
    expect((await api.send('POST', '/branches/main/merge', { body: { base: 999, files: {} } })).status).toBe(422)
  })
})

describe('patches', () => {
  const item = '/documents/doc-handbook'
  const any = { 'If-Match': '*' }
  test('null takes a member out (RFC 7396); one that must be there stays', async () => {
    const api = client()
    expect((await api.send('PATCH', item, { headers: any, type: merge, body: { labels: null } })).json).not.toHaveProperty('labels')
    const refused = await api.send('PATCH', item, { headers: any, type: merge, body: { title: null } })
    expect([refused.status, refused.json.errors]).toEqual([422, [{ pointer: '#/title', detail: 'is required' }]])
  })

  test('a JSON Patch (RFC 6902) is carried out whole or not at all', async () => {
    const api = client()
    const type = 'application/json-patch+json'
    const before = (await api.send('GET', item)).json
    const refused = await api.send('PATCH', item, {
      headers: any,
      type,
      body: [
        { op: 'replace', path: '/title', value: 'x' },
        { op: 'test', path: '/text', value: 'no' },
      ],
    })
    expect([refused.status, refused.json.errors[0].pointer]).toEqual([422, '#/1'])
    expect((await api.send('GET', item)).json).toEqual(before)
    const done = await api.send('PATCH', item, {
      headers: any,
      type,
      body: [
        { op: 'test', path: '/title', value: before.title },
        { op: 'add', path: '/labels/-', value: 'new' },
      ],
    })
    expect(done.json.labels).toEqual([...before.labels, 'new'])
    expect((await api.send('PATCH', item, { headers: any, type, body: [{ op: 'replace', path: '/id', value: 'other' }] })).json.id).toBe(
      before.id,
    )
  })

  test('another media type is refused with those that are taken (RFC 5789 §2.2)', async () => {
    const answer = await client().send('PATCH', item, { headers: any, body: {} })
    expect([answer.status, answer.header('Accept-Patch')]).toEqual([415, 'application/merge-patch+json, application/json-patch+json'])
  })
})

describe('what a client asks for with Prefer', () => {
  const item = '/documents/doc-handbook'
  test('outcome=stale: somebody else really writes first', async () => {
    const api = client()
    const read = await api.send('GET', item)
    const answer = await api.send('PUT', item, {
      headers: { 'If-Match': read.header('ETag')!, Prefer: 'outcome=stale' },
      body: { title: 'a', text: 'b' },
    })
    expect([answer.status, answer.header('Preference-Applied')]).toEqual([412, 'outcome=stale'])
    const now = await api.send('GET', item)
    expect(now.header('ETag')).toBe(answer.header('ETag'))
    expect(now.text).not.toBe(read.text)
  })

  test('outcome=absent, exists, duplicate', async () => {
    const api = client()
    expect((await api.send('GET', item, { headers: { Prefer: 'outcome=absent' } })).status).toBe(404)
    const file = await api.send('PUT', '/files/x.txt', {
      headers: { 'If-None-Match': '*', Prefer: 'outcome=exists' },
      body: 'mine',
      type: 'text/plain',
    })
    expect(file.status).toBe(412)
    expect((await api.send('GET', '/files/x.txt')).text).toContain('another writer')
    expect((await api.send('POST', '/users', { headers: { Prefer: 'outcome=duplicate' }, body: user })).status).toBe(409)
  })

  test('one that is not known is refused with those that are', async () => {
    const answer = await client().send('GET', item, { headers: { Prefer: 'outcome=fire' } })
    expect(answer.status).toBe(400)
    expect(answer.json.detail).toContain('stale, absent, exists, duplicate')
  })
})
