import * as answers from './answers.ts'
import * as conflicts from './conflicts.ts'
import * as reads from './reads.ts'
import * as requests from './requests.ts'
import type { Requirement } from './requirement.ts'
import * as writes from './writes.ts'

/** Everything that the sources ask of a server about conflicts, by group, in the order in which it is shown. */
export const requirements: readonly (readonly [group: string, rows: readonly Requirement[]])[] = [
  ['Entity tags and dates', reads.validators],
  ['Conditional reads', reads.conditionalReads],
  ['If-Match', writes.ifMatch],
  ['Creating only', writes.createOnly],
  ['If-Unmodified-Since', writes.unmodifiedSince],
  ['Precedence', writes.precedence],
  ['412 Precondition Failed', answers.preconditionFailed],
  ['428 Precondition Required', answers.preconditionRequired],
  ['409 Conflict', answers.conflictAnswers],
  ['Uniqueness', conflicts.uniqueness],
  ['Versions in the content', conflicts.bodyVersions],
  ['State', conflicts.states],
  ['Repeated requests', requests.idempotency],
  ['PATCH', requests.patch],
  ['Requests that meet', requests.concurrency],
  ['Browsers', answers.crossOrigin],
  ['Caches', answers.caching],
  ['Gateways', answers.intermediaries],
  ['What refusals give away', answers.leaks],
]

/** Checks that no row asks for, and why they exist. */
export const beyond: Readonly<Record<string, string>> = {
  'body-version/current-performed': 'the positive control: a guard that lets nothing through is no protection',
  'body-version/malformed-not-performed': 'as `im-malformed-fails-closed`, for versions in the content',
  'body-version/present': 'as `etag-present-on-read`, for versions in the content',
  'races/losers-refused': 'who loses a race must be able to tell it from a failure',
  'races/patches-with-one-token': 'as `conc-one-winner-update`, for patches of different members',
  'races/version-in-body': 'as `conc-one-winner-update`, for versions in the content',
  'bulk/all-performed': 'the positive control of many writes in one request',
  'bulk/others-performed': 'the contract says that one refused item leaves the others done (`bulk.atomic`)',
  'bulk/results-tell': 'who sends many items must learn which were refused',
  'dates/last-modified-present': 'as `etag-present-on-read`, for dates',
  'dates/moves-with-change': 'as `etag-strong-changes-on-write`, for dates that writes send back',
  'precedence/conflicts-in-order': 'the contract says which of two outcomes answers (`order`)',
  'precedence/contended-not-performed': 'the contract says that a write may be refused while another runs (`contended`)',
  'required/any-satisfies': 'whoever wants to overwrite must be able to say so, where the contract lets them',
  'required/empty-is-none': 'an empty field must not pass for a condition',
  'retry/wait-says-how-long': 'the contract says that waiting helps (`retry: same-after`)',
  'safe-methods/head-honest-length': 'RFC 9110 §9.3.2 asks it of every HEAD, and tools that look before they save rely on it',
  'safe-methods/odd-conditions-harmless': 'nonsense in a condition must not bring a read down',
  'safe-methods/preference-ignored':
    'RFC 7240 §2 has unknown preferences ignored; clients that ask for the current content in a refusal send one',
  'safe-methods/read-keeps-version': 'a read that makes a version turns every editor’s token stale',
  'state/described-refused': 'the contract’s rule `described`',
  'state/merge-clean': 'the positive control of the contract’s rule `merge`',
  'state/merge-conflict-outcome': 'the contract’s rule `merge` says what the refusal tells',
  'races/slow-writer': 'a write that is slow to arrive must not keep readers waiting; no standard says so, and those who wait do not care',
  'state/mismatch-refused': 'the contract’s rule `mismatch`',
  'state/no-cycle': 'the contract’s rule `cycle`',
  'idempotency/override-performed': 'the contract says what switches an idempotency key off (`override`)',
  'locks/other-caller-overrides': 'as `locks/override-performed`, for locks that a caller holds',
  'locks/override-performed': 'the contract says what switches a lock off (`override`); without it a lock may have no way out',
  'uniqueness/override-performed': 'the contract says what allows a duplicate (`override`)',
  'state/override-performed': 'the contract says what switches a rule off (`override`)',
  'tokens/override-deletes': 'as `tokens/override-performed`, for deletes',
  'tokens/override-performed': 'the contract says what switches a guard off (`override`); without it a conflict may have no way out',
  'tokens/part-refused': 'the contract’s outcome `partial`: half a token protects nothing',
}

export type { Requirement } from './requirement.ts'
