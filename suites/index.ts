import * as beforeConditions from './before-conditions.ts'
import * as bodyVersion from './body-version.ts'
import * as comparison from './comparison.ts'
import * as conflictBodies from './conflict-bodies.ts'
import * as conflictReveals from './conflict-reveals.ts'
import * as callerLocks from './caller-locks.ts'
import * as caching from './caching.ts'
import * as cors from './cors.ts'
import * as createOnly from './create-only.ts'
import * as creates from './creates.ts'
import * as dates from './dates.ts'
import { exactComparison } from './exact-comparison.ts'
import * as entityTags from './entity-tags.ts'
import { writeAnswerCurrent } from './entity-tags-written.ts'
import * as idempotency from './idempotency.ts'
import * as idempotencyScope from './idempotency-scope.ts'
import * as ifMatchMore from './if-match-more.ts'
import * as ifMatch from './if-match.ts'
import * as ifMatchTags from './if-match-tags.ts'
import * as ifNoneMatch from './if-none-match.ts'
import * as ifNoneMatchTags from './if-none-match-tags.ts'
import * as bulk from './bulk.ts'
import { describedRefused } from './described.ts'
import { duplicatesWithin } from './bulk-unique.ts'
import { starOnCollection } from './collection-conditions.ts'
import type { Check } from './kit/check.ts'
import * as keys from './keys.ts'
import * as leaks from './leaks.ts'
import * as locks from './locks.ts'
import { takenAtOnceAllKept } from './locks-at-once.ts'
import * as naturalKeys from './natural-keys.ts'
import * as notModified from './not-modified.ts'
import * as problemDetails from './problem-details.ts'
import * as precedence from './precedence.ts'
import * as refusals from './refusals.ts'
import * as required from './required.ts'
import * as order from './order.ts'
import * as races from './races/index.ts'
import * as overriding from './overriding.ts'
import { keyOverridden } from './overriding-keys.ts'
import * as overridingLocks from './overriding-locks.ts'
import { ruleOverridden } from './overriding-rules.ts'
import { duplicateAllowed } from './overriding-unique.ts'
import * as patch from './patch.ts'
import * as retry from './retry.ts'
import * as safeMethods from './safe-methods.ts'
import * as merge from './merge.ts'
import * as staleTokens from './stale-tokens.ts'
import * as mismatch from './mismatch.ts'
import * as state from './state.ts'
import * as toldTags from './told-tags.ts'
import * as tokens from './tokens.ts'
import * as transitions from './transitions.ts'
import * as uniqueness from './uniqueness.ts'
import * as uniquenessAnswers from './uniqueness-answers.ts'
import * as uniquenessUpdates from './uniqueness-updates.ts'
import * as unmodifiedSince from './unmodified-since.ts'
import * as variants from './variants.ts'
import { expectContinue, headEmpty, lateCondition, notModifiedEmpty } from './wire.ts'

/** The subjects in the order in which they are run and shown; each file exports its checks by name. */
export const subjects: Record<string, Record<string, Check>> = {
  'entity-tags': { ...entityTags, ...variants, ...toldTags, writeAnswerCurrent },
  'if-match': { ...ifMatch, ...ifMatchTags, ...ifMatchMore, exactComparison },
  'if-none-match': { ...ifNoneMatch, ...ifNoneMatchTags },
  'not-modified': { ...notModified, notModifiedEmpty },
  'create-only': { ...createOnly, starOnCollection },
  dates: { ...dates, ...unmodifiedSince },
  precedence: { ...precedence, ...beforeConditions, ...order, lateCondition, expectContinue },
  required,
  'conflict-bodies': { ...conflictBodies, ...problemDetails, ...conflictReveals, ...refusals },
  uniqueness: { ...uniqueness, ...uniquenessAnswers, ...uniquenessUpdates, ...comparison, duplicateAllowed },
  'body-version': bodyVersion,
  tokens: { ...tokens, ...staleTokens, ...overriding },
  retry,
  locks: { ...locks, ...callerLocks, ...overridingLocks, takenAtOnceAllKept },
  bulk: { ...bulk, duplicatesWithin },
  state: { ...state, ...transitions, ...merge, ...mismatch, describedRefused, ruleOverridden },
  idempotency: { ...idempotency, ...idempotencyScope, ...naturalKeys, ...keys, keyOverridden },
  patch,
  'safe-methods': { ...safeMethods, headEmpty },
  races,
  leaks,
  cors,
  caching,
  creates,
}

/** Every check there is, by subject, then by id: a module's own order of exports depends on who loads it. */
export const catalogue: Check[] = Object.values(subjects).flatMap((checks) =>
  Object.values(checks).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
)

/** The subject of a check: what stands before the slash in its id. */
export function subjectOf(check: Check): string {
  return check.id.split('/', 1)[0]!
}

export type { Check, Need } from './kit/check.ts'
export { checkOverrulings } from './kit/overruled.ts'
export { runCheck } from './kit/run.ts'
