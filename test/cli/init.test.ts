import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMock, type Listening } from '../../mock/index.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { ifmatch } from './command.ts'
import { strip } from '../suites/probe/strip.ts'

let folder: string
let bare: string
let mock: Listening
const log: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
  bare = await strip(referenceApi, folder)
  mock = await createMock(await loadContract(referenceApi), { seed: 'init', log: (line) => log.push(line) }).listen({ port: 0 })
})
afterAll(async () => {
  await mock.close()
  await rm(folder, { recursive: true })
})

test('a document becomes an overlay that loads; a file that exists stays as it is, unless --force', async () => {
  const overlay = path.join(folder, 'suggested.yaml')
  const first = await ifmatch(['init', bare, '-o', overlay])
  expect(first.code).toBe(0)
  expect(first.stderr).toContain(`next: read ${overlay}`)
  await loadContract(bare, { overlays: [overlay] })
  const again = await ifmatch(['init', bare, '-o', overlay])
  expect(again).toMatchObject({
    code: 2,
    stderr: `ifmatch: ${overlay}: exists already; name another file with -o, or write over it with --force\n`,
  })
  expect((await ifmatch(['init', bare, '-o', overlay, '--force'])).code).toBe(0)
  const printed = await ifmatch(['init', bare, '-o', '-'])
  expect(printed.stdout).toBe(await readFile(overlay, 'utf8'))
})

test('--dry-run says what would be sent, and sends nothing', async () => {
  log.length = 0
  const { code, stdout } = await ifmatch(['init', bare, '--probe', mock.url, '--resource', 'note', '--dry-run'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^note: at most \d+ requests/)
  expect(stdout).toContain('POST /notes: ')
  expect(log).toEqual([])
})

test('--probe settles what it saw, with the request and the status above it, and deletes what it made', async () => {
  const overlay = path.join(folder, 'probed.yaml')
  log.length = 0
  const { code, stderr } = await ifmatch(['init', bare, '--probe', mock.url, '--resource', 'note', '-o', overlay])
  expect(code, stderr).toBe(0)
  expect(stderr).not.toContain('left behind')
  const text = await readFile(overlay, 'utf8')
  expect(text).toContain('# PUT /notes/{noteId}, $request.body#/version: an old one → 409, nothing changed\n')
  const note = (await loadContract(bare, { overlays: [overlay] })).resources.get('note')!
  expect(note.guards.map(({ send, for: roles, required }) => [send[0]!.written, roles, required])).toEqual([
    ['$request.body#/version', ['replace'], 'always'],
    ['$request.query.version', ['delete'], 'always'],
  ])
  const made = log.filter((line) => line.startsWith('POST /notes 201')).length
  expect(made).toBeGreaterThan(0)
  expect(log.filter((line) => /^DELETE \S+ 204/.test(line))).toHaveLength(made)
})

test('two example URLs become a document that can be tested as it is', async () => {
  const document = path.join(folder, 'notes.openapi.yaml')
  const args = ['--collection', `${mock.url}/notes`, '--item', `${mock.url}/notes/note-groceries`, '-o', document]
  const { code, stderr } = await ifmatch(['init', ...args])
  expect(code, stderr).toBe(0)
  const contract = await loadContract(document)
  expect([...contract.resources.get('note')!.operations.keys()]).toEqual(['create', 'list', 'read', 'replace', 'delete'])
  const judged = await ifmatch(['test', mock.url, '--contract', document, '--only', 'body-version'])
  expect(judged.code, judged.stdout + judged.stderr).toBe(0)
})

test('a resource that the paths do not show is named by its paths, and what each request says with it', async () => {
  const file = path.resolve('test/dialects/gcs.openapi.yaml')
  const document = await strip(file, folder)
  const objects = await createMock(await loadContract(file), { seed: 'init' }).listen({ port: 0 })
  const overlay = path.join(folder, 'objects.yaml')
  try {
    const paths = ['--collection', '/upload/storage/v1/b/{bucket}/o', '--item', '/storage/v1/b/{bucket}/o/{object}']
    const args = ['init', document, '--probe', objects.url, ...paths, '--with', '$request.path.bucket=photos', '-o', overlay]
    const { code, stderr } = await ifmatch(args)
    expect(code, stderr).toBe(0)
    const found = (await loadContract(document, { overlays: [overlay] })).resources.get('o')!
    expect(found.guards.map(({ send, token }) => [send[0]!.written, token.read[0]!.written])).toContainEqual([
      '$request.query.ifGenerationMatch',
      '$response.body#/generation',
    ])
    const judged = await ifmatch(['test', objects.url, '--contract', document, '--overlay', overlay, '--only', 'safe-methods'])
    expect(judged.code, judged.stdout + judged.stderr).toBe(0)
  } finally {
    await objects.close()
  }
})

test('a hint that is no path of the document is wrong usage', async () => {
  const says = async (...args: string[]): Promise<string> => (await ifmatch(['init', bare, ...args, '-o', '-'])).stderr
  expect(await says('--item', '/nowhere/{id}')).toContain('--item /nowhere/{id}: the document has no such path; it has /documents')
  expect(await says('--item', 'https://api.example.com/notes/1')).toContain('with a document this is one of its paths, as /notes/{id}')
  expect(await says('--with', '$request.path.id=1')).toContain('--with $request.path.id=1: needs --item')
  expect(await says('--item', '/notes/{noteId}', '--with', 'bucket')).toContain('--with bucket: says no place and value')
  expect((await ifmatch(['init', '--item', 'http://127.0.0.1:1/notes/1', '--with', 'a=b'])).stderr).toContain('is for a document')
})

test('a value from --header is written nowhere', async () => {
  const overlay = path.join(folder, 'secret.yaml')
  const { stderr } = await ifmatch([
    'init',
    bare,
    '--probe',
    mock.url,
    '--resource',
    'payment',
    '--header',
    'Authorization: Bearer example-token-of-anna',
    '-o',
    overlay,
  ])
  expect((await readFile(overlay, 'utf8')) + stderr).not.toContain('example-token-of-anna')
})

test.each([
  [[], 'init: name an OpenAPI document'],
  [['nowhere.yaml'], 'nowhere.yaml:1:1: there is no such file'],
  [['--collection', 'http://127.0.0.1:1/notes'], 'needs --item'],
  [['--item', 'notes/1'], '--item notes/1: is no URL'],
  [['--collection', 'http://127.0.0.1:1/books', '--item', 'http://127.0.0.1:1/notes/1'], 'does not lie right under it'],
  [['--item', 'http://127.0.0.1:1/notes/1', '-o', '-'], 'connection refused'],
])('init %j says what is wrong', async (args, words) => {
  const { code, stderr } = await ifmatch(['init', ...args])
  expect(stderr).toContain(words)
  expect(stderr).not.toContain('    at ')
  expect([2, 3]).toContain(code)
})

test('a resource that the document does not have is wrong usage', async () => {
  const { code, stderr } = await ifmatch(['init', bare, '--probe', mock.url, '--resource', 'nobody', '-o', '-'])
  expect(code).toBe(2)
  expect(stderr).toContain('--resource nobody: the document has no such resource to write; it has document, note')
})

test('an API that does not let anybody in is said so, and nothing is promised', async () => {
  const overlay = path.join(folder, 'closed.yaml')
  const { code } = await ifmatch(['init', bare, '--probe', mock.url, '--resource', 'payment', '-o', overlay])
  expect(code).toBe(0)
  expect(await readFile(overlay, 'utf8')).toMatch(/## \? the probe ended early: POST \/payments → 401/)
  const payment = (await loadContract(bare, { overlays: [overlay] })).resources.get('payment')!
  expect([payment.guards, payment.idempotency]).toEqual([[], undefined])
})

test('an item that is a text, made by a PUT to its own URL', async () => {
  const sample = path.join(folder, 'sample.txt')
  await writeFile(sample, 'Buy lemons.\n')
  const document = path.join(folder, 'files.openapi.yaml')
  const item = `${mock.url}/files/init.txt`
  expect((await ifmatch(['init', '--item', item, '--sample', sample, '-o', document])).stderr).toContain('the example item is answered 404')
  await fetch(item, { method: 'PUT', headers: { 'Content-Type': 'text/plain' }, body: 'Buy bread.\n' })
  const { code, stderr } = await ifmatch(['init', '--item', item, '--sample', sample, '-o', document])
  expect(code, stderr).toBe(0)
  const [resource] = (await loadContract(document)).resources.values()
  expect(resource!.guards.map(({ send, required }) => [send[0]!.written, required])).toEqual(
    expect.arrayContaining([
      ['$request.header.If-Match', 'if-exists'],
      ['$request.header.If-None-Match', 'never'],
    ]),
  )
})
