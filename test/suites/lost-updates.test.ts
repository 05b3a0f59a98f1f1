import { describe, expect, it } from 'vitest'
import type { Bug } from './servers/habits.ts'
import { hold } from './servers/hold.ts'
import { oddities } from './servers/oddities.ts'

interface Loss {
  bug: Bug
  /** The checks that are about it, on each resource that has it. */
  caught: string[]
  /** Oddities under which nothing is lost by it, or nobody promised otherwise: why. */
  spared?: Record<string, string>
}

const caches = 'weak tags for caches, and no word of writes'
const unpromised = 'the contract has no guard of tags or dates'
const strict = { 'one tag in a condition, lists answered 400': 'a list is refused before it is compared' }
const never = 'shelves compare strongly, so a weak tag lets nobody win: without a winner there is no race'
const weakTags = [
  'weak tags that If-Match compares weakly, as the contract says',
  'weak tags that can match no If-Match',
  'a member that counts reads, under weak tags',
  'an age in seconds, which two quick reads do not show',
  'gzip where it is asked for, under weak tags',
]

/** What loses an update, or makes one thing twice, by the ways in which it comes about. */
const losses: Loss[] = [
  {
    bug: 'if-match-ignored',
    caught: ['if-match/stale-not-performed on book', 'if-match/stale-not-performed on shelf'],
    spared: { [caches]: unpromised },
  },
  {
    bug: 'refused-but-written',
    caught: ['if-match/stale-not-performed on book', 'create-only/existing-unchanged on shelf'],
    spared: { [caches]: unpromised },
  },
  { bug: 'patch-ignores-if-match', caught: ['if-match/stale-patch-not-performed on book'], spared: { [caches]: unpromised } },
  {
    bug: 'delete-ignores-if-match',
    caught: ['if-match/stale-delete-not-performed on book', 'if-match/stale-delete-not-performed on shelf'],
    spared: { [caches]: unpromised },
  },
  {
    bug: 'list-passes',
    caught: ['if-match/list-of-stale-not-performed on book', 'if-match/list-of-stale-not-performed on shelf'],
    spared: { [caches]: unpromised, ...strict },
  },
  {
    bug: 'prefix-passes',
    caught: ['if-match/exact-comparison on book', 'if-match/exact-comparison on shelf'],
    spared: { [caches]: unpromised },
  },
  {
    bug: 'weak-passes',
    caught: ['if-match/weak-never-matches on shelf'],
    spared: {
      [caches]: unpromised,
      ...Object.fromEntries(weakTags.map((name) => [name, 'there is no strong tag to be taken for a weak one'])),
    },
  },
  { bug: 'missing-created', caught: ['if-match/missing-not-created on shelf'], spared: { [caches]: unpromised } },
  { bug: 'star-overwrites', caught: ['create-only/existing-unchanged on shelf'], spared: { [caches]: unpromised } },
  {
    bug: 'date-ignored',
    caught: ['dates/unmodified-stale-not-performed on book'],
    spared: { [caches]: unpromised, 'no Last-Modified, as the contract says': 'there is no date to compare' },
  },
  { bug: 'unique-ignored', caught: ['uniqueness/duplicate-not-created on book', 'uniqueness/update-into-duplicate on book'] },
  { bug: 'key-ignored', caught: ['idempotency/other-payload-not-executed on book'] },
  { bug: 'repeat-executed', caught: ['idempotency/one-effect on book'] },
  { bug: 'version-ignored', caught: ['body-version/stale-not-performed on loan', 'tokens/stale-not-performed on loan'] },
  { bug: 'version-refused-but-written', caught: ['body-version/stale-not-performed on loan'] },
  { bug: 'version-optional', caught: ['body-version/missing-not-performed on loan', 'required/replace-refused on loan'] },
  { bug: 'version-header-ignored', caught: ['tokens/stale-not-performed on loan'] },
  { bug: 'delete-ignores-version', caught: ['tokens/stale-delete-not-performed on loan'] },
  {
    bug: 'check-then-write',
    caught: ['races/stale-token on book'],
    spared: { [caches]: unpromised, 'weak tags that can match no If-Match': never },
  },
  {
    bug: 'check-then-write',
    caught: ['races/stale-token on shelf'],
    spared: { [caches]: unpromised, ...Object.fromEntries(weakTags.map((name) => [name, never])) },
  },
  { bug: 'check-then-write', caught: ['races/create-only on shelf'], spared: { [caches]: unpromised } },
  { bug: 'check-then-write', caught: ['races/version-in-body on loan', 'races/unique-value on book', 'races/same-key on book'] },
]

describe.concurrent('a lost update is found whatever else is odd', () => {
  it.each(losses)('$bug: $caught', async ({ bug, caught, spared = {} }) => {
    const missed: string[] = []
    const waiting = [...oddities]
    const work = async (): Promise<void> => {
      for (let odd = waiting.shift(); odd; odd = waiting.shift()) {
        const results = await hold({ ...odd, bug, only: caught })
        const found = results.filter(({ verdict }) => verdict === 'fail').map(({ check, resource }) => `${check} on ${resource}`)
        const lost = caught.filter((line) => !found.includes(line))
        // what is spared must have nothing to find, so that no excuse outlives its cause
        if (odd.name in spared ? lost.length < caught.length : lost.length > 0)
          missed.push(`${odd.name}: ${results.map(({ check, verdict, reason }) => `${verdict} ${check}: ${reason}`).join('; ')}`)
      }
    }
    await Promise.all(Array.from({ length: 4 }, work))
    expect(missed).toEqual([])
    expect(Object.keys(spared).filter((name) => oddities.every((odd) => odd.name !== name))).toEqual([])
  })
})
