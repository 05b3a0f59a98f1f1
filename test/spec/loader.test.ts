import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadContract, type Resource } from '../../spec/index.ts'
import { inDirectory, loadText, problemsOf, things } from './loading.ts'

const withConflict = (said: string): string => `${things}x-conflict:\n  version: 1\n${said}`
const only = (contract: { resources: Map<string, Resource> }): Resource => [...contract.resources.values()][0]!
const guard = (resource: Resource, name: string): Resource['guards'][number] => resource.guards.find((each) => each.name === name)!

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

describe('layers', () => {
  test('what the contract says itself always holds', async () => {
    const thing = only(
      await loadText(
        withConflict('  extends: rfc9110\n  resources: { thing: { guards: { update: {}, createOnly: { for: [replace] } } } }\n'),
      ),
    )
    expect(guard(thing, 'update')).toMatchObject({ for: ['replace', 'delete'], unpromised: [] })
    expect(guard(thing, 'createOnly').for).toEqual(['replace'])
  })
  test('a later dialect wins; one from the command line comes last', async () => {
    const stale = async (said: string, dialects: string[] = []): Promise<number[]> =>
      guard(only(await loadText(withConflict(said), {}, { dialects })), 'update').outcomes.stale!.status
    expect(await stale('  extends: [rfc9110, conflict409]\n')).toEqual([409])
    expect(await stale('  extends: [conflict409, rfc9110]\n')).toEqual([412])
    expect(await stale('  extends: rfc9110\n', ['conflict409'])).toEqual([409])
    expect(await stale('  extends: conflict409\n  outcomes: { stale: { status: 418 } }\n')).toEqual([418])
  })
  test('a guard that says send, an outcome that says status, starts afresh', async () => {
    const said =
      '  extends: rfc9110\n  guards: { update: { for: [replace], send: $request.body#/version } }\n  token: { read: $response.body#/version, format: integer }\n  outcomes: { stale: { status: 409 }, exists: { retry: refetch } }\n'
    const thing = only(await loadText(withConflict(said)))
    expect(guard(thing, 'update')).toMatchObject({ match: 'equal', any: undefined, for: ['replace'] })
    expect(thing.token).toMatchObject({ format: 'integer', bumps: 'on-change' })
    expect(thing.outcomes.stale).toMatchObject({ status: [409], reveal: {}, retry: undefined })
    expect(thing.outcomes.exists).toMatchObject({ status: [412], retry: 'refetch' })
  })
  test('false takes out what is inherited or inferred', async () => {
    const said =
      '  extends: rfc9110\n  guards: { fresh: false }\n  outcomes: { absent: false }\n  resources: { thing: { operations: { delete: false }, guards: { createOnly: false } } }\n'
    const thing = only(await loadText(withConflict(said)))
    expect(thing.guards.map(({ name }) => name)).toEqual(['update', 'unmodified', 'freshDate'])
    expect(thing.operations.has('delete')).toBe(false)
    expect(guard(thing, 'update').outcomes).not.toHaveProperty('absent')
  })
  test('outcomes are looked up in the mechanism, the resource, the root, the dialect; names are followed', async () => {
    const said = `  extends: rfc9110
  outcomes: { duplicate: { status: 400 }, missing: stale, absent: done }
  resources:
    thing:
      outcomes: { duplicate: { mediaType: text/plain } }
      unique:
        name: { fields: $request.body#/name, outcomes: { duplicate: { retry: same } } }
        note: { fields: $request.body#/note, outcomes: { duplicate: { status: 422 } } }
`
    const thing = only(await loadText(withConflict(said)))
    expect(thing.unique.map(({ outcomes }) => outcomes.duplicate)).toMatchObject([
      { status: [400], mediaType: 'text/plain', retry: 'same' },
      { status: [422], mediaType: undefined, retry: undefined },
    ])
    expect(guard(thing, 'update').outcomes).toMatchObject({
      missing: { name: 'missing', as: 'stale', status: [412] },
      absent: { as: 'done', status: [] },
    })
  })
  test("a dialect of one's own is found from the file that names it", async () => {
    const contract = await loadText(withConflict('  extends: ./ours.yaml\n'), {
      'ours.yaml': 'x-conflict: { version: 1, extends: conflict409, outcomes: { stale: { retry: never } } }\n',
    })
    expect(guard(only(contract), 'update').outcomes.stale).toMatchObject({ status: [409], retry: 'never' })
    expect(contract.dialects.map((name) => name.split('/').at(-1))).toEqual(['ours.yaml', 'conflict409', 'rfc9110'])
  })
  test('dialects that extend each other in a circle are refused', async () => {
    const files = {
      'a.yaml': 'x-conflict: { version: 1, extends: ./b.yaml }\n',
      'b.yaml': 'x-conflict: { version: 1, extends: ./a.yaml }\n',
    }
    const { lines } = await problemsOf(loadText(withConflict('  extends: ./a.yaml\n'), files))
    expect(lines).toEqual([expect.stringMatching(/^b\.yaml:1:27: the dialect \.\/a\.yaml extends itself: a → b → a; take one/)])
  })
  test('roles that share a call share what holds for one', async () => {
    const said = '  extends: rfc9110\n  resources: { thing: { operations: { create: "PUT /things/{id}" }, guards: { createOnly: {} } } }\n'
    const thing = only(await loadText(withConflict(said)))
    expect(guard(thing, 'createOnly').for).toEqual(['replace', 'create'])
    expect(thing.identity.get('id')![0]!.written).toBe('$request.path.id')
  })
})

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

describe('overlays', () => {
  const overlay = (actions: string): string => `overlay: 1.1.0\ninfo: { title: O, version: "1" }\nactions:\n${actions}`
  test('bring a contract; what is wrong in it is told in their own file', async () => {
    const good = overlay('  - target: $\n    update: { x-conflict: { version: 1, extends: rfc9110 } }\n')
    expect(guard(only(await loadText(things, { 'o.yaml': good }, { overlays: ['o.yaml'] })), 'update').for).toEqual(['replace'])
    const bad = overlay('  - target: $\n    update:\n      x-conflict:\n        version: 1\n        extends: rfc9110\n        gards: {}\n')
    const { lines } = await problemsOf(loadText(things, { 'o.yaml': bad }, { overlays: ['o.yaml'] }))
    expect(lines).toEqual(['o.yaml:9:9: "gards" is unknown in x-conflict; did you mean guards? (own keys begin with x-)'])
  })
  test('update merges maps and joins lists, remove takes out, copy doubles', async () => {
    const text = overlay(`  - { target: "$.paths['/things'].get", remove: true }
  - { target: $.servers, update: [{ url: "https://two.example" }] }
  - { target: "$.paths['/things/{id}']", update: { patch: { responses: { "200": { description: ok } } } } }
  - { target: $.info.title, update: New }
  - { target: "$.paths['/things/{id}'].delete", copy: "$.paths['/things/{id}'].get" }
  - { target: $.nowhere, remove: true }
`)
    const contract = await loadText(
      `${withConflict('  extends: rfc9110\n')}servers: [{ url: "https://one.example" }]\n`,
      { 'o.yaml': text },
      { overlays: ['o.yaml'] },
    )
    expect(contract.title).toBe('New')
    expect(contract.servers).toEqual(['https://one.example', 'https://two.example'])
    expect([...only(contract).operations.keys()]).toEqual(['create', 'read', 'replace', 'patch', 'delete', 'ship'])
    expect(
      only(contract)
        .operations.get('delete')!
        .operation.responses.map(({ status }) => status),
    ).toEqual(['200', '204'])
    expect(contract.warnings).toContainEqual(
      expect.objectContaining({ line: 9, message: expect.stringMatching(/^the target \$\.nowhere matches nothing/) }),
    )
  })
  test.each([
    ['openapi: 3.1.0\n', /^o\.yaml:1:1: .* is no Overlay/],
    ['overlay: 2.0.0\n', /^o\.yaml:1:1: Overlay 2\.0\.0 is not supported/],
    [overlay('  - { target: "$.[", remove: true }\n'), /^o\.yaml:4:7: the target \$\.\[ is no JSONPath/],
    [overlay('  - { target: $.info }\n'), /^o\.yaml:4:5: this action does nothing/],
  ])('%j is refused', async (text, why) =>
    expect(
      (await problemsOf(loadText(withConflict('  extends: rfc9110\n'), { 'o.yaml': text }, { overlays: ['o.yaml'] }))).lines[0],
    ).toMatch(why),
  )
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
