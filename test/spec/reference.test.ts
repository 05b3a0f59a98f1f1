import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createConfig, lint, lintFromString } from '@redocly/openapi-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { examplesOf, misfits, type Member } from './examples.ts'

const file = fileURLToPath(new URL('../../spec/ifmatch.openapi.yaml', import.meta.url))
const text = readFileSync(file, 'utf8')
const parsed: Member = parse(text)
const read = (): Member => structuredClone(parsed)

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete']
const operations = (document: Member): [name: string, operation: Member][] =>
  Object.entries<Member>(document.paths).flatMap(([path, item]) =>
    Object.entries<Member>(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]): [string, Member] => [`${method.toUpperCase()} ${path}`, operation]),
  )

/** All problems that stand in the document as examples and have a type of their own. */
const problems = (document: Member): Member[] =>
  examplesOf(document)
    .map(({ value }) => value as Member)
    .filter((value) => String(value?.type).startsWith('/problems/'))

describe('the document', () => {
  test('is OpenAPI without a remark of the linter', async () => {
    const config = await createConfig({ extends: ['recommended'] })
    expect(await lint({ ref: file, config })).toEqual([])
  })

  test('would be remarked on if a reference led nowhere', async () => {
    const config = await createConfig({ extends: ['recommended'] })
    const source = text.replace('"#/components/responses/DocumentStale"', '"#/components/responses/DocumentFresh"')
    const remarks = await lintFromString({ source, absoluteRef: file, config })
    expect(remarks.map(({ ruleId }) => ruleId)).toContain('no-unresolved-refs')
  })

  test('explains every operation', () => {
    const unexplained = operations(read()).filter(
      ([, { operationId, summary, description }]) =>
        !/^[a-z]+([A-Z][a-z]+)+$/.test(operationId) || !/^[A-Z].*[^.]$/.test(summary) || !/^[A-Z`][^]*\.\n?$/.test(description),
    )
    expect(unexplained).toEqual([])
  })

  test('asks for credentials, and documents 401, for payments alone', () => {
    const all = operations(read())
    const payments = all.filter(([name]) => name.includes('/payments'))
    expect(all.filter(([, { security }]) => security)).toEqual(payments)
    expect(all.filter(([, { responses }]) => '401' in responses)).toEqual(payments)
  })
})

describe('the examples', () => {
  test('fit their schemas', () => {
    expect(misfits(read())).toEqual([])
  })

  test('are all looked at: contents, shared ones, parameters and headers', () => {
    const pointers = examplesOf(read()).map(({ pointer }) => pointer)
    expect(pointers.length).toBeGreaterThan(140)
    expect(pointers).toEqual(
      expect.arrayContaining([
        '/paths/~1notes~1{noteId}/put/responses/409/content/application~1problem+json/examples/stale/value',
        '/components/examples/DuplicateUsername/value',
        '/components/parameters/IdempotencyKey/example',
        '/components/headers/ETag/example',
      ]),
    )
  })

  test.each([
    [
      'a note without its version',
      (document: Member) =>
        delete document.paths['/notes/{noteId}'].get.responses['200'].content['application/json'].examples.groceries.value.version,
      /groceries\/value.*version/,
    ],
    [
      'a shared problem of the wrong type',
      (document: Member) => (document.components.examples.DuplicateEmail.value.type = '/problems/stale'),
      /DuplicateEmail\/value.*type/,
    ],
    ['a tag without quotes', (document: Member) => (document.components.headers.ETag.example = '33a64df5'), /ETag\/example.*pattern/],
  ])('would not fit with %s', (_, spoil, remark) => {
    const document = read()
    spoil(document)
    expect(misfits(document)).toEqual(expect.arrayContaining([expect.stringMatching(remark)]))
  })

  test('give every type of problem one title', () => {
    const titles = new Map<string, Set<string>>()
    for (const { type, title } of problems(read())) {
      titles.set(type, (titles.get(type) ?? new Set()).add(title))
    }
    expect(titles.size).toBe(16)
    expect([...titles].filter(([, found]) => found.size > 1)).toEqual([])
  })

  test('say in a problem the status of the answer it stands in', () => {
    const document = read()
    const follow = (member: Member, kind: string): Member =>
      member.$ref ? document.components[kind][member.$ref.split('/').at(-1)] : member
    const wrong = operations(document).flatMap(([name, operation]) =>
      Object.entries<Member>(operation.responses).flatMap(([status, response]) =>
        Object.entries<Member>(follow(response, 'responses').content?.['application/problem+json']?.examples ?? {})
          .filter(([, example]) => follow(example, 'examples').value.status !== Number(status))
          .map(([key]) => `${name} ${status} ${key}`),
      ),
    )
    expect(wrong).toEqual([])
  })

  test('of the lists are those of the reads, and what they refer to exists', () => {
    const { paths } = read()
    const shown = (path: string): Member[] =>
      Object.values<Member>(paths[path].get.responses['200'].content['application/json'].examples).map(({ value }) => value)
    const listed = (path: string): Member[] => paths[path].get.responses['200'].content['application/json'].example.items
    const items = Object.keys(paths).filter((path) => path.endsWith('}') && path !== '/files/{name}')
    expect(items.map((item) => listed(item.replace(/\/\{\w+\}$/, '')))).toEqual(items.map(shown))
    expect(listed('/files').map(({ name }) => name)).toEqual(
      Object.keys(paths['/files/{name}'].get.responses['200'].content['text/plain'].examples),
    )
    const folders = shown('/folders/{folderId}').map(({ id }) => id)
    for (const { parentId } of shown('/folders/{folderId}')) expect([null, ...folders]).toContain(parentId)
    for (const { folderId } of shown('/folders/{folderId}/items/{itemId}')) expect(folders).toContain(folderId)
  })
})

describe('Prism', () => {
  test('loads it, answers with its examples and holds requests against its schemas', { timeout: 30_000 }, async () => {
    const prism = fileURLToPath(new URL('../../node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url))
    const mock = spawn(process.execPath, [prism, 'mock', '--host', '127.0.0.1', '--port', '0', '--multiprocess', 'false', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(async () => {
      mock.kill()
      if (mock.exitCode === null && mock.signalCode === null) await once(mock, 'exit')
    })
    let base = ''
    for await (const line of createInterface(mock.stdout)) {
      base = /listening on (http:\S+)/.exec(line)?.[1] ?? ''
      if (base) break
    }
    mock.stdout.resume()

    const note = await fetch(`${base}/notes/note-groceries`)
    expect([note.status, await note.json()]).toMatchObject([200, { id: 'note-groceries', version: 3 }])
    const update = { method: 'PUT', headers: { 'content-type': 'application/json', prefer: 'code=409, example=stale' } }
    const stale = await fetch(`${base}/notes/note-groceries`, {
      ...update,
      body: JSON.stringify({ version: 3, title: 'Groceries', text: 'Bread' }),
    })
    expect([stale.status, await stale.json()]).toMatchObject([409, { type: '/problems/stale', currentVersion: 4 }])
    const invalid = await fetch(`${base}/notes/note-groceries`, { ...update, body: JSON.stringify({ version: 3, text: 'Bread' }) })
    expect(invalid.status).toBe(422)
    expect((await fetch(`${base}/payments`)).status).toBe(401)
  })
})
