import {
  mustContract,
  mustFail,
  mustInfo,
  mustWarn,
  practiceContract,
  practiceFail,
  practiceInfo,
  practiceWarn,
  type Requirement,
  row,
  shouldContract,
  shouldFail,
  shouldInfo,
  shouldWarn,
} from './requirement.ts'

const draft = 'draft-ietf-httpapi-idempotency-key-header-07'

/** Requests that may come twice. */
export const idempotency: readonly Requirement[] = [
  row('ik-first-normal', shouldWarn, `${draft} §2.6`, 'the first request with a fresh key is processed as usual', {
    by: ['idempotency/fresh-key-accepted'],
  }),
  row('ik-retry-single-effect', shouldFail, `${draft} §2.6; AIP-155`, 'the same request under one key has one effect', {
    by: ['idempotency/one-effect'],
  }),
  row('ik-retry-same-result', shouldWarn, `${draft} §2.6; AIP-155`, 'the repeat gets the result of the first', {
    by: ['idempotency/repeat-answered', 'idempotency/repeat-says-where'],
  }),
  row('ik-payload-mismatch-refused', shouldFail, `${draft} §2.2, §2.7`, 'another payload under a used key has no effect', {
    by: ['idempotency/other-payload-not-executed'],
  }),
  row('ik-payload-mismatch-status', shouldContract, `${draft} §2.7`, 'it is answered as documented', {
    by: ['idempotency/other-payload-refused'],
  }),
  row('ik-concurrent-one-effect', shouldFail, `${draft} §2.6, §2.7`, 'requests under one key that come at once have one effect', {
    by: ['idempotency/in-flight', 'races/same-key', 'races/other-payload'],
  }),
  row('ik-missing-when-required', shouldWarn, `${draft} §2.7`, 'a required key that is missing is refused', {
    by: ['idempotency/missing-key-refused'],
    note: 'a failure where the contract says that the key is required',
  }),
  row('ik-malformed-key', mustInfo, 'RFC 9651 §4.2', 'a key that cannot be read is refused or ignored, never half used', {
    by: ['idempotency/malformed-key', 'idempotency/odd-keys-whole-or-not'],
  }),
  row('ik-scope-tenant', practiceFail, `${draft} §5`, 'a key belongs to its caller', { by: ['idempotency/key-of-another-caller'] }),
  row('ik-scope-endpoint', practiceWarn, `${draft} §2.2`, 'a key that was used elsewhere never brings back the answer from there', {
    by: ['idempotency/key-of-another-operation'],
  }),
  row('ik-different-keys-independent', practiceFail, `${draft} §2.2`, 'another key is another intent', {
    by: ['idempotency/other-key-other-effect'],
  }),
  row('ik-error-caching', practiceContract, `${draft} §2.6`, 'a failed first attempt leaves the key as documented', {
    by: ['idempotency/refused-not-stored'],
  }),
  row('ik-expiry-documented', mustInfo, `${draft} §2.3, §2.5; AIP-155`, 'the API says how long a key is remembered', {
    outside: 'the contract says it (`expires`) or it does not; no request shows what is written down, and the periods are hours and days',
  }),
  row('natural-key-retry', practiceContract, 'RFC 9110 §9.3.3; AIP-133', 'the same create again leads to what exists', {
    by: ['idempotency/identical-create'],
  }),
  row('put-idempotent', mustFail, 'RFC 9110 §9.2.2, §9.3.4', 'the same PUT twice leaves what one leaves', {
    by: ['idempotency/put-twice'],
  }),
]

/** PATCH. */
export const patch: readonly Requirement[] = [
  row('patch-atomic', mustFail, 'RFC 5789 §2; RFC 6902 §5', 'a patch is applied as a whole or not at all', {
    by: ['patch/all-or-nothing', 'patch/failed-test-changes-nothing'],
  }),
  row('patch-no-partial-visible', mustWarn, 'RFC 5789 §2', 'nobody reads a patch half applied', { by: ['patch/never-half-seen'] }),
  row(
    'patch-precondition-412-else-409',
    practiceContract,
    'RFC 5789 §2.2',
    'a false condition on a patch is answered 412, another conflict 409',
    {
      within: ['if-match/stale-patch-not-performed', 'required/patch-refused'],
      note: 'the contract says which status',
    },
  ),
  row('patch-unsupported-format', shouldWarn, 'RFC 5789 §2.2', 'a patch of an unknown format is refused', {
    by: ['patch/unknown-format-refused'],
    within: ['precedence/media-type-first'],
  }),
  row('patch-test-op-fails', mustContract, 'RFC 6902 §4.6, §5', 'a JSON Patch with a test that fails changes nothing', {
    by: ['patch/failed-test-changes-nothing'],
  }),
  row('patch-merge-null-deletes', mustInfo, 'RFC 7396 §1, §2', 'in a merge patch null removes, and what is absent stays', {
    by: ['patch/null-removes'],
  }),
  row('patch-disjoint-concurrent', practiceWarn, 'RFC 5789 §2', 'patches of different members that were both acknowledged both survive', {
    by: ['races/patches-survive'],
  }),
  row('patch-content-range-put', shouldInfo, 'RFC 9110 §14.5', 'a PUT with Content-Range does not put the part in place of the whole', {
    by: ['patch/content-range-refused'],
  }),
]

/** Requests that meet. */
export const concurrency: readonly Requirement[] = [
  row('conc-one-winner-update', mustFail, 'RFC 9110 §13.1.1, §13.2.1', 'of writes with one tag at most one is performed', {
    by: ['races/stale-token'],
  }),
  row('conc-one-winner-create', mustFail, 'RFC 9110 §13.1.2', 'of creates with If-None-Match: * at most one is performed', {
    by: ['races/create-only'],
  }),
  row('conc-one-winner-unique-key', practiceFail, 'RFC 9110 §15.5.10', 'of creates with one unique value one is performed', {
    by: ['races/unique-value', 'races/identical-creates'],
  }),
  row('conc-no-lost-update-counter', mustFail, 'RFC 9110 §13.1.1', 'every acknowledged increment is in the sum', { by: ['races/counter'] }),
  row('conc-update-vs-delete', mustFail, 'RFC 9110 §13.1.1', 'of an update and a delete with one tag at most one is performed', {
    by: ['races/update-or-delete'],
  }),
  row('conc-ack-then-read', practiceWarn, 'RFC 9110 §9.3.4', 'who was told that a write is done reads it', {
    within: ['races/counter', 'races/stale-token'],
  }),
  row(
    'conc-linearizable-cas',
    practiceWarn,
    'RFC 9110 §13.1.1',
    'there is one order of all writes in which each saw the tag that it named',
    { within: ['races/stale-token'] },
  ),
  row('conc-refusal-is-clean', mustFail, 'RFC 9110 §13.1.1, §13.1.2', 'also under load a refused write leaves no trace', {
    within: ['races/stale-token'],
  }),
  row(
    'conc-indeterminate-handled',
    practiceInfo,
    'RFC 9110 §9.2.2, §13.1.1',
    'a write whose answer was lost may or may not have happened',
    { by: ['races/lost-answer'], within: ['races/counter'] },
  ),
]
