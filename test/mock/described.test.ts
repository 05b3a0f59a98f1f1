import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadContract } from '../../spec/index.ts'
import { client as clientOf, type Client } from './reference.ts'

// Rules without a kind of their own, and what switches rules off

const contract = await loadContract(fileURLToPath(new URL('../suites/language.openapi.yaml', import.meta.url)))

/** A draft of a fresh mock, and the status of a request for it. */
async function draft(query = ''): Promise<{ api: Client; ask(method: string, rest?: string): Promise<number>; state(): Promise<string> }> {
  const api = clientOf({ contract, check: false })
  const at = (await api.send('POST', `/drafts${query}`, { body: { title: 'a' } })).header('Location')!
  const body = (method: string): object => (method === 'PUT' ? { body: { title: 'b' } } : {})
  return {
    api,
    ask: async (method, rest = '') => (await api.send(method, `${at}${rest}`, body(method))).status,
    state: async () => (await api.send('GET', at)).json.state,
  }
}

describe('what the contract shows to be refused', () => {
  test('is refused as it is shown, and carried out otherwise', async () => {
    const { ask, state } = await draft()
    expect([await ask('DELETE', '?wipe=true'), await ask('POST', '/publish?site=nowhere')]).toEqual([409, 409])
    expect([await ask('POST', '/publish?site=here'), await state()]).toEqual([200, 'published'])
    expect(await (await draft()).ask('DELETE', '?wipe=false')).toBe(204)
  })

  test('after another call: for the item that it was made of, and no other', async () => {
    const { api, ask } = await draft()
    const other = (await api.send('POST', '/drafts', { body: { title: 'other' } })).header('Location')!
    expect([await ask('POST', '/publish'), await ask('DELETE')]).toEqual([200, 409])
    expect([await ask('PUT'), await ask('DELETE')]).toEqual([200, 409])
    expect((await api.send('DELETE', other)).status).toBe(204)
  })

  test('a call that was refused was not made', async () => {
    const { ask } = await draft()
    expect([await ask('POST', '/publish?site=nowhere'), await ask('DELETE')]).toEqual([409, 204])
  })

  test('another action ends it, and so does a reset', async () => {
    const { ask } = await draft()
    expect([await ask('POST', '/publish'), await ask('POST', '/withdraw'), await ask('DELETE')]).toEqual([200, 200, 204])
    const again = await draft()
    await again.ask('POST', '/publish')
    again.api.mock.reset()
    expect(await again.ask('DELETE')).toBe(404)
  })

  test('the create may be the call', async () => {
    expect(await (await draft('?kind=system')).ask('PUT')).toBe(409)
    expect(await (await draft('?kind=usual')).ask('PUT')).toBe(200)
  })
})

describe('where a request says what switches a rule off', () => {
  test('an action leads where it leads from other states', async () => {
    const { ask, state } = await draft()
    expect([await ask('POST', '/withdraw'), await state()]).toEqual([409, 'open'])
    expect([await ask('POST', '/withdraw?force=false'), await state()]).toEqual([409, 'open'])
    expect([await ask('POST', '/withdraw?force=true'), await state()]).toEqual([200, 'withdrawn'])
  })

  test('what was published is deleted, what has no parent is created', async () => {
    const { api, ask } = await draft()
    expect([await ask('POST', '/publish'), await ask('DELETE', '?force=true'), await ask('DELETE')]).toEqual([200, 204, 404])
    const remark = { body: { draft: 'none', text: 'a' } }
    expect((await api.send('POST', '/remarks', remark)).status).toBe(409)
    expect((await api.send('POST', '/remarks?orphan=true', remark)).status).toBe(201)
  })
})
