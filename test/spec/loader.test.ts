import { describe, expect, test } from 'vitest'
import { guard, loadText, only, things, withConflict } from './loading.ts'

describe('a whole contract of one word', () => {
  test('extends: rfc9110 promises what operations declare, and no more', async () => {
    const thing = only(await loadText(withConflict('  extends: rfc9110\n')))
    expect(guard(thing, 'update')).toMatchObject({
      for: ['replace'],
      unpromised: ['delete'],
      match: 'strong',
      any: { value: '*' },
      required: 'never',
    })
    expect(guard(thing, 'update').outcomes).toMatchObject({ stale: { status: [412], retry: 'refetch' }, absent: { status: [404, 412] } })
    expect(guard(thing, 'createOnly')).toMatchObject({ for: [], unpromised: ['replace'], match: 'differs', none: { value: '*' } })
    expect(guard(thing, 'freshDate')).toMatchObject({ for: [], unpromised: ['read'], match: 'modified-since', token: { promised: false } })
    expect(thing.token).toMatchObject({ format: 'etag', bumps: 'on-change', promised: true })
  })

  test('the same from the command line, without x-conflict', async () => {
    const contract = await loadText(things, {}, { dialects: ['rfc9110'] })
    expect(contract.dialects).toEqual(['rfc9110'])
    expect(guard(only(contract), 'update').for).toEqual(['replace'])
  })

  test('what it infers', async () => {
    const contract = await loadText(withConflict('  extends: [rfc9110, idempotency-key]\n  unique: { email: $request.body#/email }\n'))
    const thing = only(contract)
    expect(thing).toMatchObject({ name: 'thing', collection: '/things', item: '/things/{id}', parameters: ['id'], marker: '/name' })
    expect([...thing.operations].map(([role, { operation }]) => `${role}: ${operation.method} ${operation.path}`)).toEqual([
      'create: POST /things',
      'list: GET /things',
      'read: GET /things/{id}',
      'replace: PUT /things/{id}',
      'delete: DELETE /things/{id}',
      'ship: POST /things/{id}/ship',
    ])
    expect(thing.identity.get('id')!.map(({ written }) => written)).toEqual(['$response.body#/id'])
    expect(thing.payload.list.map(({ written }) => written)).toEqual(['$response.body#/things'])
    expect(thing.sample).toMatchObject({ email: expect.stringMatching(/^\{\$unique\}@/), name: expect.any(String) })
    expect(thing.sample).not.toHaveProperty('id')
    expect(thing.idempotency).toMatchObject({ for: ['create'], unpromised: ['ship'], schema: { maxLength: 64 }, onRepeat: ['replay'] })
    expect(thing.unique[0]).toMatchObject({ for: ['create', 'replace'], compare: 'exact', outcomes: { duplicate: { status: [409] } } })
  })
})

describe('digest', () => {
  const digestOf = async (text: string): Promise<string> => (await loadText(text)).digest
  test('is the same for the same promises, whatever the order and the comments; another for others', async () => {
    const one = await digestOf(withConflict('  extends: rfc9110\n  reads: latest\n'))
    expect(await digestOf(withConflict('  # a comment\n  reads: latest\n  extends: rfc9110\n'))).toBe(one)
    expect(await digestOf(withConflict('  extends: rfc9110\n'))).not.toBe(one)
    expect(one).toMatch(/^[0-9a-f]{64}$/)
  })
})
