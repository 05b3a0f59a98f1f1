import {
  mayContract,
  mustFail,
  mustInfo,
  mustWarn,
  practiceContract,
  practiceFail,
  practiceInfo,
  practiceWarn,
  type Requirement,
  row,
  shouldInfo,
  shouldWarn,
} from './requirement.ts'

/** 412 Precondition Failed. */
export const preconditionFailed: readonly Requirement[] = [
  row(
    'r412-only-with-precondition',
    practiceWarn,
    'RFC 9110 §15.5.13; RFC 5789 §2.2',
    '412 answers a condition in the header, and nothing else',
    { by: ['conflict-bodies/412-answers-conditions'] },
  ),
  row('r412-body-explains', shouldWarn, 'RFC 9110 §15.5', 'a 412 says what failed', { by: ['conflict-bodies/explains'] }),
  row(
    'r412-current-representation',
    shouldInfo,
    'RFC 8144 §3.2; RFC 7240 §4.2',
    'a 412 shows the current content to a client that prefers it',
    { by: ['conflict-bodies/preferred-representation-current'] },
  ),
  row('r412-etag-not-trusted', practiceInfo, 'RFC 9110 §8.8', 'a tag in a refusal is the current one', {
    by: ['conflict-bodies/tag-of-refusal'],
  }),
  row('r412-recoverable', practiceFail, 'RFC 9110 §13.1.1', 'who reads again and saves with the new tag succeeds', {
    by: ['if-match/refused-can-recover', 'retry/refetch-recovers', 'body-version/recoverable'],
  }),
]

/** 428 Precondition Required. */
export const preconditionRequired: readonly Requirement[] = [
  row('r428-when-required', mayContract, 'RFC 6585 §3, §7.1', 'where a condition is required, its absence is answered 428', {
    by: ['required/replace-refused', 'required/patch-refused', 'required/delete-refused'],
    note: 'the contract says which status; requiring nothing is as right',
  }),
  row('r428-explains', shouldWarn, 'RFC 6585 §3', 'a 428 says what to send', { by: ['required/explains'] }),
  row('r428-not-stored', mustFail, 'RFC 6585 §3', 'a 428 is not stored', {
    by: ['required/not-storable'],
    within: ['caching/refusal-not-reused'],
    note: 'a warning where the answer only calls itself fresh; a failure where it comes out of a cache',
  }),
  row(
    'r428-no-effect-and-satisfiable',
    mustFail,
    'OData 4.01 §8.2.4; RFC 6585 §3',
    'it changes nothing, and the write with the current token succeeds',
    {
      by: ['required/token-satisfies', 'required/stale-is-not-missing'],
      within: ['required/replace-refused', 'required/patch-refused', 'required/delete-refused'],
    },
  ),
]

/** 409 Conflict and what it tells. */
export const conflictAnswers: readonly Requirement[] = [
  row('r409-explains', shouldWarn, 'RFC 9110 §15.5.10', 'a 409 says enough to see where the conflict is', {
    by: ['conflict-bodies/explains'],
  }),
  row('r409-merge-info', practiceInfo, 'RFC 9110 §15.5.10', 'an edit conflict tells what a merge needs', {
    by: ['conflict-bodies/current-true', 'conflict-bodies/fields-true'],
    note: 'what the contract says is told must be there and true; nobody else is asked for it',
  }),
  row('r409-user-resolvable', practiceInfo, 'RFC 9110 §15.5.10', 'what the refusal hints at helps', {
    by: ['retry/refetch-recovers', 'state/emptied-can-go', 'uniqueness/other-value-accepted'],
  }),
  row('r409-no-effect', practiceFail, 'RFC 9110 §15.5.10', 'a request that is answered 409 leaves nothing half done', {
    within: [
      'uniqueness/duplicate-not-created',
      'uniqueness/update-into-duplicate',
      'body-version/stale-not-performed',
      'state/non-empty-stays',
      'state/forbidden-action',
      'state/merge-conflict-refused',
      'bulk/all-or-nothing',
    ],
  }),
  row('r409-not-on-safe', practiceWarn, 'RFC 9110 §9.2.1, §15.5.10', 'a read neither meets a conflict nor makes one', {
    by: [
      'safe-methods/read-no-conflict',
      'safe-methods/head-no-conflict',
      'safe-methods/list-no-conflict',
      'safe-methods/readers-do-not-disturb',
    ],
  }),
  row('problem-media-type', practiceContract, 'RFC 9457 §3', 'problem details carry their media type', {
    by: ['conflict-bodies/problem-media-type'],
  }),
  row('problem-status-equals', mustFail, 'RFC 9457 §3.1.2', 'the status in problem details is that of the answer', {
    by: ['conflict-bodies/problem-status'],
  }),
  row(
    'problem-type-and-title',
    shouldWarn,
    'RFC 9457 §3.1.1, §3.1.3, §4.2.1',
    'one type of problem has one title, and the type is a URI reference',
    { by: ['conflict-bodies/problem-title-stable', 'conflict-bodies/problem-type'] },
  ),
  row('problem-extension-usable', practiceInfo, 'RFC 9457 §3.1.4, §3.2, §4', 'what programs need stands in members of its own', {
    by: ['conflict-bodies/problem-members'],
  }),
  row('conflict-kinds-distinguishable', practiceWarn, 'RFC 9205 §4.6; AIP-193', 'a program can tell the kinds of conflict apart', {
    by: ['conflict-bodies/kinds-differ'],
  }),
]

/** What scripts in browsers get to see. */
export const crossOrigin: readonly Requirement[] = [
  row(
    'cors-expose-etag',
    practiceWarn,
    'Fetch, CORS-safelisted response-header names',
    'scripts of another origin may read the fields that they need',
    { by: ['cors/exposes-fields'] },
  ),
  row(
    'cors-allow-conditional-headers',
    practiceWarn,
    'Fetch, CORS-preflight request',
    'scripts of another origin may send conditions and keys',
    { by: ['cors/allows-conditions'] },
  ),
  row('cors-errors-readable', practiceWarn, 'Fetch, CORS check', 'scripts of another origin may read refusals', {
    by: ['cors/refusals-readable'],
  }),
]

/** What caches may do with answers. */
export const caching: readonly Requirement[] = [
  row('cache-conflict-not-reused', practiceFail, 'RFC 9110 §15.1; RFC 9111 §3', 'a refusal is never given for a later request', {
    by: ['caching/refusal-not-reused', 'conflict-bodies/not-stored'],
  }),
  row('cache-negative-then-create', mustInfo, 'RFC 9110 §15.1; RFC 9111 §4.4', 'what was just created is not answered 404 out of a cache', {
    by: ['caching/created-shows'],
  }),
  row('cache-write-invalidates-read', mustWarn, 'RFC 9111 §4.4', 'after a write a cache does not give the old content', {
    by: ['caching/write-shows'],
  }),
]

/** What stands between. */
export const intermediaries: readonly Requirement[] = [
  row('int-conditions-reach-origin', mustWarn, 'RFC 9110 §13.2.1; RFC 9111 §4.3.2', 'a gateway lets conditions through', {
    within: ['if-match/stale-not-performed', 'if-none-match/current-304'],
    note: 'where on the path a condition was lost cannot be told from outside; that it was lost can',
  }),
  row('int-etag-rewritten', practiceWarn, 'RFC 9110 §8.8.3.3, §7.7', 'the tag that a client with gzip was given works in its writes', {
    by: ['entity-tags/gzip-tag-usable'],
  }),
  row('int-no-blind-retry', mustWarn, 'RFC 9110 §9.2.2; RFC 8470 §4, §5.2', 'one POST has one effect', { by: ['creates/one-effect'] }),
]

/** What a refusal gives away. */
export const leaks: readonly Requirement[] = [
  row('leak-precondition-oracle', mustFail, 'RFC 9110 §13.2.1, §15.5.4; AIP-211', 'conditions tell nothing to who may not read', {
    by: ['precedence/authentication-first', 'precedence/authorisation-first'],
  }),
  row(
    'leak-foreign-data-in-conflict',
    practiceFail,
    'RFC 9457 §5; AIP-133, AIP-211',
    'a refusal shows nothing of what the caller may not read',
    { by: ['leaks/foreign-data'] },
  ),
  row('leak-account-enumeration', practiceWarn, 'OWASP WSTG-IDNT-04', 'who is not signed in does not learn which values are taken', {
    by: ['leaks/taken-values'],
    note: 'only told where the document lets anybody create',
  }),
  row('leak-internals', practiceFail, 'RFC 9457 §4, §5', 'a refusal shows nothing of the server’s insides', {
    by: ['conflict-bodies/no-internals'],
  }),
]
