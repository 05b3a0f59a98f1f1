import {
  mayContract,
  mustFail,
  practiceContract,
  practiceFail,
  practiceInfo,
  practiceWarn,
  type Requirement,
  row,
  shouldWarn,
} from './requirement.ts'

/** Values that only one item may have. */
export const uniqueness: readonly Requirement[] = [
  row(
    'uniq-create-duplicate-rejected',
    mustFail,
    'RFC 7644 §3.3; JSON:API 1.1; AIP-133; OData 4.01 §11.4.2',
    'a create with a value that is taken makes no second item',
    {
      by: ['uniqueness/duplicate-not-created'],
    },
  ),
  row('uniq-duplicate-status', practiceContract, 'RFC 9110 §15.5.10', 'a duplicate is answered as documented', {
    by: ['uniqueness/duplicate-outcome'],
  }),
  row('uniq-not-5xx', practiceFail, 'RFC 9110 §15.5, §15.6', 'a duplicate is no server error', { by: ['uniqueness/not-a-server-error'] }),
  row('uniq-update-into-duplicate', practiceFail, 'RFC 7644 §3.12; JSON:API 1.1', 'a change to a value that is taken is refused', {
    by: ['uniqueness/update-into-duplicate'],
  }),
  row('uniq-self-update-ok', practiceFail, 'RFC 9110 §9.2.2', 'an item does not conflict with itself', {
    by: ['uniqueness/own-value-stays'],
  }),
  row('uniq-names-field', practiceWarn, 'RFC 9110 §15.5.10', 'the refusal names the member', {
    by: ['uniqueness/names-the-member'],
    within: ['uniqueness/duplicate-outcome', 'uniqueness/suggestions-free'],
  }),
  row(
    'uniq-normalised-compare',
    practiceInfo,
    'RFC 7644 §5; RFC 9110 §15.5.10',
    'values are compared in one way, in creates and in changes',
    { by: ['uniqueness/case-insensitive', 'uniqueness/same-comparison', 'uniqueness/unicode-forms'] },
  ),
  row(
    'uniq-batch-duplicates',
    practiceWarn,
    'RFC 9110 §15.5.10',
    'many creates in one request with one value make one item, and the results say so',
    { by: ['bulk/duplicates-within'] },
  ),
  row('uniq-released-after-delete', practiceInfo, 'RFC 9110 §9.3.5', 'whether the value of a deleted item is free is known', {
    by: ['uniqueness/freed-after-delete'],
  }),
]

/** Versions in the content or the query. */
export const bodyVersions: readonly Requirement[] = [
  row('ver-stale-rejected', mustFail, 'AIP-154, AIP-134; OData 4.01 §11.4', 'a write that sends an old version has no effect', {
    by: [
      'body-version/stale-not-performed',
      'tokens/stale-not-performed',
      'tokens/stale-patch-not-performed',
      'tokens/stale-delete-not-performed',
      'tokens/each-place-works',
      'tokens/each-part-counts',
      'bulk/stale-not-performed',
    ],
  }),
  row('ver-stale-status', practiceContract, 'AIP-154; RFC 9110 §15.5.10', 'it is answered as documented', {
    by: ['body-version/stale-outcome'],
  }),
  row('ver-changes-on-write', practiceFail, 'OData 4.01 §11.4.1.1', 'every change gives another version', {
    by: ['body-version/changes-on-write'],
  }),
  row('ver-missing-token', mayContract, 'AIP-154', 'a write without a version is answered as documented', {
    by: ['body-version/missing-not-performed'],
  }),
  row('ver-header-body-disagree', practiceWarn, 'OData 4.01 §11.4.4', 'two versions that disagree refuse the write', {
    by: ['tokens/disagree-refused'],
  }),
]

/** Conflicts with the state of things. */
export const states: readonly Requirement[] = [
  row(
    'state-delete-non-empty',
    practiceContract,
    'RFC 9110 §15.5.10; AIP-135; RFC 4918 §9.6.1',
    'what is not empty is refused or deleted as a whole, never half',
    {
      by: ['state/non-empty-stays', 'state/non-empty-outcome'],
    },
  ),
  row(
    'state-parent-missing',
    practiceContract,
    'RFC 9110 §15.5.10; RFC 4918 §9.7.1; JSON:API 1.1',
    'nothing is created under what is not there',
    { by: ['state/parent-missing'] },
  ),
  row('state-invalid-transition', practiceContract, 'RFC 9110 §15.5.10; AIP-216', 'an action that the state forbids changes nothing', {
    by: ['state/forbidden-action', 'state/forbidden-outcome', 'state/allowed-action'],
  }),
  row('state-put-inconsistent', shouldWarn, 'RFC 9110 §9.3.4', 'a PUT whose content names another item does not touch that one', {
    by: ['state/other-id-not-written'],
  }),
  row('state-locked', practiceContract, 'RFC 4918 §11.3; AIP-151', 'what is locked is not written, and can be when the lock is gone', {
    by: [
      'locks/held-not-written',
      'locks/held-not-deleted',
      'locks/holder-writes',
      'locks/other-token-refused',
      'locks/taken-once',
      'locks/taken-at-once-all-kept',
      'locks/released-lets-through',
      'locks/expired-lets-through',
      'locks/lost-token-refused',
      'locks/other-caller-not-written',
      'locks/other-caller-cannot-take',
      'locks/holding-caller-writes',
      'locks/given-back-lets-others-write',
    ],
  }),
  row('delete-idempotent-effect', mustFail, 'RFC 9110 §9.2.2, §9.3.5', 'a second delete does no harm', { by: ['state/delete-again'] }),
]
