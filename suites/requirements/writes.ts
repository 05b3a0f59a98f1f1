import { mayInfo, mustContract, mustFail, mustInfo, mustWarn, practiceWarn, type Requirement, row, shouldWarn } from './requirement.ts'

/** If-Match on writes. */
export const ifMatch: readonly Requirement[] = [
  row('im-current-succeeds', mustFail, 'RFC 9110 §13.1.1, §13.2.2', 'a write with the current tag is performed', {
    by: ['if-match/current-performed'],
  }),
  row('im-stale-not-performed', mustFail, 'RFC 9110 §13.1.1', 'a write with a stale tag has no effect', {
    by: ['if-match/stale-not-performed', 'if-match/stale-patch-not-performed'],
  }),
  row('im-stale-status-412', mustContract, 'RFC 9110 §13.2.2, §15.5.13', 'a false If-Match is answered 412', {
    within: ['if-match/stale-not-performed', 'if-match/stale-patch-not-performed', 'if-match/stale-delete-not-performed'],
    note: 'the contract says which status; 412 where it says nothing else',
  }),
  row(
    'im-already-applied-2xx',
    mayInfo,
    'RFC 9110 §13.1.1, §13.2.2',
    'a repeat of what is there already may be answered 2xx, and has no second effect',
    { by: ['if-match/repeat-has-one-effect'] },
  ),
  row('im-412-has-no-side-effect', mustFail, 'RFC 9110 §13.1.1, §13.2.1', 'a refused write leaves no trace', {
    within: ['if-match/stale-not-performed', 'if-match/stale-patch-not-performed', 'if-match/stale-delete-not-performed'],
  }),
  row('im-never-silently-ignored', mustFail, 'RFC 9110 §13.1.1', 'an If-Match on a write is never ignored', {
    by: ['if-match/never-ignored', 'if-match/field-name-in-any-case'],
    note: 'only told where the contract does not say that If-Match protects writes',
  }),
  row('im-star-existing', mustWarn, 'RFC 9110 §13.1.1', 'If-Match: * is true of what is there', { by: ['if-match/any-performed'] }),
  row('im-star-or-tag-missing-no-create', mustFail, 'RFC 9110 §13.1.1, §13.2.1', 'a write with If-Match creates nothing', {
    by: ['if-match/missing-not-created'],
  }),
  row('im-delete-stale', mustFail, 'RFC 9110 §13.1.1; AIP-135', 'a delete with a stale tag removes nothing', {
    by: ['if-match/stale-delete-not-performed'],
  }),
  row('im-weak-never-matches', mustContract, 'RFC 9110 §13.1.1, §8.8.3.2', 'a weak tag matches no If-Match', {
    by: ['if-match/weak-never-matches'],
    note: 'a guard that says `match: weak` is held to that instead',
  }),
  row('im-list-any', mustWarn, 'RFC 9110 §13.1.1, §5.6.1.2, §5.3', 'one current tag in a list is enough, and none is not', {
    by: ['if-match/list-with-current-performed', 'if-match/list-of-stale-not-performed', 'if-match/two-lines-are-one-list'],
  }),
  row('im-exact-opaque-compare', mustFail, 'RFC 9110 §8.8.3.2', 'tags are compared character by character', {
    by: ['if-match/exact-comparison'],
  }),
  row('im-malformed-fails-closed', practiceWarn, 'RFC 9110 §2.4', 'an If-Match that is no tag does not let a write through', {
    by: ['if-match/malformed-not-performed'],
  }),
  row('im-get-412', mayInfo, 'RFC 9110 §13.1.1, §13.2.2', 'a read with a stale If-Match may be answered 412', {
    by: ['if-match/stale-read-refused'],
  }),
  row('im-unconditional-write', mayInfo, 'RFC 6585 §3, §7.1', 'a write without a condition may be performed', {
    by: ['if-match/unconditional-refused'],
  }),
]

/** Writes that must create. */
export const createOnly: readonly Requirement[] = [
  row('inm-star-create-missing', mustFail, 'RFC 9110 §13.1.2, §9.3.4', 'If-None-Match: * lets a write create what is not there', {
    by: ['create-only/creates-missing'],
  }),
  row('inm-star-existing-not-performed', mustFail, 'RFC 9110 §13.1.2', 'If-None-Match: * keeps a write off what is there', {
    by: ['create-only/existing-unchanged'],
  }),
  row('inm-star-existing-status-412', mustFail, 'RFC 9110 §13.1.2', 'it is answered 412, also where the content is the same', {
    by: ['create-only/existing-refused', 'create-only/identical-refused'],
    note: 'the contract says which status',
  }),
  row(
    'inm-tag-list-on-write',
    mustWarn,
    'RFC 9110 §13.1.2, §13.2.2',
    'the current tag in If-None-Match refuses a write, other tags do not',
    {
      by: ['create-only/current-tag-refused', 'create-only/other-tag-performed'],
    },
  ),
  row('inm-star-post-to-collection', mustInfo, 'RFC 9110 §13.1.2', 'If-None-Match: * on a create asks of the collection, not of the item', {
    by: ['create-only/star-on-collection'],
    note: 'success and 412 are both right',
  }),
  row('put-create-201', mustFail, 'RFC 9110 §9.3.4', 'a PUT that creates is answered 201, one that replaces is not', {
    by: ['create-only/says-201'],
    note: 'warns: 200 for what was created costs a client its count, not its data',
  }),
  row('create-location', shouldWarn, 'RFC 9110 §9.3.3, §10.2.2, §15.3.2', 'a 201 says where the new item is', { by: ['creates/location'] }),
]

/** Writes with a date. */
export const unmodifiedSince: readonly Requirement[] = [
  row(
    'ius-older-not-performed',
    mustFail,
    'RFC 9110 §13.1.4, §13.2.2',
    'a write is not performed after a change that is later than its date',
    {
      by: ['dates/unmodified-stale-not-performed', 'dates/unmodified-stale-refused', 'dates/unmodified-delete-not-performed'],
    },
  ),
  row('ius-equal-or-later-performed', mustFail, 'RFC 9110 §13.1.4', 'with the date just read, or a later one, a write is performed', {
    by: ['dates/unmodified-performed', 'dates/unmodified-later-performed'],
  }),
  row('ius-same-second-blind', mayInfo, 'RFC 9110 §8.8.2.2, §8.8.1', 'two changes within one second look the same to a date', {
    outside: 'the limit is the format’s, no server can do better; checks of dates wait until a second is over',
  }),
  row('ius-ignored-with-if-match', mustFail, 'RFC 9110 §13.1.4, §13.2.2', 'If-Unmodified-Since is ignored beside If-Match', {
    by: ['dates/if-match-before-date'],
  }),
  row('ius-invalid-or-unsupported-ignored', mustWarn, 'RFC 9110 §13.1.4', 'an If-Unmodified-Since that is no date is ignored', {
    by: ['dates/invalid-if-unmodified-since'],
    note: 'a refusal is accepted as well: it is safe, and some guidelines ask for it',
  }),
]

/** Which of several questions a server asks first. */
export const precedence: readonly Requirement[] = [
  row('pre-auth-first', mustFail, 'RFC 9110 §13.2.1; AIP-211', 'who may not ask gets one answer, with a condition and without', {
    by: ['precedence/authentication-first', 'precedence/authorisation-first'],
  }),
  row('pre-non2xx-wins', mustWarn, 'RFC 9110 §13.2.1', 'what would be refused anyway is refused for that reason', {
    by: ['precedence/method-first', 'precedence/not-found-first', 'precedence/media-type-first'],
  }),
  row('pre-before-body-processing', mustWarn, 'RFC 9110 §13.2.1', 'a condition is looked at before the content is', {
    by: ['precedence/stale-and-unprocessable'],
    note: 'the order is free; that nothing is changed is not',
  }),
  row('pre-if-match-before-inm', mustWarn, 'RFC 9110 §13.2.2', 'If-Match is asked before If-None-Match, and both must hold', {
    by: ['precedence/if-match-first', 'precedence/both-must-hold', 'precedence/if-match-first-on-read'],
  }),
  row('pre-options-trace-ignored', mustInfo, 'RFC 9110 §13.2.1', 'OPTIONS pays no regard to conditions', {
    by: ['precedence/options-ignores'],
  }),
  row('pre-whole-header-section', mustWarn, 'RFC 9110 §5.3', 'nothing is done before the header is whole', {
    by: ['precedence/late-condition'],
  }),
  row(
    'pre-expect-continue',
    mustInfo,
    'RFC 9110 §10.1.1',
    'a request that expects 100 is answered by it or by what the header alone decides',
    { by: ['precedence/expect-continue'] },
  ),
]
