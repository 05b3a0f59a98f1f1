import { describe, it } from 'vitest'
import { expectCaught, type Known } from './servers/caught.ts'
import type { Bug } from './servers/office/habits.ts'
import { hold } from './servers/office/hold.ts'

/** One bug each, in an office that shares no code with the mock. */
const bugs: Known<Bug>[] = [
  {
    bug: 'key-ignored',
    caught: ['idempotency/one-effect', 'idempotency/in-flight', 'idempotency/other-payload-refused', 'races/same-key', 'races/lost-answer'],
  },
  { bug: 'key-of-everybody', caught: ['idempotency/key-of-another-caller'] },
  { bug: 'key-claimed-late', caught: ['races/same-key', 'idempotency/in-flight'] },
  { bug: 'other-payload-executed', caught: ['idempotency/other-payload-not-executed', 'idempotency/other-payload-refused'] },
  { bug: 'other-payload-replayed', caught: ['idempotency/other-payload-refused'] },
  { bug: 'case-not-compared', caught: ['uniqueness/case-insensitive'] },
  { bug: 'unique-on-create-only', caught: ['uniqueness/update-into-duplicate'] },
  { bug: 'suggests-taken', caught: ['uniqueness/suggestions-free'] },
  {
    bug: 'label-made-twice',
    caught: ['uniqueness/duplicate-not-created', 'idempotency/identical-create', 'races/identical-creates', 'races/unique-value'],
  },
  { bug: 'refund-twice', caught: ['state/forbidden-action'] },
  { bug: 'test-ignored', caught: ['patch/failed-test-changes-nothing'] },
  { bug: 'patch-half-done', caught: ['patch/failed-test-changes-nothing'] },
  { bug: 'merge-takes-mine', caught: ['state/merge-conflict-refused', 'state/merge-conflict-outcome'] },
  { bug: 'bulk-ignores-version', caught: ['bulk/stale-not-performed', 'bulk/results-tell'] },
  { bug: 'bulk-says-done', caught: ['bulk/results-tell'] },
  { bug: 'ring-made', caught: ['state/no-cycle'] },
  { bug: 'orphans-made', caught: ['state/parent-missing', 'state/non-empty-stays'] },
  { bug: 'lock-ignored', caught: ['locks/held-not-written', 'locks/held-not-deleted'] },
  { bug: 'lock-of-anybody', caught: ['locks/other-token-refused'] },
  { bug: 'lock-taken-twice', caught: ['locks/taken-once'] },
  { bug: 'lock-kept-after-release', caught: ['locks/released-lets-through'] },
]

describe.concurrent('an office with a bug', () => {
  it.each(bugs)('$bug is caught, and nothing else is accused', async (known) => {
    expectCaught(await hold({ bug: known.bug }), known)
  })

  it('a key that a refusal uses up is told, and accused where the contract itself says what is kept', async ({ expect }) => {
    const only = 'idempotency/refused-not-stored'
    const [told] = await hold({ bug: 'key-of-refusal-burnt', only })
    const said = { idempotency: { for: ['create', 'refund'], required: 'always', stores: 'executed' } }
    const [accused] = await hold({ bug: 'key-of-refusal-burnt', only, says: { payment: said } })
    expect([told?.verdict, accused?.verdict]).toEqual(['info', 'warn'])
  })
})
