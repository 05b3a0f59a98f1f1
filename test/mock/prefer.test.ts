import { describe, expect, test } from 'vitest'
import { client } from './reference.ts'

const user = { username: 'grace.h', email: 'grace.h@example.org', displayName: 'Grace' }

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
