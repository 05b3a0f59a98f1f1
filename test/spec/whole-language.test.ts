import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Contract, loadContract, type Resource } from '../../spec/index.ts'
import { showContract } from '../../spec/show.ts'
import { mechanismsOf } from './mechanisms.ts'
import { loadText, things, withConflict } from './loading.ts'

const directory = fileURLToPath(new URL('fixtures/apis/', import.meta.url))
const api = (name: string): Promise<Contract> => loadContract(`${directory}${name}.yaml`)
const resource = async (name: string, of: string): Promise<Resource> => (await api(name)).resources.get(of)!
const written = (places: readonly { written: string }[]): string[] => places.map((place) => place.written)
const inThings = (said: string): Promise<Contract> => loadText(withConflict(said))

/** What each API has that can refuse. */
const apis: Record<string, string[]> = {
  aip: ['shelf; guards delete; key; rules notEmpty', 'book; guards update delete; unique id; key'],
  'azure-blob': ['blob; guards update createOnly unmodified fresh; locks lease'],
  'azure-table': ['entity; guards update delete; unique key'],
  confluence: ['page; guards update; unique title'],
  consul: ['key; guards put delete'],
  contentful: ['entry; guards version; rules published'],
  couchdb: ['doc; guards write; bulk'],
  elasticsearch: ['doc; guards seq createOnly'],
  etcd: ['key; guards cas'],
  fhir: ['patient; guards update; unique ifNoneExist; rules referenced', 'observation'],
  firebase: ['node; guards write'],
  gcs: ['object; guards generation metageneration'],
  github: ['file; guards sha', 'pull; guards head; rules merged'],
  jsonapi: ['article; unique id; rules idMismatch typeMismatch'],
  kubernetes: ['configmap; guards write delete; unique name'],
  odata: ['book; guards update; unique code; bulk'],
  paypal: ['order; key'],
  s3: ['object; guards update createOnly'],
  scim: ['user; guards update; unique userName; bulk'],
  square: ['customer; guards update delete; key'],
  stripe: ['customer; key'],
  'team-conflict409': ['order; guards update fresh'],
  'team-doc': ['order; guards update fresh; unique email; key; rules lifecycle overlap'],
  team: ['order; guards update fresh; unique email; key; rules lifecycle overlap'],
  tus: ['upload; guards append; rules protocol'],
  webdav: ['folder; unique name', 'file; guards update createOnly overwrite; locks exclusive; rules noParent'],
  xapi: ['profile; guards update createOnly', 'statement; unique id'],
}

test('every API of the fixtures is spoken of here', () => {
  expect(
    readdirSync(directory)
      .map((file) => file.replace('.yaml', ''))
      .toSorted(),
  ).toEqual(Object.keys(apis).toSorted())
})

test.each(Object.entries(apis))('%s loads, with all that can refuse in it', async (name, expected) => {
  const contract = await api(name)
  expect([...contract.resources.values()].map(mechanismsOf)).toEqual(expected)
})

describe('tokens of several parts', () => {
  test('are read, sent and revealed part by part', async () => {
    const doc = await resource('elasticsearch', 'doc')
    expect(doc.token).toMatchObject({ read: [], format: 'integer' })
    expect(Object.entries(doc.token!.parts!).map(([part, places]) => [part, written(places)])).toEqual([
      ['seqNo', ['$response.body#/_seq_no']],
      ['term', ['$response.body#/_primary_term']],
    ])
    const [seq, createOnly] = doc.guards
    expect(seq).toMatchObject({
      send: [],
      sendParts: { seqNo: [{ part: 'query', name: 'if_seq_no' }], term: [{ name: 'if_primary_term' }] },
    })
    expect(createOnly).toMatchObject({ send: [{ name: 'op_type' }], none: { value: 'create' } })
    expect(createOnly).not.toHaveProperty('sendParts')
    expect(seq!.outcomes.stale).toMatchObject({
      reveal: {},
      revealParts: {
        currentToken: {
          seqNo: [{ name: '/error/reason', text: 'current document has seqNo [{}]' }],
          term: [{ text: 'and primary term [{}]' }],
        },
      },
    })
    expect(seq!.outcomes.partial!.status).toEqual([400])
  })

  test('are promised by a dialect only where all parts are declared', async () => {
    const doc = await resource('elasticsearch', 'doc')
    expect(doc.guards[0]).toMatchObject({ for: ['replace', 'create'], unpromised: ['delete'] })
  })

  test('take out guards of a dialect that send one value', async () => {
    const { resources } = await inThings('  extends: rfc9110\n  token: { read: { a: $response.body#/id, b: $response.body#/version } }\n')
    expect(resources.get('thing')!.guards.map(({ name }) => name)).toEqual(['update', 'createOnly', 'unmodified', 'freshDate'])
  })

  test('lie over one place as a whole, and the other way round', async () => {
    const stale = async (said: string): Promise<unknown> => {
      const { resources } = await inThings(said)
      const { reveal, revealParts } = resources.get('thing')!.outcomes.stale!
      return [Object.keys(reveal), Object.keys(revealParts)]
    }
    const parts = '{ a: $response.body#/a, b: $response.body#/b }'
    expect(await stale(`  extends: rfc9110\n  outcomes: { stale: { reveal: { currentToken: ${parts} } } }\n`)).toEqual([
      [],
      ['currentToken'],
    ])
    expect(
      await stale(
        `  extends: rfc9110\n  outcomes: { stale: { reveal: { currentToken: ${parts} } } }\n  resources: { thing: { outcomes: { stale: { reveal: { currentToken: $response.header.ETag } } } } }\n`,
      ),
    ).toEqual([['currentToken'], []])
  })
})

describe('locks', () => {
  test('have calls, a token and a time; methods of their own are actions', async () => {
    const file = await resource('webdav', 'file')
    expect(file.locks).toMatchObject([
      {
        name: 'exclusive',
        for: ['replace', 'delete', 'create'],
        acquire: { operation: { method: 'LOCK' }, with: [{ is: { equals: 'Second-60' } }, { place: { part: 'body' } }] },
        release: { operation: { method: 'UNLOCK' }, with: [{ is: { equals: '<{$lock}>' } }] },
        read: [{ name: 'Lock-Token', text: '<{}>' }],
        send: [{ name: 'If', text: '(<{}>)' }],
        expires: 60_000,
        outcomes: { locked: { status: [423] }, exists: { as: 'locked' }, lockLost: { status: [412] } },
      },
    ])
    expect([...file.operations.keys()]).toEqual(expect.arrayContaining(['lock', 'unlock', 'copy']))
  })

  test('may lie on a call that writes', async () => {
    const [lease] = (await resource('azure-blob', 'blob')).locks
    expect([lease!.acquire.operation.method, lease!.acquire.with.map(({ place }) => place.name)]).toEqual([
      'PUT',
      ['comp', 'x-ms-lease-action', 'x-ms-lease-duration', ''],
    ])
  })

  test('of a dialect are there only where there is a call to take them with, and promised where their token is declared', async () => {
    const locking = things.replace(
      '    put:\n',
      '    x-oai-additionalOperations: { LOCK: { responses: { "200": { description: yours } } }, UNLOCK: { responses: { "204": { description: free } } } }\n    put:\n',
    )
    const without = await inThings('  extends: webdav\n')
    expect(without.resources.get('thing')!.locks).toEqual([])
    const { resources } = await loadText(`${locking}x-conflict: { version: 1, extends: webdav }\n`)
    expect(resources.get('thing')!.locks).toMatchObject([{ for: [], unpromised: ['replace', 'delete'] }])
    const declared = locking.replace(
      'parameters: [{ in: header, name: If-Match',
      'parameters: [{ in: header, name: If, schema: { type: string } }, { in: header, name: If-Match',
    )
    expect((await loadText(`${declared}x-conflict: { version: 1, extends: webdav }\n`)).resources.get('thing')!.locks).toMatchObject([
      { for: ['replace'], unpromised: ['delete'] },
    ])
  })

  test('without a token are held by the caller; false takes one out', async () => {
    const said = '  locks: { checkout: { acquire: shipThing, outcomes: { locked: { status: 423 } } } }\n'
    expect((await inThings(said)).resources.get('thing')!.locks).toMatchObject([
      { read: [], send: [], release: undefined, expires: undefined },
    ])
    expect((await inThings(`${said}  resources: { thing: { locks: { checkout: false } } }\n`)).resources.get('thing')!.locks).toEqual([])
  })
})

describe('bulk', () => {
  test('names the call, the lists, the shapes and the places in one result', async () => {
    const { bulk } = await resource('scim', 'user')
    expect(bulk).toMatchObject({
      call: { operation: { path: '/Bulk' }, with: [{ place: { name: '/schemas' } }] },
      items: { message: 'request', name: '/Operations' },
      results: { message: 'response', name: '/Operations' },
      status: [{ message: 'item', part: 'body', name: '/status', text: '{}' }],
      answer: [{ written: '$item#/response' }],
      atomic: false,
    })
    expect(Object.keys(bulk!.as)).toEqual(['create', 'replace', 'delete'])
    expect(bulk!.as['replace']).toEqual({ method: 'PUT', path: '/Users/{$id}', version: '$token', data: '$body' })
  })

  test('takes its facts beside the call or in it', async () => {
    const bulk = (call: string): string =>
      `  resources: { thing: { bulk: { ${call}, items: $request.body, results: $response.body, as: { create: $body }, atomic: true } } }\n`
    const facts = 'with: { $request.query.many: "1" }'
    const [inside, beside] = await Promise.all(
      [bulk(`call: { call: "POST /things", ${facts} }`), bulk(`call: POST /things, ${facts}`)].map(inThings),
    )
    expect(beside!.resources.get('thing')!.bulk).toEqual(inside!.resources.get('thing')!.bulk)
    expect(beside!.resources.get('thing')!.bulk).toMatchObject({ atomic: true, status: [], call: { with: [{ is: { equals: '1' } }] } })
  })
})

test('order is a list of outcomes, and replaced as a whole', async () => {
  const order = async (said: string): Promise<unknown> => (await inThings(said)).resources.get('thing')!.order
  expect(await order('  extends: rfc9110\n')).toEqual([])
  expect(await order('  order: [duplicate, stale]\n  resources: { thing: { order: [missing] } }\n')).toEqual(['missing'])
})

test('a name that is nearly one is a warning', async () => {
  const { warnings } = await inThings('  resources: { thing: { sample: { name: $uniqe, note: $set } } }\n')
  expect(warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '24: $uniqe stands for nothing and is sent as it is written; did you mean $unique?',
  ])
})

test.each(['webdav', 'scim', 'elasticsearch', 'azure-blob'])('every line of %s is shown with its origin', async (name) => {
  const shown = showContract(await api(name))
  const rows = shown.split('\n').map((line) => line.split(/ {2,}# /))
  expect(rows.filter(([text, why]) => text && !why && !/^\s*(\S+:|dialects: .*|digest: .*)$/.test(text))).toEqual([])
  for (const { locks, bulk, token, order } of (await api(name)).resources.values()) {
    if (locks.length) expect(shown).toMatch(/acquire: .*# said/)
    if (bulk) expect(shown).toMatch(/results: .*# said/)
    if (token?.parts) expect(shown).toMatch(/read: \{ seqNo: .* term: .*\}/)
    expect(order).toEqual([])
  }
})

describe('what a dialect says of calls and actions', () => {
  const inherited = async (dialect: string, text = things): Promise<Resource> =>
    (
      await loadText(`${text}x-conflict: { version: 1, extends: [rfc9110, ./ours.yaml] }\n`, {
        'ours.yaml': `x-conflict: { version: 1, ${dialect} }\n`,
      })
    ).resources.get('thing')!

  test('is left out where a resource has no such thing', async () => {
    const thing = await inherited(
      'operations: { patch: { call: patch, with: { $request.body: $marker } } }, guards: { update: { for: [replace, fly] } }, rules: { r: { kind: described, act: fly } }',
    )
    expect(thing.operations.has('patch')).toBe(false)
    expect(thing.guards[0]!.for).toEqual(['replace'])
    expect(thing.rules).toEqual([])
  })

  test('holds where it is there and the document declares what it sends', async () => {
    const rule = (place: string): string => `rules: { r: { kind: described, act: { call: replace, with: { ${place}: x } } } }`
    expect((await inherited(rule('$request.header.If-Match'))).rules).toMatchObject([{ for: ['replace'] }])
    expect((await inherited(rule('$request.header.Content-Type'))).rules).toMatchObject([{ for: ['replace'] }])
    expect((await inherited(rule('$request.query.manager'))).rules).toMatchObject([{ for: [], unpromised: ['replace'] }])
  })
})
