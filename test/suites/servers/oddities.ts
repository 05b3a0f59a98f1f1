import { hashTag, type Entry, type Members } from './habits.ts'
import type { Odd } from './caught.ts'
import type { Case } from './hold.ts'

const counter = (entry: Entry): string => `"v${entry.version}"`
const weak = (entry: Entry): string => `W/"v${entry.version}"`
/** As servers do that name a version by its time (Apache httpd). */
export const weakAtFirst = (entry: Entry): string => (Date.now() - entry.modified > 1000 ? counter(entry) : weak(entry))
const typed = (entry: Entry): string => `"v${entry.version}-application/json"`
const seconds = (ms: number): number => Math.floor(ms / 1000)
let served = 0

/** A library that differs from the ordinary one, and nothing that it does is wrong. */
export interface Oddity extends Case, Odd {
  name: string
}

const lists =
  'RFC 9110 §5.6.1: whoever reads a list field must accept a list of several members; refusing it is safe, so it is only a warning'

/** What conforming servers do, one by one; none of it may be called a fault. */
export const oddities: readonly Oddity[] = [
  { name: 'nothing odd' },
  { name: 'tags that are hashes of the content', habits: { tag: hashTag } },
  { name: 'hashes, and a write that changes nothing makes no version', habits: { tag: hashTag, quiet: true } },
  { name: 'counters, and a write that changes nothing makes no version', habits: { tag: (entry) => `"${entry.version}"`, quiet: true } },
  {
    name: 'weak tags that If-Match compares weakly, as the contract says',
    habits: { tag: weak, weakMatch: true },
    overlays: ['weak-match'],
  },
  { name: 'weak tags that can match no If-Match', habits: { tag: weak } },
  { name: 'tags that are weak for the first second and strong from then on', habits: { tag: weakAtFirst } },
  { name: 'weak tags for caches, and no word of writes', habits: { tag: weak, unconditional: true }, overlays: ['no-write-guards'] },
  {
    name: 'tags with commas',
    habits: { tag: (entry) => (entry.kind === 'book' && entry.count === 1 ? '","' : `"a,b,,${entry.version},"`) },
  },
  { name: 'tags with bytes beyond ASCII', habits: { tag: (entry) => `"\xe9\xff${entry.version}"` } },
  { name: 'a tag with nothing in it', habits: { tag: (entry) => (entry.kind === 'book' && entry.count === 1 ? '""' : counter(entry)) } },
  { name: 'tags of other lengths, one the beginning of the next', habits: { tag: (entry) => `"${'x'.repeat(1 + (entry.version % 50))}"` } },
  { name: 'PUT and PATCH answered 204, without a tag', habits: { put: 204, tagOnWrite: false } },
  { name: '303 after a create', habits: { created: 303 } },
  {
    name: '303 after a create, to an absolute URL and without content',
    habits: { created: 303, createdContent: false, location: 'absolute' },
  },
  { name: '201 without content', habits: { createdContent: false } },
  {
    name: 'ids that are numbers, no Location, and lists within a map',
    habits: { ids: 'number', location: 'none', list: 'wrapped' },
    warns: { 'creates/location': 'RFC 9110 §9.3.3: who creates SHOULD say with Location where the new item is' },
  },
  {
    name: 'members that are tidied up, added and computed',
    habits: {
      tag: hashTag,
      stored: (members: Members) => ({
        language: 'en',
        ...members,
        ...(typeof members['title'] === 'string' ? { title: members['title'].trim().toUpperCase() } : {}),
      }),
      shown: ({ id, count, modified }) => ({
        updatedAt: new Date(modified).toISOString(),
        revision: count,
        links: [{ rel: 'self', href: `/${id}` }],
      }),
    },
  },
  {
    name: 'DELETE of what is gone answered 204, with If-Match 412; PUT and PATCH 204',
    habits: { put: 204, deleteMissing: 204, matchMissing: 412 },
  },
  { name: 'If-Match on what is gone answered 412', habits: { matchMissing: 412 } },
  { name: 'a stale write of what is there already answered as done (RFC 9110 §13.1.1)', habits: { applied: true } },
  { name: 'a stale write answered 409, as the contract says', habits: { stale: 409 }, overlays: ['stale-409'] },
  { name: 'HEAD without a tag', habits: { head: 'no-tag' } },
  { name: 'HEAD answered 405', habits: { head: 405 } },
  { name: '304 with nothing but the tag', habits: { fullNotModified: false } },
  { name: 'no Last-Modified, as the contract says', habits: { lastModified: false }, overlays: ['no-dates'] },
  { name: 'no Date', habits: { date: false } },
  { name: 'a clock that is an hour fast', habits: { clock: 3_600_000 } },
  { name: 'a clock that is an hour slow, and no Date', habits: { clock: -3_600_000, date: false } },
  { name: 'gzip always', habits: { gzip: 'always', tag: (entry) => `"v${entry.version}-gzip"` } },
  { name: 'gzip where it is asked for, under weak tags', habits: { gzip: 'asked', tag: weak, weakMatch: true }, overlays: ['weak-match'] },
  {
    name: 'gzip with its own tags, which If-Match takes too',
    habits: { gzip: 'asked', codedEnd: '-gzip', heard: (tags) => tags.replaceAll('-gzip"', '"') },
  },
  { name: 'German where it is asked for, with its own tags', habits: { german: true, heard: (tags) => tags.replaceAll('-de"', '"') } },
  {
    name: 'gzip with its own tags, which If-Match does not know',
    habits: { gzip: 'asked', codedEnd: '-gzip' },
    warns: { 'entity-tags/gzip-tag-usable': 'each half is right; together they keep browsers from saving' },
  },
  {
    name: 'a media type at the end of each tag, which If-Match does not look at',
    habits: { tag: typed, heard: (tags) => tags.replace(/^"(v\d+)[^"]*"$/, '"$1-application/json"') },
    warns: { 'if-match/exact-comparison': 'RFC 9110 §8.8.3.2: all of a tag is compared; no version is taken for another' },
  },
  { name: 'lists of two items a page', habits: { list: 'two' } },
  { name: 'lists that are there on paper alone', habits: { list: 405 } },
  { name: 'no lists', habits: { list: 405 }, overlays: ['no-list'] },
  {
    name: 'Vary and Cache-Control, a connection for each request, answers in chunks',
    habits: {
      connection: 'close',
      chunked: true,
      fields: { Vary: 'Authorization, Accept', 'Cache-Control': 'private, max-age=0, must-revalidate' },
    },
  },
  { name: 'refusals in plain text', habits: { refusals: 'text' } },
  { name: 'refusals in JSON of their own', habits: { refusals: 'json' } },
  {
    name: 'refusals without content',
    habits: { refusals: 'empty' },
    warns: {
      'conflict-bodies/explains': 'RFC 9110 §15.5: a refusal SHOULD explain itself',
      'required/explains': 'RFC 6585 §3: 428 SHOULD explain how to resubmit',
      'uniqueness/names-the-member': 'RFC 9110 §15.5.10: 409 SHOULD have enough for the user to recognise the source of the conflict',
    },
  },
  {
    name: 'one tag in a condition, lists answered 400',
    habits: { strictConditions: true },
    warns: {
      'if-match/list-with-current-performed': lists,
      'if-match/two-lines-are-one-list': lists,
      'if-none-match/any-position': lists,
      'if-none-match/comma-in-tag': lists,
      'if-none-match/two-lines': lists,
    },
  },
  {
    name: 'values of deleted items stay reserved; problem details without a status',
    habits: { reserves: true, refusals: 'problem-without-status' },
  },
  {
    name: 'more members than the document has',
    habits: { shown: ({ members }) => ({ size: JSON.stringify(members).length, tags: [], owner: { id: 1 } }) },
  },
  {
    name: 'a member that counts reads, under weak tags',
    habits: { tag: weak, weakMatch: true, shown: () => ({ served: ++served }) },
    overlays: ['weak-match'],
  },
  {
    name: 'a member that counts reads, under strong tags',
    habits: { shown: () => ({ served: ++served }) },
    warns: { 'entity-tags/same-bytes': 'RFC 9110 §8.8.1: a strong tag stands for the same bytes' },
  },
  {
    name: 'an age in seconds, which two quick reads do not show',
    habits: { tag: weak, weakMatch: true, shown: ({ modified }) => ({ age: seconds(Date.now() - modified) }) },
    overlays: ['weak-match'],
  },
  ...[3, 40].map((settles) => ({
    name: `a job makes another version of what was written, after ${settles} ms`,
    habits: { settles },
    unsure: { 'entity-tags/write-answer-current': 'the read after a write may come after the job' },
  })),
  { name: 'reads that lag behind writes', habits: { lag: 100 } },
  {
    name: '401 for whoever shows no card',
    habits: { credential: 'Bearer card-1234' },
    overlays: ['secured'],
    target: {
      headers: [['Authorization', 'Bearer card-1234']],
      secrets: [{ name: 'CARD', value: 'card-1234', sentIn: ['authorization'] }],
    },
  },
]
