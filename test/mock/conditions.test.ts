import { beforeEach, describe, expect, test } from 'vitest'
import { client, type Client, type Seen } from './reference.ts'

// RFC 9110 §13 on documents (ETag and Last-Modified, a condition required) and files (PUT creates)

const item = '/documents/doc-handbook'
const content = { title: 'Another title', text: 'Another text' }
let api: Client & { clock: { now: number } }
let tag: string
let date: string

beforeEach(async () => {
  api = client()
  const read = await api.send('GET', item)
  tag = read.header('ETag')!
  date = read.header('Last-Modified')!
})

const put = (headers: [string, string][], body: unknown = content): Promise<Seen> => api.send('PUT', item, { headers, body })
const get = (headers: [string, string][]): Promise<Seen> => api.send('GET', item, { headers })
const later = (ms: number): string => new Date(Date.parse(date) + ms).toUTCString()

describe('If-Match (§13.1.1): strong comparison, lists, several lines, *', () => {
  const cases: [string, (tag: string) => [string, string][], number][] = [
    ['the current tag', (t) => [['If-Match', t]], 200],
    ['in a list', (t) => [['If-Match', `"no", ${t} , "neither"`]], 200],
    ['in a list with empty members', (t) => [['If-Match', `,, ${t},`]], 200],
    [
      'in the second of two lines',
      (t) => [
        ['If-Match', '"no"'],
        ['if-match', t],
      ],
      200,
    ],
    ['*', () => [['If-Match', '*']], 200],
    ['another tag', () => [['If-Match', '"no"']], 412],
    ['two other tags', () => [['If-Match', '"no", "neither"']], 412],
    ['the same tag, weak', (t) => [['If-Match', `W/${t}`]], 412],
    ['with more at its end', (t) => [['If-Match', t.replace(/"$/, 'x"')]], 412],
    ['in capitals', (t) => [['If-Match', t.toUpperCase()]], 412],
    ['inside a tag with commas', (t) => [['If-Match', `"a,${t.slice(1, -1)},b"`]], 412],
    ['without quotes', (t) => [['If-Match', t.slice(1, -1)]], 412],
    ['the text "*"', () => [['If-Match', '"*"']], 412],
    ['an empty value', () => [['If-Match', '']], 412],
    ['* beside a tag', (t) => [['If-Match', `*, ${t}`]], 412],
  ]
  test.each(cases)('%s', async (_, headers, status) => {
    const answer = await put(headers(tag))
    expect(answer.status).toBe(status)
    expect((await get([])).json.title === content.title).toBe(status === 200)
  })

  test('a refusal tells the current tag, and why', async () => {
    const answer = await put([['If-Match', '"no"']])
    expect(answer.header('ETag')).toBe(tag)
    expect(answer.header('Ifmatch-Decision')).toMatch(/^stale;rule="update";at="x-conflict\/resources\/document\/guards\/update";why="/)
    expect(answer.json).toMatchObject({ type: '/problems/stale', status: 412 })
    expect(answer.json.detail).toContain(tag.slice(1, -1))
  })
})

describe('If-None-Match on a read (§13.1.2): weak comparison', () => {
  const cases: [string, (tag: string) => [string, string][], number][] = [
    ['the current tag', (t) => [['If-None-Match', t]], 304],
    ['the same tag, weak', (t) => [['If-None-Match', `W/${t}`]], 304],
    ['in a list', (t) => [['If-None-Match', `"no" , , ${t}`]], 304],
    [
      'in two lines',
      (t) => [
        ['If-None-Match', '"no"'],
        ['If-None-Match', t],
      ],
      304,
    ],
    ['*', () => [['If-None-Match', '*']], 304],
    ['another', () => [['If-None-Match', '"no"']], 200],
    ['malformed', (t) => [['If-None-Match', t.slice(1, -1)]], 200],
    ['a comma inside', (t) => [['If-None-Match', `"a,${t.slice(1, -1)}"`]], 200],
  ]
  test.each(cases)('%s', async (_, headers, status) => {
    const answer = await get(headers(tag))
    expect(answer.status).toBe(status)
    expect(answer.header('ETag')).toBe(tag)
    expect(answer.header('Last-Modified')).toBe(date)
    expect(answer.text === '').toBe(status === 304)
  })
})

describe('dates (§13.1.3, §13.1.4)', () => {
  test.each<[string, () => [string, string][], number]>([
    ['read: the date of the change', () => [['If-Modified-Since', date]], 304],
    ['read: later', () => [['If-Modified-Since', later(5000)]], 304],
    ['read: earlier', () => [['If-Modified-Since', later(-5000)]], 200],
    ['read: no date', () => [['If-Modified-Since', 'yesterday']], 200],
    [
      'read: two dates',
      () => [
        ['If-Modified-Since', date],
        ['If-Modified-Since', date],
      ],
      200,
    ],
    [
      'read: ignored beside If-None-Match',
      () => [
        ['If-None-Match', '"no"'],
        ['If-Modified-Since', date],
      ],
      200,
    ],
    [
      'read: the tag decides',
      () => [
        ['If-None-Match', tag],
        ['If-Modified-Since', later(-5000)],
      ],
      304,
    ],
  ])('%s', async (_, headers, status) => expect((await get(headers())).status).toBe(status))

  test.each<[string, () => [string, string][], number]>([
    ['write: the date of the change', () => [['If-Unmodified-Since', date]], 200],
    ['write: later', () => [['If-Unmodified-Since', later(3600_000)]], 200],
    ['write: earlier', () => [['If-Unmodified-Since', later(-5000)]], 412],
    [
      'write: ignored beside If-Match, which holds',
      () => [
        ['If-Match', tag],
        ['If-Unmodified-Since', later(-5000)],
      ],
      200,
    ],
    [
      'write: ignored beside If-Match, which does not',
      () => [
        ['If-Match', '"no"'],
        ['If-Unmodified-Since', later(5000)],
      ],
      412,
    ],
    [
      'write: If-Modified-Since is for reads',
      () => [
        ['If-Match', tag],
        ['If-Modified-Since', later(5000)],
      ],
      200,
    ],
    ['write: no date protects nothing, so a condition is missing', () => [['If-Unmodified-Since', 'soon']], 428],
  ])('%s', async (_, headers, status) => expect((await put(headers())).status).toBe(status))

  test('a stale date is answered with the current tag', async () => {
    expect((await put([['If-Unmodified-Since', later(-5000)]])).header('ETag')).toBe(tag)
  })

  test('a change moves the date, by the next second at the latest', async () => {
    api.clock.now += 1000
    await put([['If-Match', tag]])
    expect((await put([['If-Unmodified-Since', date]])).status).toBe(412)
  })
})

describe('what goes before conditions (§13.2.1)', () => {
  const stale: [string, string][] = [['If-Match', '"no"']]
  test('nothing there is 404, whatever the condition', async () => {
    for (const headers of [[], stale, [['If-None-Match', '*']]] as [string, string][][]) {
      expect((await api.send('PUT', '/documents/none', { headers, body: content })).status).toBe(404)
      expect((await api.send('GET', '/documents/none', { headers })).status).toBe(404)
    }
  })

  test.each<[string, Parameters<Client['send']>, number]>([
    ['a method that is not there', ['POST', item, { headers: stale }], 405],
    ['a media type that is not taken', ['PUT', item, { headers: stale, body: 'x', type: 'text/plain' }], 415],
    ['no JSON', ['PUT', item, { headers: stale, body: '{' }], 400],
    ['nothing acceptable', ['PUT', item, { headers: [...stale, ['Accept', 'image/png']], body: content }], 406],
    ['no credentials', ['PATCH', '/payments/pay-1001', { headers: stale, body: {}, type: 'application/merge-patch+json' }], 401],
  ])('%s', async (_, request, status) => expect((await api.send(...request)).status).toBe(status))

  test('the condition goes before the schema of the content', async () => {
    expect((await put(stale, { title: 7 })).status).toBe(412)
    expect((await put([], { title: 7 })).status).toBe(428)
    expect((await put([['If-Match', tag]], { title: 7 })).status).toBe(422)
  })
})

describe('PUT that creates (§13.1.2, §9.3.4)', () => {
  const file = (headers: [string, string][], body = 'text'): Promise<Seen> =>
    api.send('PUT', '/files/new.txt', { headers, body, type: 'text/plain' })

  test('If-None-Match: * creates once', async () => {
    expect((await file([['If-None-Match', '*']])).status).toBe(201)
    const again = await file([['If-None-Match', '*']], 'other')
    expect(again.status).toBe(412)
    expect(again.json).toMatchObject({ type: '/problems/exists', suggestions: ['new-2.txt', 'new-3.txt', 'new-4.txt'] })
    expect((await api.send('GET', '/files/new.txt')).text).toBe('text')
  })

  test('If-Match never creates', async () => {
    for (const value of ['*', '"x"']) expect((await file([['If-Match', value]])).status).toBe(412)
    expect((await api.send('GET', '/files/new.txt')).status).toBe(404)
  })

  test('a condition is required only where something could be lost', async () => {
    expect((await file([])).status).toBe(201)
    expect((await file([])).status).toBe(428)
  })

  test('If-None-Match with tags is false if one of them is current', async () => {
    const current = (await file([])).header('ETag') ?? (await api.send('GET', '/files/new.txt')).header('ETag')!
    expect((await file([['If-None-Match', current]])).status).toBe(412)
    expect((await file([['If-None-Match', `W/${current}`]])).status).toBe(412)
    expect((await file([['If-None-Match', '"other"']])).status).not.toBe(412)
  })

  test('all conditions must hold', async () => {
    const current = (await file([])).header('ETag') ?? (await api.send('GET', '/files/new.txt')).header('ETag')!
    expect(
      (
        await file([
          ['If-Match', current],
          ['If-None-Match', '*'],
        ])
      ).json.type,
    ).toBe('/problems/exists')
    expect(
      (
        await file([
          ['If-Match', '"no"'],
          ['If-None-Match', '"other"'],
        ])
      ).json.type,
    ).toBe('/problems/stale')
    expect(
      (
        await file([
          ['If-Match', current],
          ['If-None-Match', '"other"'],
        ])
      ).status,
    ).toBeLessThan(300)
  })
})
