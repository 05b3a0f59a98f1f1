import { type Check, check } from '../kit/check.ts'
import { inRounds } from './rounds.ts'
import { arena, mustTell, saveTogether } from './writers.ts'

/** Several writers who all read the same version. */
export const oneWinner: Check = check({
  id: 'races/stale-token',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, §13.2.1',
  title: 'of several writes with one token that meet, one is performed',
  why: 'two people save at the same moment, both are told that it worked, and the work of one is gone',
  fix: 'compare and write in one statement: UPDATE … WHERE id = ? AND version = ?, and look at how many rows that were',
  recipe: 'compare-and-write',
  needs: ['guard.update'],
  catches: ['check-then-write-20ms', 'checked-at-head', 'row-count-ignored'],
  races: true,
  async run(kit) {
    mustTell(kit.guard, kit)
    const item = arena(kit, await kit.resource.create())
    await inRounds(kit, { expected: 'at most one success for one token' }, async (round) => saveTogether(kit, await item(), round))
  },
})

/** The same where the version is a member of the content, beside a guard of another kind. */
export const oneWinnerInBody: Check = check({
  id: 'races/version-in-body',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s guard; RFC 9110 §13.2.1',
  title: 'of several writes with one version in the content that meet, one is performed',
  why: 'the header is compared where the row is written, the version in the form only before: whoever uses the form loses work',
  fix: 'put the version of the content into the same statement: UPDATE … WHERE id = ? AND version = ?',
  recipe: 'compare-and-write',
  needs: ['guard.body'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    mustTell(kit.guard, kit)
    const item = arena(kit, await kit.resource.create())
    await inRounds(kit, { expected: 'at most one success for one version' }, async (round) => saveTogether(kit, await item(), round))
  },
})

/** Who loses is told so. */
export const losersRefused: Check = check({
  id: 'races/losers-refused',
  level: 'contract',
  severity: 'warn',
  source: 'the contract’s outcome `stale`; RFC 9110 §15.5, §15.6',
  title: 'of several writes with one token that meet, all but one are refused as the contract says',
  why: 'one by one conflicts are answered well, but under load they become 500: clients repeat what can never succeed, or give up',
  fix: 'turn "could not serialize" and "row was changed" of the database into the answer to a stale token, and bound every wait for a lock',
  recipe: 'compare-and-write',
  alarms: 'A 503, a 429 and a connection that breaks say nothing about conflicts and are not counted.',
  needs: ['guard.update'],
  catches: ['loser-server-error'],
  races: true,
  async run(kit) {
    mustTell(kit.guard, kit)
    const item = arena(kit, await kit.resource.create())
    const words = { expected: 'at most one success for one token', by: 'races/stale-token' }
    await inRounds(kit, words, async (round) => {
      const { met, ...played } = await saveTogether(kit, await item(), round)
      for (const { answer } of met) {
        if (!answer || answer.ok || [429, 502, 503, 504].includes(answer.status)) continue
        kit.prove.that(
          answer.status < 500,
          'a writer who came second is answered with a server error',
          'a refusal, as the contract says for "stale"',
          answer.shown,
        )
        const { contended } = kit.guard.outcomes
        if (!contended?.status.includes(answer.status)) kit.prove.outcome(answer, 'stale')
      }
      return played
    })
  },
})
