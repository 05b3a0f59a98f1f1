import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadContract } from '../../spec/index.ts'
import { guard, inDirectory, loadText, only, problemsOf, things, withConflict } from './loading.ts'

describe('documents', () => {
  test('references into other files, circular ones too', async () => {
    const schemas = 'Thing: { type: object, properties: { name: { type: string }, next: { $ref: "#/Thing" } } }\n'
    const text =
      things.replaceAll('#/components/schemas/Thing', './schemas.yaml#/Thing') +
      'x-conflict:\n  version: 1\n  extends: rfc9110\n  token: { read: $response.header.ETagg }\n'
    const contract = await loadText(text, { 'schemas.yaml': schemas })
    expect(only(contract)).toMatchObject({ marker: '/name' })
    expect(JSON.stringify(contract.document)).not.toContain('schemas.yaml')
    expect(contract.warnings.map(({ line, message }) => `${line}: ${message}`)).toContainEqual(
      expect.stringMatching(/^25: \$response\.header\.ETagg: the document declares no such header/),
    )
    const broken = await problemsOf(loadText(text.replaceAll('schemas.yaml', 'nowhere.yaml')))
    expect(broken.lines[0]).toMatch(/^api\.yaml:7:\d+: a \$ref cannot be followed: .*nowhere\.yaml/)
  })
  test('OpenAPI 3.0 schemas become 2020-12', async () => {
    const text = `openapi: 3.0.3
info: { title: Old, version: "1" }
paths:
  /things/{id}:
    put:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/T" } } } }
      responses: { "201": { description: made }, "412": { description: no } }
components:
  schemas:
    T: { type: object, nullable: true, example: { nullable: true }, properties: { n: { type: integer, minimum: 1, exclusiveMinimum: true }, m: { type: number, maximum: 1, exclusiveMaximum: false } } }
x-conflict: { version: 1, extends: rfc9110 }
`
    const contract = await loadText(text)
    expect(contract.deref({ $ref: '#/components/schemas/T' })).toEqual({
      type: ['object', 'null'],
      example: { nullable: true },
      properties: { n: { type: 'integer', exclusiveMinimum: 1 }, m: { type: 'number', maximum: 1 } },
    })
    expect([...only(contract).operations.keys()]).toEqual(['create', 'replace'])
  })
  test('a circular chain of schemas ends', async () => {
    const contract = await loadText(
      `${things}    A: { $ref: "#/components/schemas/B" }\n    B: { $ref: "#/components/schemas/A" }\nx-conflict: { version: 1, extends: rfc9110 }\n`,
    )
    expect(contract.deref({ $ref: '#/components/schemas/A' })).toBe(true)
  })
  test.each(['additionalOperations', 'x-oai-additionalOperations'])('methods without a field of their own: %s', async (key) => {
    const text = things.replace('    put:\n', `    ${key}: { COPY: { responses: { "201": { description: copied } } } }\n    put:\n`)
    const { operations } = await loadText(
      `${text}x-conflict: { version: 1, extends: rfc9110, resources: { thing: { operations: { copy: "COPY /things/{id}" } } } }\n`,
    )
    expect(operations.find(({ method }) => method === 'COPY')).toMatchObject({
      pointer: `#/paths/~1things~1{id}/${key}/COPY`,
      parameters: [{ name: 'id', in: 'path' }],
    })
  })
  test('pointers of schemas point into the document', async () => {
    const { operations, document } = await loadText(withConflict('  extends: rfc9110\n'))
    const post = operations.find(({ method }) => method === 'POST')!
    expect(post.request!.content[0]!.schemaPointer).toBe('/paths/~1things/post/requestBody/content/application~1json/schema')
    expect(document['openapi']).toBe('3.1.0')
  })
  test('keyed items, nested collections and plain names', async () => {
    const crud = '{ get: { responses: { "200": { description: ok } } }, put: { responses: { "200": { description: ok } } } }'
    const post = '{ post: { responses: { "201": { description: ok } } } }'
    const text = `openapi: 3.1.0\ninfo: { title: T, version: "1" }\npaths:\n  /Books: ${post}\n  "/Books({ID})": ${crud}\n  /branches: ${post}\n  /branches/{b}: ${crud}\n  /branches/{b}/entries: ${post}\n  /branches/{b}/entries/{e}: ${crud}\nx-conflict: { version: 1, extends: rfc9110, resources: { Book: { reads: latest }, entries: {} } }\n`
    const contract = await loadText(text)
    expect([...contract.resources.values()].map(({ name, item }) => [name, item])).toEqual([
      ['Book', '/Books({ID})'],
      ['entries', '/branches/{b}/entries/{e}'],
      ['branch', '/branches/{b}'],
    ])
    expect(contract.resources.get('entries')!.parents.get('branch')!.written).toBe('$request.path.b')
    expect([...contract.resources.get('entries')!.identity.keys()]).toEqual(['e'])
  })
  test('a Link wins, a Location is read where the path has the parameter', async () => {
    const linked = things
      .replace('get: { responses: { "200": { description: one', 'get: { operationId: getThing, responses: { "200": { description: one')
      .replace(
        'description: made, ',
        'description: made, links: { self: { operationId: getThing, parameters: { id: $response.body#/name } } }, ',
      )
    const identity = async (text: string): Promise<unknown> =>
      only(await loadText(`${text}x-conflict: { version: 1, extends: rfc9110 }\n`))
        .identity.get('id')!
        .map(({ written, text: around }) => [written, around])
    expect(await identity(linked)).toEqual([['$response.body#/name', undefined]])
    expect(await identity(things.replace('headers: { ETag: {} }', 'headers: { ETag: {}, Location: {} }'))).toEqual([
      ['$response.header.Location', '/things/{}'],
      ['$response.body#/id', undefined],
    ])
  })
})

test('JSON documents load too', async () => {
  const directory = await inDirectory({})
  const { document } = await loadText(withConflict('  extends: rfc9110\n'))
  const { writeFile } = await import('node:fs/promises')
  await writeFile(`${directory}/api.json`, JSON.stringify(document, null, 2))
  expect(guard(only(await loadContract(`${directory}/api.json`)), 'update').for).toEqual(['replace'])
})

test('a $ref that leads to nothing is a warning with its place', async () => {
  const contract = await loadText(
    `${things.replace('$ref: "#/components/schemas/Thing"', '$ref: "#/components/schemas/Thin"')}x-conflict: { version: 1, extends: rfc9110 }\n`,
  )
  expect(contract.warnings).toContainEqual(
    expect.objectContaining({ line: 7, message: expect.stringMatching(/^#\/components\/schemas\/Thin leads to nothing/) }),
  )
})

test('a document may lie at a URL, with what it names beside it', async () => {
  const files: Record<string, string> = {
    '/v1/api.yaml': `${things.replaceAll('#/components/schemas/Thing', 'schemas.yaml#/Thing')}x-conflict: { version: 1, extends: ./ours.yaml }\n`,
    '/v1/schemas.yaml': 'Thing: { type: object, properties: { name: { type: string } } }\n',
    '/v1/ours.yaml': 'x-conflict: { version: 1, extends: conflict409 }\n',
  }
  const server = createServer((request, response) => {
    const text = files[request.url ?? '']
    response.writeHead(text === undefined ? 404 : 200).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const contract = await loadContract(`${base}/v1/api.yaml`)
  expect(contract.dialects).toEqual([`${base}/v1/ours.yaml`, 'conflict409', 'rfc9110'])
  expect(only(contract)).toMatchObject({ marker: '/name' })
  const { lines } = await problemsOf(loadContract(`${base}/v2/api.yaml`))
  expect(lines).toEqual(['api.yaml:1:1: cannot be read: the server answered 404 Not Found'])
})
