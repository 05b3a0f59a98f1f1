import { describe, expect, test } from 'vitest'
import { client } from './reference.ts'

const merge = 'application/merge-patch+json'

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
