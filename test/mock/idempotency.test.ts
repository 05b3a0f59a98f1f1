import { describe, expect, test } from 'vitest'
import { client } from './reference.ts'

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
