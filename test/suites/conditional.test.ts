import type { IncomingHttpHeaders } from 'node:http'
import { fileURLToPath } from 'node:url'
import fresh from 'fresh'
import { expect, test } from 'vitest'
import type { Result } from '../../reports/model.ts'
import { subjects } from '../../suites/index.ts'
import type { Check } from '../../suites/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import { type Article, articlesContract, hashTag, isAllowed, isFresh, plain, serveArticles, tags, type Habits } from './articles.ts'
import { targetAt } from './documents.ts'

const names = ['if-none-match', 'not-modified', 'create-only', 'dates', 'precedence', 'required', 'safe-methods']
const checks: Check[] = names.flatMap((name) => Object.values(subjects[name]!))

/** All but the one that always waits for the next second. */
const swift = checks.filter(({ id }) => id !== 'dates/moves-with-change')

/** What each check made of a server with these habits, by its id. */
async function verdicts(habits: Partial<Habits>, only: readonly Check[] = checks, overlay?: string): Promise<Map<string, Result>> {
  await using server = await serveArticles(habits)
  const target = await targetAt(server.url, { contract: articlesContract, overlays: overlay === undefined ? [] : [overlay] })
  const session = new Session(target)
  try {
    const results = await Promise.all(only.map((check) => runCheck(check, target, { session })))
    return new Map(results.map(([result]) => [result!.check, result!]))
  } finally {
    await session.close()
  }
}

function accusations(results: Map<string, Result>): string[] {
  return [...results.values()]
    .filter(({ verdict }) => ['fail', 'warn', 'inconclusive'].includes(verdict))
    .map(({ check, verdict, reason, seen }) => `${check}: ${verdict}: ${reason} (${seen})`)
}

const start = Date.now()

/** Each is right, or as right as makes no difference. */
const odd: Record<string, Partial<Habits>> = {
  'is plain': {},
  'has tags made from the content': { tag: hashTag },
  'has long tags with commas and slashes': { tag: ({ version }) => `"/articles/${version},${version}/=="` },
  'has weak tags': { tag: ({ version }) => `W/"v${version}"` },
  'has tags of one character': { tag: ({ version }) => `"${String.fromCharCode(0x23 + version)}"` },
  'answers writes with 204': { replaced: 204 },
  'has no HEAD': { head: 405 },
  'refuses HEAD as not implemented': { head: 501 },
  'uses the library "fresh", which skips conditions for Cache-Control: no-cache': {
    fresh: (headers, tag, { modified }) =>
      fresh(headers as Record<string, string>, { etag: tag, 'last-modified': new Date(modified).toUTCString() }) ||
      headers['if-none-match'] === '*',
  },
  'compares If-Modified-Since for equality': {
    fresh: (headers, tag, article) =>
      headers['if-none-match'] === undefined
        ? headers['if-modified-since'] === new Date(article.modified).toUTCString()
        : isFresh(headers, tag, article),
  },
  'trusts no date within the second in which it was made': {
    fresh: (headers, tag, article) =>
      (headers['if-none-match'] !== undefined || Date.now() >= article.modified + 1000) && isFresh(headers, tag, article),
    allows: (headers, tag, article) =>
      isAllowed(headers, tag, article) &&
      !(
        headers['if-match'] === undefined &&
        headers['if-unmodified-since'] === new Date(article?.modified ?? start).toUTCString() &&
        Date.now() < article!.modified + 1000
      ),
  },
  'refuses with 400 what it cannot read in a condition': {
    first: (headers, method, article) => {
      const dates = [headers['if-modified-since'], headers['if-unmodified-since']].some(
        (date) => date !== undefined && Number.isNaN(Date.parse(date)),
      )
      const lists = [headers['if-match'], headers['if-none-match']].some(
        (list) => list !== undefined && list !== '*' && tags(list).length === 0,
      )
      return (dates || lists) && (article || method === 'PUT') ? 400 : undefined
    },
  },
  'takes only * in If-None-Match of a write': {
    first: (headers, method) => (method === 'PUT' && (headers['if-none-match'] ?? '*') !== '*' ? 400 : undefined),
  },
  'refuses what has If-Match and If-None-Match': {
    first: (headers, method) =>
      method === 'PUT' && headers['if-match'] !== undefined && headers['if-none-match'] !== undefined ? 400 : undefined,
  },
}

test.concurrent.each(Object.keys(odd))('a server that %s is not accused', { timeout: 20_000 }, async (name) => {
  const results = await verdicts(odd[name]!, name === 'is plain' ? checks : swift)
  expect(accusations(results)).toEqual([])
  expect([...results.values()].filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(25)
})

test.concurrent('a promised date that never comes is one finding, and what depends on it is skipped', async () => {
  const results = await verdicts({
    lastModified: false,
    fresh: (headers, tag, article) => headers['if-none-match'] !== undefined && isFresh(headers, tag, article),
    allows: ({ 'if-unmodified-since': _, ...headers }, tag, article) => isAllowed(headers, tag, article),
  })
  expect(accusations(results)).toEqual(['dates/last-modified-present: fail: a read carries no Last-Modified (none)'])
  expect(results.get('dates/unmodified-performed')).toMatchObject({ verdict: 'skip' })
})

const required = fileURLToPath(new URL('articles-required.overlay.yaml', import.meta.url))
const writes = ['PUT', 'DELETE']

/** Three ways to ask for a token; the last wants a tag, whatever else was sent. */
const demanding: Record<string, Partial<Habits>> = {
  'names the field': {
    words: '{"title":"Send If-Match"}',
    first: (headers, method, article) => demand(article, method, conditions(headers)),
  },
  'links to an explanation': {
    words: 'see https://example.test/conflicts',
    first: (headers, method, article) => demand(article, method, conditions(headers)),
  },
  'takes nothing but If-Match': {
    words: '{"title":"Send If-Match"}',
    first: (headers, method, article) => demand(article, method, headers['if-match']),
  },
}

function conditions(headers: IncomingHttpHeaders): string | undefined {
  return headers['if-match'] ?? headers['if-none-match'] ?? headers['if-unmodified-since']
}

function demand(article: Article | undefined, method: string, sent: string | undefined): number | undefined {
  return article && writes.includes(method) && (sent ?? '') === '' ? 428 : undefined
}

test.concurrent.each(Object.keys(demanding))('a server that requires a token and %s is not accused', { timeout: 20_000 }, async (name) => {
  const results = await verdicts(demanding[name]!, swift, required)
  expect(accusations(results)).toEqual([])
  const passed = [...results.values()].filter(({ check, verdict }) => check.startsWith('required/') && verdict === 'pass')
  expect(passed.length).toBe(8)
})

/** What each of these servers is found to do wrong, in reads and in writes. */
const bad: [name: string, habits: Partial<Habits>, findings: string[]][] = [
  [
    'looks for the tag anywhere in the field',
    { fresh: (headers, tag) => headers['if-none-match']?.includes(tag.replaceAll('"', '')) ?? false },
    ['if-none-match/near-miss'],
  ],
  [
    'ignores If-Unmodified-Since',
    { allows: ({ 'if-unmodified-since': _, ...headers }, tag, article) => isAllowed(headers, tag, article) },
    ['dates/unmodified-stale-not-performed', 'dates/unmodified-delete-not-performed'],
  ],
  [
    'overwrites what must not exist',
    { allows: ({ 'if-none-match': _, ...headers }, tag, article) => isAllowed(headers, tag, article) },
    ['create-only/existing-unchanged', 'precedence/both-must-hold'],
  ],
  [
    'confirms every copy',
    { fresh: (headers) => headers['if-none-match'] !== undefined },
    ['if-none-match/changed-200', 'if-none-match/other-tag-200'],
  ],
  ['stores Last-Modified once', { tag: plain.tag, fields: { 'Last-Modified': new Date(0).toUTCString() } }, ['dates/moves-with-change']],
]

test.concurrent.each(bad)('a server that %s is found out', { timeout: 20_000 }, async (_name, habits, findings) => {
  const results = await verdicts(
    habits,
    checks.filter(({ id }) => findings.includes(id)),
  )
  expect([...results.values()].map(({ check, verdict }) => `${check}: ${verdict}`).toSorted()).toEqual(
    findings.map((id) => `${id}: fail`).toSorted(),
  )
})

test.concurrent('a server that does not look at If-None-Match beside If-Match is accused of that, and of nothing that it does with one alone', async () => {
  const results = await verdicts(
    {
      ...demanding['names the field']!,
      allows: ({ 'if-none-match': none, ...headers }, tag, article) =>
        isAllowed({ ...headers, 'if-none-match': headers['if-match'] === undefined ? none : undefined }, tag, article),
    },
    swift,
    required,
  )
  expect(accusations(results).map((text) => text.split(':')[0])).toEqual(['precedence/both-must-hold'])
  expect(results.get('create-only/current-tag-refused')).toMatchObject({ verdict: 'pass' })
})

test.concurrent('a server that wants If-Match whatever else was sent is found to ignore the tags beside it', async () => {
  const results = await verdicts(
    {
      ...demanding['takes nothing but If-Match']!,
      allows: ({ 'if-none-match': none, ...headers }, tag, article) =>
        isAllowed({ ...headers, 'if-none-match': none === '*' ? none : undefined }, tag, article),
    },
    swift,
    required,
  )
  expect(accusations(results).map((text) => text.split(':')[0])).toEqual(['create-only/current-tag-refused'])
})
