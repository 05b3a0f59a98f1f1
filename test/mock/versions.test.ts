import { describe, expect, test } from 'vitest'
import { client, reference409 } from './reference.ts'

const note = '/notes/note-groceries' // version 3: title Groceries, text "Bread, milk, two lemons", pinned true
const theirs = { version: 3, title: 'Groceries', text: 'Bread, oat milk', pinned: true }

describe('versions in the body', () => {
  test('a current version is replaced, and counts up by one', async () => {
    const api = client()
    const answer = await api.send('PUT', note, { body: theirs })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ id: 'note-groceries', version: 4, text: 'Bread, oat milk' })
  })

  test('writing what stands there changes no version', async () => {
    const api = client()
    const read = await api.send('GET', note)
    expect((await api.send('PUT', note, { body: read.json })).json).toEqual(read.json)
  })

  test.each([
    [
      'both changed the same member',
      { ...theirs, text: 'Bread, three lemons' },
      [{ field: 'text', yours: 'Bread, three lemons', theirs: 'Bread, oat milk' }],
    ],
    ['each changed another', { ...theirs, text: 'Bread, milk, two lemons', pinned: false }, []],
    ['both to the same', theirs, []],
    ['mine is left as it was', { ...theirs, title: 'Shopping', text: 'Bread, milk, two lemons' }, []],
  ])('conflicting members: %s', async (_, body, conflicts) => {
    const api = client()
    await api.send('PUT', note, { body: theirs })
    const answer = await api.send('PUT', note, { body })
    expect(answer.status).toBe(409)
    expect(answer.json).toMatchObject({
      type: '/problems/stale',
      currentVersion: 4,
      current: { version: 4, text: 'Bread, oat milk' },
      conflicts,
    })
    expect(answer.json.conflicts).toEqual(conflicts)
  })

  test('a version older than the history tells no members in conflict', async () => {
    const api = client()
    for (let version = 3; version < 60; version += 1) await api.send('PUT', note, { body: { ...theirs, version, text: `text ${version}` } })
    const answer = await api.send('PUT', note, { body: theirs })
    expect(answer.json.currentVersion).toBe(60)
    expect(answer.json.conflicts).toBeUndefined()
  })

  test.each<[string, unknown, number]>([
    ['no version', { title: 'a', text: 'b' }, 428],
    ['a text', { ...theirs, version: '3' }, 400],
    ['a fraction', { ...theirs, version: 3.5 }, 400],
    ['one that will come', { ...theirs, version: 4 }, 409],
  ])('%s is refused', async (_, body, status) => {
    const api = client()
    expect((await api.send('PUT', note, { body })).status).toBe(status)
    expect((await api.send('GET', note)).json.version).toBe(3)
  })

  test('a DELETE names it in the query', async () => {
    const api = client()
    expect((await api.send('DELETE', note)).status).toBe(428)
    expect((await api.send('DELETE', `${note}?version=2`)).status).toBe(409)
    expect((await api.send('DELETE', `${note}?version=x`)).status).toBe(400)
    expect((await api.send('DELETE', `${note}?version=3`)).status).toBe(204)
    expect((await api.send('GET', note)).status).toBe(404)
  })

  test('a version goes on counting when a name is deleted and created again', async () => {
    const api = client()
    expect((await api.send('DELETE', '/branches/summer')).status).toBe(204)
    const again = await api.send('POST', '/branches', { body: { name: 'summer', files: {} } })
    expect(again.status).toBe(201)
    expect(again.json.head).toBe(3)
  })
})

describe('tags', () => {
  test('a tag is never given twice, not after a deletion, not after a reset', async () => {
    const api = client()
    const seen = new Set<string>()
    const look = async (): Promise<void> => {
      const tag = (await api.send('GET', '/files/new.txt')).header('ETag')!
      expect(seen).not.toContain(tag)
      seen.add(tag)
    }
    for (let round = 0; round < 3; round += 1) {
      await api.send('PUT', '/files/new.txt', { body: `${round}`, type: 'text/plain' })
      await look()
      await api.send('PUT', '/files/new.txt', { body: `${round}+`, type: 'text/plain', headers: { 'If-Match': '*' } })
      await look()
      if (round === 1) api.mock.reset()
      else await api.send('DELETE', '/files/new.txt', { headers: { 'If-Match': '*' } })
    }
  })

  test('one seed, the same ids and tags; another, others', async () => {
    const run = async (seed: string): Promise<unknown> => {
      const answer = await client({ seed }).send('POST', '/documents', { body: { title: 'a', text: 'b' } })
      return [answer.json.id, answer.header('ETag')]
    }
    expect(await run('a')).toEqual(await run('a'))
    expect(await run('a')).not.toEqual(await run('b'))
  })
})

describe('the family of 409', () => {
  test('a stale If-Match is told the current item and the members in conflict', async () => {
    const api = client({ contract: reference409 })
    const item = '/documents/doc-handbook'
    const { json, header } = await api.send('GET', item)
    const first = await api.send('PUT', item, { headers: { 'If-Match': header('ETag')! }, body: { title: json.title, text: 'theirs' } })
    const stale = await api.send('PUT', item, { headers: { 'If-Match': header('ETag')! }, body: { title: 'mine', text: 'mine' } })
    expect(stale.status).toBe(409)
    expect(stale.json).toMatchObject({ type: '/problems/stale', status: 409, current: { text: 'theirs' }, conflicts: ['text'] })
    expect(stale.header('ETag')).toBe(first.header('ETag'))
  })

  test('a patch is in conflict only where it speaks', async () => {
    const api = client({ contract: reference409 })
    const item = '/documents/doc-handbook'
    const headers = { 'If-Match': (await api.send('GET', item)).header('ETag')! }
    const patch = { headers, type: 'application/merge-patch+json' }
    await api.send('PATCH', item, { ...patch, body: { text: 'theirs', labels: null } })
    expect((await api.send('PATCH', item, { ...patch, body: { title: 'mine' } })).json.conflicts).toEqual([])
    expect((await api.send('PATCH', item, { ...patch, body: { title: 'mine', labels: ['mine'] } })).json.conflicts).toEqual(['labels'])
  })
})
