import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadBare } from '../../spec/candidates/draft.ts'
import { fitted } from '../../spec/candidates/fit.ts'
import { type Finding, guess, type ResourceFindings } from '../../spec/candidates/finding.ts'
import { merged } from '../../spec/candidates/merge.ts'
import type { Json } from '../../spec/contract.ts'
import { writeOverlay } from '../../spec/candidates/overlay.ts'
import { suggest } from '../../spec/candidates/suggest.ts'
import { loadContract } from '../../spec/index.ts'

const head = `openapi: 3.1.0
info: { title: Shelf, version: "1" }
paths:
  /books:
    post:
      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Book" } } } }
      responses:
        "201": { description: Made., content: { application/json: { schema: { $ref: "#/components/schemas/Book" } } } }
        "409": { description: Conflict. }
  /books/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      responses:
        "200": { description: The book., headers: { ETag: { schema: { type: string } } }, content: { application/json: { schema: { $ref: "#/components/schemas/Book" } } } }
    put:
      parameters: [{ name: If-Match, in: header, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Book" } } } }
      responses:
        "200": { description: Written. }
`
const book = `components: { schemas: { Book: { type: object, properties: { id: { type: string, readOnly: true }, title: { type: string }, revision: { type: integer } } } } }
`
const says412 = `        "412": { description: Stale. }
`
const contract = `x-conflict: { version: 1, extends: rfc9110 }
`

let folder: string
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))))
afterAll(() => rm(folder, { recursive: true }))

async function saved(text: string, name = 'shelf.openapi.yaml'): Promise<string> {
  const file = path.join(folder, name)
  await writeFile(file, text)
  return file
}

async function written(text: string): Promise<{ overlay: string; loaded: Awaited<ReturnType<typeof loadContract>> }> {
  const file = await saved(text)
  const found = suggest(await loadBare(file))
  const { text: overlay } = await fitted(file, found, (resources) => writeOverlay('Shelf', ['head'], resources))
  return { overlay, loaded: await loadContract(file, { overlays: [await saved(overlay, 'shelf.overlay.yaml')] }) }
}

test('a guess is a comment with its confidence and its line, and promises nothing', async () => {
  const { overlay, loaded } = await written(head + book)
  expect(overlay).toMatch(/## high: PUT \/books\/\{id\} declares If-Match \(.*shelf\.openapi\.yaml:17\)/)
  expect(overlay).toMatch(/# {3}update: \{ for: \[ replace \], send: \$request\.header\.If-Match/)
  expect(overlay).toMatch(/## medium: GET \/books\/\{id\} declares ETag \(.*shelf\.openapi\.yaml:15\)/)
  expect(overlay).toMatch(/## high: POST \/books declares Idempotency-Key/)
  expect(overlay).toMatch(/## \? create may answer 409, medium/)
  const resource = loaded.resources.get('book')!
  expect([resource.token, resource.guards, resource.unique, resource.idempotency]).toEqual([undefined, [], [], undefined])
})

test('what the document itself promises stands in the overlay: If-Match, 412 for it, and an ETag to send', async () => {
  const { loaded } = await written(head + says412 + book)
  const resource = loaded.resources.get('book')!
  expect(resource.guards.map(({ name, for: roles }) => [name, roles])).toEqual([['update', ['replace']]])
  expect(resource.guards[0]!.outcomes.stale!.status).toEqual([412])
  expect(resource.idempotency).toBeUndefined()
})

test('a member that is called version or revision is a guess of low confidence', async () => {
  const { overlay } = await written(head.replace('headers: { ETag: { schema: { type: string } } }, ', '') + book)
  expect(overlay).toContain('## low: GET /books/{id} answers with /revision')
})

test('the same document gives the same text', async () => {
  expect((await written(head + says412 + book)).overlay).toBe((await written(head + says412 + book)).overlay)
})

test('a document with a contract is refused, with its line', async () => {
  await expect(loadBare(await saved(head + book + contract))).rejects.toThrow(/:22:1: the document has an x-conflict already/)
})

test('an item whose PUT is not said to create, without a collection, is a resource all the same', async () => {
  const alone = head.replace(/ {2}\/books:\n[\s\S]*? {2}\/books\/\{id\}/, '  /books/{id}')
  const bare = await loadBare(await saved(alone + book))
  expect([...bare.resources.get('id')!.operations.keys()]).toContain('create')
})

test('resources that no pair of paths shows: containers, items that a query names, keys of several parameters', async () => {
  const one = (name: string, place = 'path'): string => `{ name: ${name}, in: ${place}, required: true, schema: { type: string } }`
  const ok = '{ "200": { description: Fine. } }'
  const made = '{ "201": { description: Made. } }'
  const bare = await loadBare(
    await saved(`openapi: 3.1.0
info: { title: Odd paths, version: "1" }
paths:
  /{folder}/:
    parameters: [${one('folder')}]
    get: { responses: ${ok} }
    x-oai-additionalOperations: { MKCOL: { responses: ${made} } }
  /{folder}/{file}:
    parameters: [${one('folder')}, ${one('file')}]
    get: { responses: ${ok} }
    put: { responses: ${made} }
  /profile:
    parameters: [${one('agent', 'query')}, ${one('profileId', 'query')}]
    get: { responses: ${ok} }
    put: { responses: ${ok} }
  /search:
    get: { parameters: [${one('q', 'query')}], responses: ${ok} }
  /{table}:
    parameters: [${one('table')}]
    post: { responses: ${made} }
  /{table}(PartitionKey='{pk}',RowKey='{rk}'):
    parameters: [${one('table')}, ${one('pk')}, ${one('rk')}]
    get: { responses: ${ok} }
`),
  )
  const shapes = [...bare.resources.values()].map(({ item, collection, operations, parents, identity }) => ({
    paths: [item, collection],
    create: operations.get('create') && `${operations.get('create')!.operation.method} ${operations.get('create')!.operation.path}`,
    parents: [...parents.keys()],
    identity: [...identity].map(([name, places]) => `${name}: ${places[0]!.written}`),
  }))
  expect(shapes).toEqual([
    { paths: ['/{folder}/', undefined], create: 'MKCOL /{folder}/', parents: [], identity: ['folder: $request.path.folder'] },
    { paths: ['/profile', undefined], create: 'PUT /profile', parents: [], identity: ['id: $request.query.profileId'] },
    {
      paths: ["/{table}(PartitionKey='{pk}',RowKey='{rk}')", '/{table}'],
      create: 'POST /{table}',
      parents: [],
      identity: expect.arrayContaining([expect.stringMatching(/^pk: /), expect.stringMatching(/^rk: /)]) as unknown,
    },
    {
      paths: ['/{folder}/{file}', '/{folder}/'],
      create: 'PUT /{folder}/{file}',
      parents: ['folder'],
      identity: ['file: $request.path.file'],
    },
  ])
  expect([...bare.resources.values()].every(({ guards, unique, token }) => !guards.length && !unique.length && !token)).toBe(true)
})

test('what was said so that a resource could be read stands in the overlay, with its reason', async () => {
  const alone = head.replace(/ {2}\/books:\n[\s\S]*? {2}\/books\/\{id\}/, '  /shelf/books/{id}') + book
  const file = await saved(alone)
  const found = suggest(await loadBare(file, { item: '/shelf/books/{id}', with: { '$request.header.X-Tenant': 'one' } }))
  const { text } = await fitted(file, found, (resources) => writeOverlay('Shelf', [], resources))
  expect(text).toMatch(/^ +# said on the command line\n +with: \{ \$request\.header\.X-Tenant: one \}$/m)
  await expect(loadBare(file, { item: '/books' })).rejects.toThrow('--item /books: the document has no such path')
})

test('what the document has no room for becomes a comment that says so', async () => {
  const file = await saved(head + book)
  const resources: ResourceFindings[] = [
    {
      name: 'book',
      collection: '/books',
      item: '/books/{id}',
      questions: [],
      findings: [
        { at: ['token'], value: { read: '$response.header.ETag' }, sure: true, because: ['seen'] },
        {
          at: ['guards', 'update'],
          value: { for: ['replace'], send: 'nowhere', outcomes: { stale: { status: 412 } } },
          sure: true,
          because: ['seen'],
        },
      ],
    },
  ]
  const { text } = await fitted(file, resources, (left) => writeOverlay('Shelf', [], left))
  expect(text).toContain('left out, since the contract would not load')
  expect(text).toMatch(/# {3}update: /)
  expect(text).toMatch(/^ +token: \{ read: \$response\.header\.ETag \}/m)
})

test('what the document does not declare is declared: the parameter, and the answer with all that the contract looks at in it', async () => {
  const file = await saved(head + book)
  const stale = {
    status: 412,
    mediaType: 'application/problem+json',
    where: { '$response.body#/errors/0/code': 'stale' },
    reveal: { currentToken: '$response.header.ETag' },
  }
  const finding = (at: string[], value: Json): Finding => ({ at, value, sure: true, because: ['seen'] })
  const resources: ResourceFindings[] = [
    {
      name: 'book',
      collection: '/books',
      item: '/books/{id}',
      questions: [],
      findings: [
        finding(['token'], { read: '$response.header.ETag' }),
        finding(['guards', 'update'], { for: ['replace'], send: '$request.header.If-Version', outcomes: { stale } }),
      ],
    },
  ]
  const { text, contract } = await fitted(file, resources, (left, lacking) => writeOverlay('Shelf', [], left, lacking))
  expect(text).toContain(`  - target: "$['paths']['/books/{id}']['put']"`)
  expect(contract.warnings).toEqual([])
  const { operation } = contract.resources.get('book')!.operations.get('replace')!
  expect(operation.parameters.map(({ name }) => name)).toContain('If-Version')
  const answer = operation.responses.find(({ status }) => status === '412')!
  expect([...answer.headers.keys()]).toEqual(['etag'])
  expect(answer.content.map(({ type }) => type)).toEqual(['application/problem+json'])
})

test('a guess that the probe settled is dropped, another one says that it was not seen', () => {
  const suggested: ResourceFindings = {
    name: 'book',
    collection: '/books',
    item: '/books/{id}',
    questions: ['create may answer 409, medium: is a member unique?'],
    findings: [
      { at: ['guards', 'update'], value: { send: '$request.header.If-Match' }, sure: true, because: ["the document's own"] },
      guess(['guards', 'query'], { send: '$request.query.rev' }, 'high', 'PUT declares rev'),
      guess(['token'], { read: '$response.header.ETag' }, 'medium', 'GET declares ETag'),
    ],
  }
  const settled = {
    questions: [],
    findings: [
      { at: ['guards', 'mine', 'send'], value: '$request.header.If-Match', sure: true, because: [] },
      { at: ['unique', 'title'], value: { fields: '$request.body#/title' }, sure: true, because: [] },
    ],
  }
  const result = merged(suggested, settled)
  expect(result.findings.filter(({ sure }) => !sure).map(({ at, because }) => [at.join('.'), because.at(-1)])).toEqual([
    ['guards.query', 'the probe did not see it'],
    ['token', 'the probe did not see it'],
  ])
  expect(result.questions).toEqual([])
})
