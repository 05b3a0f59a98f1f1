import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadContract } from '../../spec/index.ts'
import { client as clientOf, type Client } from './reference.ts'

// What the reference API does not use, on a small API of its own

const contract = await loadContract(fileURLToPath(new URL('contracts/shelf.openapi.yaml', import.meta.url)))
const client = (): Client & { clock: { now: number } } => clientOf({ contract, check: false })

describe('one token in three places; nothing sent means "must not exist"', () => {
  const create = async (): Promise<{ api: Client; rev: string }> => {
    const api = client()
    const answer = await api.send('PUT', '/records/a', { body: { text: 'first' } })
    expect([answer.status, answer.json]).toEqual([201, { ok: true, id: 'a', rev: expect.any(String) }])
    return { api, rev: answer.json.rev }
  }

  test('a read tells the same token in body and header, quoted there', async () => {
    const { api, rev } = await create()
    const read = await api.send('GET', '/records/a')
    expect([read.json, read.header('ETag')]).toEqual([{ _id: 'a', _rev: rev, text: 'first' }, `"${rev}"`])
  })

  test.each<[string, (rev: string) => [target: string, body: unknown, headers: Record<string, string>], number]>([
    ['in the body', (rev) => ['/records/a', { _rev: rev, text: 'x' }, {}], 201],
    ['in the query', (rev) => [`/records/a?rev=${rev}`, { text: 'x' }, {}], 201],
    ['in the header, quoted', (rev) => ['/records/a', { text: 'x' }, { 'If-Match': `"${rev}"` }], 201],
    ['in the header, bare', (rev) => ['/records/a', { text: 'x' }, { 'If-Match': rev }], 201],
    ['in two places', (rev) => [`/records/a?rev=${rev}`, { _rev: rev, text: 'x' }, {}], 201],
    ['two that disagree', (rev) => ['/records/a?rev=1-x', { _rev: rev, text: 'x' }, {}], 400],
    ['an old one', () => ['/records/a', { _rev: '1-x', text: 'x' }, {}], 409],
    ['none', () => ['/records/a', { text: 'x' }, {}], 409],
    ['one for what is not there', () => ['/records/b', { _rev: '1-x', text: 'x' }, {}], 409],
  ])('%s', async (_, request, status) => {
    const { api, rev } = await create()
    const [target, body, headers] = request(rev)
    const answer = await api.send('PUT', target, { body, headers })
    expect(answer.status).toBe(status)
    if (status === 409) expect(answer.json).toEqual({ error: 'conflict', reason: 'Document update conflict.' })
    const read = await api.send('GET', '/records/a')
    expect(read.json.text).toBe(status === 201 ? 'x' : 'first')
  })

  test('every write has a new token, and a deleted name is free', async () => {
    const { api, rev } = await create()
    const again = await api.send('PUT', '/records/a', { body: { _rev: rev, text: 'first' } })
    expect(again.json.rev).not.toBe(rev)
    expect((await api.send('DELETE', '/records/a')).status).toBe(409)
    expect((await api.send('DELETE', `/records/a?rev=${again.json.rev}`)).status).toBe(200)
    expect((await api.send('PUT', '/records/a', { body: { text: 'new' } })).status).toBe(201)
  })
})

describe('the next number', () => {
  test.each([
    [8, 200],
    [7, 409],
    [9, 409],
    [undefined, 409],
  ])('%s', async (number, status) => {
    const api = client()
    const answer = await api.send('PUT', '/pages/home', { body: { page: 'home', title: 'New', number } })
    expect(answer.status).toBe(status)
    expect(answer.json).toEqual(
      status === 200 ? { page: 'home', title: 'New', number: 8 } : { is: 7, ...(number !== undefined && { was: number }) },
    )
  })
})

describe('weak tags, server members, ids that agree', () => {
  test('ids are numbers where their schema says so; times are the server’s; secrets are not told', async () => {
    const api = client()
    const created = await api.send('POST', '/leaves', { body: { id: 1, text: 'a', secret: 's', updatedAt: '2000-01-01T00:00:00Z' } })
    const path = created.header('Location')!
    expect(path).toMatch(/^\/leaves\/\d+$/)
    expect(created.header('ETag')).toMatch(/^W\/"/)
    const now = new Date(api.clock.now).toISOString()
    expect((await api.send('GET', path)).json).toEqual({ id: Number(path.slice(8)), text: 'a', createdAt: now, updatedAt: now })
  })

  test('a weak tag matches weakly, and only while it is current', async () => {
    const api = client()
    const created = await api.send('POST', '/leaves', { body: { text: 'a' } })
    const path = created.header('Location')!
    const headers = { 'If-Match': created.header('ETag')! }
    api.clock.now += 5000
    expect((await api.send('PUT', path, { headers, body: { text: 'b' } })).status).toBe(204)
    expect((await api.send('PUT', path, { headers, body: { text: 'c' } })).status).toBe(412)
    const read = (await api.send('GET', path)).json
    expect(Date.parse(read.updatedAt) - Date.parse(read.createdAt)).toBe(5000)
    expect((await api.send('PUT', path, { body: { id: 1, text: 'c' } })).status).toBe(409)
    expect((await api.send('PUT', path, { body: { id: read.id, text: 'c' } })).status).toBe(204)
  })
})
