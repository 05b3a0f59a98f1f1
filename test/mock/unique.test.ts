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
