import { expect, it } from 'vitest'
import { changeOf } from '../../suites/facts/storing.ts'
import { catalogue } from '../../suites/index.ts'
import { builtIn } from './built-in.ts'
import { type Entry, hashTag, type Members } from './servers/habits.ts'
import { type Case, seen } from './servers/hold.ts'

/** Checks that show all facts. */
const telling = [
  'if-match/missing-not-created',
  'if-match/unconditional-refused',
  'idempotency/put-twice',
  'required/replace-refused',
  'required/delete-refused',
  'entity-tags/changes-on-write',
]

const weakAtFirst = (entry: Entry): string => `${Date.now() - entry.modified > 1000 ? '' : 'W/'}"v${entry.version}"`
const tidied = (members: Members): Members => ({
  language: 'en',
  ...members,
  ...(typeof members['title'] === 'string' && { title: members['title'].toUpperCase() }),
})

const libraries: [name: string, held: Case, book: string[], not: string[]][] = [
  [
    'one that counts versions of all items',
    {},
    ['strong entity tags', 'the tag is a number that rises with each write', 'reads show writes at once', 'the server adds id'],
    [],
  ],
  [
    'one that counts the versions of each item',
    { habits: { tag: (entry) => `"${entry.count}"` } },
    ['the tag counts up by one with each write', 'a write that changes nothing makes a new version'],
    [],
  ],
  [
    'one whose tags are hashes',
    { habits: { tag: hashTag } },
    ['the same content gets the same tag again', 'a write that changes nothing keeps the version'],
    [],
  ],
  [
    'one whose hashes cover the time of the change',
    { habits: { tag: hashTag, shown: ({ count }) => ({ revision: count }) } },
    ['content that comes back gets another tag than before'],
    [],
  ],
  ['one with weak tags', { habits: { tag: (entry) => `W/"${entry.version}"` } }, ['weak entity tags'], ['strong entity tags']],
  [
    'one with tags that turn strong',
    { habits: { tag: weakAtFirst } },
    ['entity tags that are weak at first and turn strong'],
    ['strong entity tags', 'weak entity tags'],
  ],
  [
    'one without tags and dates',
    { habits: { tag: () => undefined, lastModified: false } },
    ['reads carry no entity tag', 'reads carry no Last-Modified'],
    ['answers to writes tell no tag'],
  ],
  ['one that tells no tag of a write', { habits: { tagOnWrite: false } }, ['answers to writes tell no tag'], []],
  [
    'one that tidies up',
    { habits: { stored: tidied, shown: () => ({ revision: 1 }) } },
    ['the server adds id, language, revision', 'title is put in upper case'],
    [],
  ],
]

it.each(libraries)('%s is told by what is seen', async (_, held, words, not) => {
  const { facts } = await seen(held, telling)
  const told = facts.filter(({ resource }) => resource === 'book').map((fact) => fact.words)
  for (const one of words) expect(told).toContain(one)
  for (const one of not) expect(told).not.toContain(one)
})

it('reads that lag are told with the longest time, and hide whether a write that changes nothing makes a version', async () => {
  const { facts } = await seen({ habits: { lag: 100 } }, telling)
  const lags = facts.filter(({ name }) => name === 'reads-after-writes')
  expect(lags.map(({ resource }) => resource)).toEqual(['book', 'shelf', 'loan'])
  for (const { value } of lags) expect(value).toBeGreaterThan(20)
  expect(facts.filter(({ name, value }) => name === 'unchanged-write' && value !== 'new')).toEqual([])
})

it('PUT creates on a shelf, whose name the client chooses, and not in the books', async () => {
  const { words } = await seen({}, telling)
  expect(words).toContain('shelf: PUT creates what is missing (201)')
  expect(words).toContain('book: PUT to what is missing is refused (404)')
})

it('a fact does not depend on which check ends first, and says where it was seen', async () => {
  const [one, other] = [await seen({}, telling), await seen({}, telling)]
  expect(one.facts).toEqual(other.facts)
  for (const { check, purpose } of one.facts) {
    expect(telling).toContain(check)
    expect(purpose).not.toBe('')
  }
})

it('the mock is told as its document has it', async () => {
  await using mock = await builtIn([])
  for (const id of telling) await mock.run(catalogue.find((check) => check.id === id)!)
  const words = mock.facts().map((fact) => `${fact.resource}: ${fact.words}`)
  for (const one of [
    'document: strong entity tags',
    'document: reads carry Last-Modified',
    'document: a replace without a token is refused (428)',
    'document: a delete without a token is refused (428)',
    'document: a write that changes nothing keeps the version',
    'user: a replace without a token is performed',
    'file: PUT creates what is missing (201)',
    'note: reads carry no entity tag',
    'note: the server adds id, version',
  ])
    expect(words).toContain(one)
  expect(words.filter((one) => one.includes('lag'))).toEqual([])
})

it.each([
  [' A b ', 'A b', 'is trimmed'],
  ['Ab', 'ab', 'is put in lower case'],
  [' Ab', 'AB', 'is trimmed and put in upper case'],
  ['e\u0301', '\u00e9', 'is composed'],
  [1, '1', 'becomes a string'],
  ['2026-03-02T09:30:00Z', '2026-03-02T10:30:00+01:00', 'is the same time, spelled otherwise'],
  ['a', 'b', 'comes back otherwise than it was sent'],
])('%j that comes back as %j %s', (sent, shown, words) => {
  expect(changeOf(sent, shown)).toBe(words)
})
