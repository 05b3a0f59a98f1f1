import { describe, expect, test } from 'vitest'
import { client } from './reference.ts'

const merge = 'application/merge-patch+json'

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
