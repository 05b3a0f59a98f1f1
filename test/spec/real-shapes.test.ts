import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadContract } from '../../spec/index.ts'
import type { Contract } from '../../spec/index.ts'
import { loadText, things } from './loading.ts'

const load = (name: string): Promise<Contract> => loadContract(fileURLToPath(new URL(`fixtures/${name}.openapi.yaml`, import.meta.url)))

test('one token, three ways to send it, and an item whose PUT creates', async () => {
  const contract = await load('rows')
  const row = contract.resources.get('row')!
  expect(row).toMatchObject({
    collection: undefined,
    item: '/{db}/{row}',
    parameters: ['db', 'row'],
    sample: { _id: '$unique', title: 'T' },
  })
  expect([...row.operations.keys()].toSorted()).toEqual(['create', 'delete', 'read', 'replace'])
  expect([...row.identity].map(([parameter, places]) => [parameter, places.map(({ written }) => written)])).toEqual([
    ['row', ['$request.path.row', '$request.body#/_id']],
  ])
  expect(row.parents.size).toBe(0)
  expect(row.with).toMatchObject([{ place: { part: 'path', name: 'db' }, is: { equals: '$env.DB' } }])
  const [write] = row.guards
  expect(write).toMatchObject({ for: ['replace', 'create'], unpromised: ['delete'], none: { omitted: true }, match: 'equal' })
  expect(write!.send.map(({ part }) => part)).toEqual(['body', 'query', 'header'])
  expect(write!.outcomes.exists).toMatchObject({
    name: 'exists',
    as: 'stale',
    status: [409],
    where: [{ place: { name: '/error' }, is: { equals: 'conflict' } }],
  })
  expect(row.token!.promised).toBe(true)
})

test('success and refusal under one status, told in prose', async () => {
  const { resources } = await load('prose')
  const page = resources.get('page')!
  expect(page.guards[0]).toMatchObject({
    match: 'successor',
    required: 'always',
    for: ['replace'],
    token: { format: 'integer', bumps: 'every-write', promised: true },
  })
  expect(page.guards[0]!.outcomes.stale!.reveal.currentToken).toMatchObject([{ name: '/message', text: 'Current version is: {}' }])
  expect(page.guards[0]!.outcomes.missing).toMatchObject({ as: 'stale', status: [200] })
  expect(page.guards[0]!.outcomes.done!.status).toEqual([200])
  expect(page.idempotency).toMatchObject({
    for: ['create'],
    onRepeat: ['replay', 'current'],
    expires: 95_400_000,
    scope: ['caller'],
    outcomes: {},
  })
  expect(page.rules).toMatchObject([{ kind: 'has-children', children: 'line', for: ['replace'], when: [{ is: { equals: true } }] }])
  const line = resources.get('line')!
  expect(line.guards).toEqual([])
  expect(line.parents.get('page')!.name).toBe('pageId')
  expect(line.identity.get('n')!.map(({ written }) => written)).toEqual([
    '$response.header.Location',
    '$response.body#/n',
    '$response.body#/id',
  ])
})

test('what the document leaves open is a warning, once and with its place', async () => {
  const told = (await load('prose')).warnings.map(({ line, column, message }) => `${line}:${column}: ${message}`)
  expect(new Set(told).size).toBe(told.length)
  expect(told).toContain(
    '24:43: $request.body#/version/number: the document declares no such member for PUT /pages/{pageId}, nor does it rule it out',
  )
  expect((await load('rows')).warnings).toEqual([])
})

test('so is a status that an operation does not document', async () => {
  const { warnings } = await loadText(`${things}x-conflict: { version: 1, extends: rfc9110, guards: { update: { required: always } } }\n`)
  expect(warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '13: PUT /things/{id} documents no 428, which update answers with for missing',
    '17: DELETE /things/{id} documents no 412, which update answers with for stale',
    '17: DELETE /things/{id} documents no 428, which update answers with for missing',
  ])
})
