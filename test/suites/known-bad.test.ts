import { describe, expect, it } from 'vitest'
import { expectCaught, type Known } from './servers/caught.ts'
import type { Bug } from './servers/habits.ts'
import { hold } from './servers/hold.ts'

/** One bug each, in a server that shares no code with the mock; by it the checks are tried that the mock's own faults try too. */
const bugs: Known<Bug>[] = [
  {
    bug: 'if-match-ignored',
    caught: [
      'if-match/stale-not-performed',
      'if-match/stale-patch-not-performed',
      'if-match/stale-delete-not-performed',
      'if-match/missing-not-created',
    ],
    with: ['precedence/if-match-first', 'precedence/late-condition', 'dates/if-match-before-date'],
  },
  {
    bug: 'refused-but-written',
    caught: [
      'if-match/stale-not-performed',
      'if-match/stale-delete-not-performed',
      'create-only/existing-unchanged',
      'dates/unmodified-stale-not-performed',
    ],
    with: ['precedence/if-match-first', 'precedence/late-condition', 'precedence/both-must-hold', 'dates/', 'create-only/'],
  },
  { bug: 'delete-ignores-if-match', caught: ['if-match/stale-delete-not-performed'] },
  { bug: 'patch-ignores-if-match', caught: ['if-match/stale-patch-not-performed'] },
  { bug: 'list-passes', caught: ['if-match/list-of-stale-not-performed'] },
  { bug: 'weak-passes', caught: ['if-match/weak-never-matches'] },
  // what cannot become stale blocks the checks of stale writes
  { bug: 'tag-constant', caught: ['entity-tags/changes-on-write', 'entity-tags/never-reused'] },
  { bug: 'tag-of-sent-content', caught: ['entity-tags/write-answer-current'] },
  { bug: 'tag-restarts', caught: ['entity-tags/never-reused'] },
  {
    bug: 'star-overwrites',
    caught: ['create-only/existing-unchanged', 'create-only/existing-refused'],
    with: ['precedence/both-must-hold'],
  },
  { bug: 'stale-304', caught: ['if-none-match/changed-200', 'if-none-match/other-tag-200'], with: ['dates/if-none-match-before-date'] },
  { bug: 'get-writes', caught: ['safe-methods/readers-do-not-disturb'], warned: ['safe-methods/read-keeps-version', 'entity-tags/stable'] },
  { bug: 'date-ignored', caught: ['dates/unmodified-stale-not-performed', 'dates/unmodified-delete-not-performed'] },
  { bug: 'unique-ignored', caught: ['uniqueness/duplicate-not-created', 'uniqueness/update-into-duplicate'] },
  { bug: 'unique-500', caught: ['uniqueness/not-a-server-error', 'uniqueness/duplicate-outcome'] },
  { bug: 'unique-not-on-update', caught: ['uniqueness/update-into-duplicate'] },
  {
    bug: 'version-ignored',
    caught: ['body-version/stale-not-performed', 'body-version/missing-not-performed'],
    with: ['required/', 'tokens/'],
  },
  {
    bug: 'version-refused-but-written',
    caught: ['body-version/stale-not-performed', 'body-version/recoverable'],
    with: ['required/', 'tokens/'],
  },
  { bug: 'version-header-ignored', caught: ['tokens/stale-not-performed', 'tokens/each-place-works'], with: ['required/empty-is-none'] },
  { bug: 'delete-ignores-version', caught: ['tokens/stale-delete-not-performed'] },
  { bug: 'key-ignored', caught: ['idempotency/other-payload-not-executed', 'idempotency/other-payload-refused'] },
  { bug: 'key-returns-old', caught: ['idempotency/other-payload-refused'] },
  { bug: 'delete-cascades', caught: ['state/non-empty-stays', 'state/non-empty-outcome'] },
  { bug: 'transition-ignored', caught: ['state/forbidden-action'] },
]

describe.concurrent('a server with a bug', () => {
  it.each(bugs)('$bug is caught, and nothing else is accused', async (known) => {
    expectCaught(await hold({ bug: known.bug }), known)
  })

  it.each([
    ['if-match-ignored', 'if-match/stale-not-performed'],
    ['refused-but-written', 'if-match/stale-delete-not-performed'],
    ['patch-ignores-if-match', 'if-match/stale-patch-not-performed'],
    ['version-refused-but-written', 'body-version/recoverable'],
    ['unique-ignored', 'uniqueness/update-into-duplicate'],
    ['check-then-write', 'races/counter'],
    ['get-writes', 'safe-methods/readers-do-not-disturb'],
  ] as const)('%s is no job that makes another version of what was written', async (bug, only) => {
    const verdicts = (await hold({ bug, only, habits: { settles: 20 } })).map(({ verdict }) => verdict)
    expect(verdicts).toContain('fail')
  })
})
