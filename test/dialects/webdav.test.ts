import { describe, expect, test } from 'vitest'
import { api, type Seen } from './acted.ts'

// What the standards and the vendors' documents say, written down by hand: none of it is read from our dialects.

describe('WebDAV', () => {
  const lockinfo = '<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope></D:lockinfo>'
  const lock = { headers: { 'Content-Type': 'application/xml', Timeout: 'Second-60' }, body: lockinfo }
  const filed = async (): Promise<Awaited<ReturnType<typeof api>>> => {
    const send = await api('webdav')
    expect((await send('MKCOL', '/papers/')).status).toBe(201)
    expect((await send('PUT', '/papers/a', { body: 'first' })).status).toBe(201)
    return send
  }

  test('RFC 4918 §9.3.1: MKCOL on what is there is 405; §9.7.1: PUT where no collection is, 409', async () => {
    const send = await filed()
    expect((await send('MKCOL', '/papers/')).status).toBe(405)
    expect((await send('PUT', '/nowhere/a', { body: 'x' })).status).toBe(409)
  })

  test('§9.10.1, §10.5: the answer to LOCK has a Lock-Token in angle brackets, a URI; §9.10.6: locked is 423', async () => {
    const send = await filed()
    const locked = await send('LOCK', '/papers/a', lock)
    expect([locked.status, locked.header('Lock-Token')]).toEqual([200, expect.stringMatching(/^<urn:uuid:[0-9a-f-]{36}>$/)])
    expect((await send('LOCK', '/papers/a', lock)).status).toBe(423)
    expect((await send('PUT', '/papers/a', { body: 'x' })).status).toBe(423)
    expect((await send('DELETE', '/papers/a')).status).toBe(423)
    expect((await send('GET', '/papers/a')).text).toBe('first')
  })

  test('§10.4: a write with the token goes through, one with another token is 412; §9.11: after UNLOCK all may write', async () => {
    const send = await filed()
    const token = (await send('LOCK', '/papers/a', lock)).header('Lock-Token')
    expect((await send('PUT', '/papers/a', { headers: { If: '(<urn:uuid:other>)' }, body: 'x' })).status).toBe(412)
    expect((await send('PUT', '/papers/a', { headers: { If: `(${token})` }, body: 'mine' })).status).toBe(204)
    expect((await send('UNLOCK', '/papers/a', { headers: { 'Lock-Token': token } })).status).toBe(204)
    expect((await send('PUT', '/papers/a', { headers: { If: `(${token})` }, body: 'x' })).status).toBe(412)
    expect((await send('PUT', '/papers/a', { body: 'theirs' })).status).toBe(204)
    expect((await send('GET', '/papers/a')).text).toBe('theirs')
  })

  test('§6.6: a lock ends with its timeout; §9.10.2: who holds it may have it for longer', async () => {
    const send = await filed()
    const token = (await send('LOCK', '/papers/a', lock)).header('Lock-Token')
    send.clock.now += 59_000
    const refreshed = await send('LOCK', '/papers/a', { headers: { If: `(${token})` } })
    expect([refreshed.status, refreshed.header('Lock-Token')]).toEqual([200, token])
    send.clock.now += 59_000
    const refused = await send('PUT', '/papers/a', { body: 'x' })
    expect([refused.status, refused.header('Retry-After')]).toEqual([423, '1'])
    send.clock.now += 1000
    expect((await send('PUT', '/papers/a', { body: 'x' })).status).toBe(204)
  })

  test('§9.8.5, §10.6: COPY makes (201) or overwrites (204), and with Overwrite: F is 412 where something is', async () => {
    const send = await filed()
    const copy = (overwrite: string): Promise<Seen> =>
      send('COPY', '/papers/a', { headers: { Destination: 'http://files.example/papers/b', Overwrite: overwrite } })
    expect((await copy('F')).status).toBe(201)
    expect((await send('GET', '/papers/b')).text).toBe('first')
    await send('PUT', '/papers/a', { body: 'second' })
    expect((await copy('F')).status).toBe(412)
    expect((await send('GET', '/papers/b')).text).toBe('first')
    expect((await copy('T')).status).toBe(204)
    expect((await send('GET', '/papers/b')).text).toBe('second')
  })
})
