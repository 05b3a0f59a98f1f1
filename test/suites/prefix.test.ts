import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../spec/contract.ts'
import { loadContract } from '../../spec/index.ts'
import { prefixOf } from '../../suites/kit/prefix.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { serve, targetAt } from './documents.ts'
import { trial } from './trial.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))))
afterAll(() => rm(folder, { recursive: true }))

interface Shape {
  /** Of the path parameter. */
  name?: object
  title?: object
  email?: object
  resource?: object
}

/** With what the words of a resource begin whose parts are so. */
async function begins({ name, title, email, resource }: Shape, prefix = 'ifmatch-'): Promise<string> {
  const schema = { type: 'object', properties: { title: { type: 'string', ...title }, email: { type: 'string', ...email } } }
  const body = { content: { 'application/json': { schema } } }
  const done = { responses: { 200: { description: 'done', ...body } } }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Notes', version: '1' },
    paths: {
      '/notes/{name}': {
        parameters: [{ in: 'path', name: 'name', required: true, schema: { type: 'string', ...name } }],
        get: done,
        put: { requestBody: body, ...done },
      },
    },
    'x-conflict': {
      version: 1,
      extends: 'rfc9110',
      resources: {
        note: {
          operations: { create: 'PUT /notes/{name}', replace: 'PUT /notes/{name}', read: 'GET /notes/{name}' },
          identity: '$request.path.name',
          marker: '/title',
          sample: { title: 'x' },
          ...resource,
        },
      },
    },
  }
  const file = path.join(folder, 'notes.json')
  await writeFile(file, JSON.stringify(document as unknown as Json))
  const contract = await loadContract(file)
  return prefixOf(contract.resources.get('note')!, contract, prefix)
}

const unique = (field: string): object => ({ unique: { one: { fields: `$request.body#/${field}` } } })

test.each<[string, Shape, string]>([
  ['nothing speaks against it', {}, 'ifmatch-'],
  ['the name has a pattern that it fits', { name: { pattern: '^[a-z0-9-]{3,63}$' } }, 'ifmatch-'],
  ['the name takes letters and digits only', { name: { pattern: '^[A-Za-z][A-Za-z0-9]{2,62}$' } }, 'ifmatch'],
  ['the name must be short', { name: { maxLength: 19 } }, 'ifmatch'],
  ['the name must be very short', { name: { maxLength: 12 } }, ''],
  ['the marker must be short', { title: { maxLength: 12 } }, ''],
  ['what is unique has a pattern', { email: { pattern: '^w' }, resource: unique('email') }, ''],
  ['what is not written is no matter', { email: { pattern: '^w' } }, 'ifmatch-'],
  [
    'an address stays one',
    { email: { format: 'email', maxLength: 40 }, resource: { sample: { title: 'x', email: '{$unique}@example.test' } } },
    'ifmatch-',
  ],
  [
    'an address that gets too long',
    { email: { maxLength: 30 }, resource: { sample: { title: 'x', email: '{$unique}@example.test' } } },
    '',
  ],
  ['one of several schemas allows it', { title: { anyOf: [{ maxLength: 3 }, { maxLength: 30 }] } }, 'ifmatch-'],
  ['all of several must', { title: { allOf: [{ maxLength: 3 }, { maxLength: 30 }] } }, ''],
  ['a pattern that nobody can read', { title: { pattern: '(?P<x>a)' } }, ''],
])('%s', async (_, shape, prefix) => expect(await begins(shape)).toBe(prefix))

test('a prefix of one’s own, or none', async () => {
  expect(await begins({}, 'qa.')).toBe('qa.')
  expect(await begins({}, '')).toBe('')
})

test('what a check makes begins with it', async () => {
  const bodies: string[] = []
  await using server = await serve({ extra: ({ body }) => (bodies.push(String(body['text'])), {}) })
  const making = trial(
    async ({ resource, prove }) => {
      const item = await resource.create()
      await item.write()
      prove.exists(await item.read())
    },
    { needs: ['write'] },
  )
  const [result] = await runCheck(making, await targetAt(server.url))
  expect(result!.verdict).toBe('pass')
  expect(bodies.length).toBeGreaterThan(2)
  for (const body of bodies) expect(body).toMatch(/^ifmatch-w[a-z0-9]{11}$/)
})
