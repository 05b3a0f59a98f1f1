import { createHash } from 'node:crypto'

export type Members = { [name: string]: unknown }

/** What the library keeps of a book, a shelf or a loan. */
export interface Entry {
  kind: 'book' | 'shelf' | 'loan'
  id: string
  members: Members
  /** Of the whole library: no two versions of anything have the same number. */
  version: number
  /** How many versions of this entry there were. */
  count: number
  /** Milliseconds. */
  modified: number
}

/** In what conforming servers differ. Every value of every member is legal. */
export interface Habits {
  /** The ETag of a representation; undefined: none. */
  tag(entry: Entry, content: string): string | undefined
  /** If-Match compares weakly, as OData has it. */
  weakMatch: boolean
  /** What is made of the tags in a condition before they are compared: some servers look at a part of their tags only. */
  heard(tags: string): string
  /** The coded form has a tag of its own, with this at its end (RFC 9110 §8.8.3.3); empty: that of the plain form. */
  codedEnd: string
  /** The ETag stands in the answers to writes too. */
  tagOnWrite: boolean
  /** A write that changes nothing makes no new version. */
  quiet: boolean
  /** A write whose condition does not hold. */
  stale: 412 | 409
  put: 200 | 204
  created: 201 | 303
  createdContent: boolean
  location: 'relative' | 'absolute' | 'none'
  /** What is made of members before they are stored. */
  stored(members: Members): Members
  /** Members that only reads have. */
  shown(entry: Entry): Members
  /** A DELETE of what is not there. */
  deleteMissing: 404 | 204
  /** If-Match on what is not there, where the request could not succeed anyway. */
  matchMissing: 404 | 412
  /** A stale write of what is there already is answered as done (RFC 9110 §13.1.1). */
  applied: boolean
  head: 'like-get' | 'no-tag' | 405 | 501
  /** A 304 carries what else a 200 does. */
  fullNotModified: boolean
  lastModified: boolean
  date: boolean
  /** Milliseconds by which its clock is before ours. */
  clock: number
  /** `always`: also where `identity` is asked for. */
  gzip: 'never' | 'asked' | 'always'
  /** Reads are translated for who asks for German, under tags that end in -de. */
  german: boolean
  list: 'plain' | 'wrapped' | 'two' | 405
  ids: 'word' | 'number'
  /** What the fields of conditions may say; the rest is refused with 400. */
  strictConditions: boolean
  connection: 'keep-alive' | 'close'
  chunked: boolean
  /** Fields of every answer to a read. */
  fields: { [name: string]: string }
  refusals: 'problem' | 'problem-without-status' | 'json' | 'text' | 'empty'
  /** What is deleted keeps its unique values. */
  reserves: boolean
  /** Milliseconds after which reads see a write. */
  lag: number
  /** Every so many requests one is answered 429, three in all; 0: none. */
  throttle: number
  /** Milliseconds after which a job makes another version of what was written; 0: there is none. */
  settles: number
  /** The Authorization that everything asks for. */
  credential: string | undefined
  /** Nothing is compared: the validators are there for caches only. */
  unconditional: boolean
}

/** The most ordinary ones. */
export const plain: Habits = {
  tag: (entry) => `"v${entry.version}"`,
  weakMatch: false,
  heard: (tags) => tags,
  codedEnd: '',
  tagOnWrite: true,
  quiet: false,
  stale: 412,
  put: 200,
  created: 201,
  createdContent: true,
  location: 'relative',
  stored: (members) => members,
  shown: () => ({}),
  deleteMissing: 404,
  matchMissing: 404,
  applied: false,
  head: 'like-get',
  fullNotModified: true,
  lastModified: true,
  date: true,
  clock: 0,
  gzip: 'never',
  german: false,
  list: 'plain',
  ids: 'word',
  strictConditions: false,
  connection: 'keep-alive',
  chunked: false,
  fields: {},
  refusals: 'problem',
  reserves: false,
  lag: 0,
  throttle: 0,
  settles: 0,
  credential: undefined,
  unconditional: false,
}

/** Is content compressed for who asks with these fields? */
export function isCoded(headers: { 'accept-encoding'?: string | string[] | undefined }, { gzip }: Habits): boolean {
  return gzip === 'always' || (gzip === 'asked' && /gzip/.test(String(headers['accept-encoding'])))
}

/** Is content translated for who asks with these fields? */
export function isGerman(headers: { 'accept-language'?: string | undefined }, { german }: Habits): boolean {
  return german && headers['accept-language'] === 'de'
}

/** The tag as a hash of what is sent: it comes back when the content comes back. */
export function hashTag(_: Entry, content: string): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 20)}"`
}

/** What the known-bad libraries do wrong; each is one bug in an otherwise ordinary server. */
export type Bug =
  | 'if-match-ignored'
  | 'refused-but-written'
  | 'delete-ignores-if-match'
  | 'patch-ignores-if-match'
  | 'list-passes'
  | 'weak-passes'
  | 'prefix-passes'
  | 'missing-created'
  | 'tag-constant'
  | 'tag-of-sent-content'
  | 'tag-restarts'
  | 'star-overwrites'
  | 'stale-304'
  | 'get-writes'
  | 'unique-ignored'
  | 'unique-500'
  | 'unique-not-on-update'
  | 'version-ignored'
  | 'version-optional'
  | 'version-refused-but-written'
  | 'version-header-ignored'
  | 'delete-ignores-version'
  | 'key-ignored'
  | 'repeat-executed'
  | 'key-returns-old'
  | 'delete-cascades'
  | 'date-ignored'
  | 'transition-ignored'
  | 'check-then-write'
