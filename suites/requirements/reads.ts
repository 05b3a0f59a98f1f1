import { mustContract, mustFail, mustWarn, mayInfo, practiceWarn, type Requirement, row, shouldWarn } from './requirement.ts'

/** Entity tags and dates as the server makes them. */
export const validators: readonly Requirement[] = [
  row('etag-syntax', mustFail, 'RFC 9110 §8.8.3', 'an entity tag is a quoted string without spaces or control characters', {
    by: ['entity-tags/syntax'],
  }),
  row('etag-weak-prefix-case', mustFail, 'RFC 9110 §8.8.3', 'the mark of a weak tag is a capital W/ before the quotes', {
    within: ['entity-tags/syntax'],
  }),
  row('etag-single-field', mustWarn, 'RFC 9110 §5.3, §8.8.3', 'an answer carries one tag', { by: ['entity-tags/single'] }),
  row('etag-present-on-read', shouldWarn, 'RFC 9110 §8.8.3.1, §15.3.1', 'a read carries a tag where versions can be told apart', {
    by: ['entity-tags/present'],
    note: 'a failure only where the contract promises the tag',
  }),
  row('etag-strong-changes-on-write', mustFail, 'RFC 9110 §8.8.1, §8.8.3', 'a strong tag changes whenever the bytes do', {
    by: ['entity-tags/changes-on-write'],
  }),
  row(
    'etag-strong-volatile-body',
    mustWarn,
    'RFC 9110 §8.8.1, §8.8.3',
    'bytes that differ from read to read have no strong tag in common',
    {
      by: ['entity-tags/same-bytes'],
    },
  ),
  row('etag-weak-changes-on-significant-change', shouldWarn, 'RFC 9110 §8.8.1', 'a weak tag changes with what clients write', {
    within: ['entity-tags/changes-on-write'],
    note: 'told, not accused: what a weak tag stands for is the server’s to say',
  }),
  row(
    'etag-strong-never-reused',
    mustFail,
    'RFC 9110 §8.8.1; RFC 4918 §8.8',
    'a strong tag never comes back for other bytes, not even after a delete',
    {
      by: ['entity-tags/never-reused'],
    },
  ),
  row('etag-aba-hash-allowed', mayInfo, 'RFC 9110 §8.8.1, §8.8.3.1', 'a content that comes back may bring its tag back', {
    outside: 'both ways are right; which of them the target has is a fact about it, and other checks reckon with either',
  }),
  row('etag-stable-without-change', practiceWarn, 'RFC 9110 §8.8.1; RFC 4918 §8.6', 'a tag stays while nothing is written', {
    by: ['entity-tags/stable'],
  }),
  row(
    'etag-content-coding-distinct',
    mustFail,
    'RFC 9110 §8.8.1, §8.8.3.3',
    'content with a coding and without has no strong tag in common',
    { by: ['entity-tags/coding-distinct'] },
  ),
  row('etag-negotiated-variants-distinct', mustWarn, 'RFC 9110 §8.8.1, §12.5.5', 'variants with other bytes have no strong tag in common', {
    by: ['entity-tags/variants-distinct'],
  }),
  row(
    'etag-own-tag-round-trips',
    mustFail,
    'RFC 9110 §2.3, §13.1.1, §13.1.2',
    'the server knows its own tag again, in reads and in writes',
    {
      within: ['if-match/current-performed', 'if-none-match/current-304'],
    },
  ),
  row('etag-head-parity', shouldWarn, 'RFC 9110 §9.3.2', 'HEAD carries the validators of GET', {
    by: ['safe-methods/head-same-validator'],
  }),
  row(
    'etag-put-response-honest',
    mustContract,
    'RFC 9110 §9.3.4',
    'a PUT is answered with a tag only where what was sent is stored as it was sent',
    {
      by: ['entity-tags/put-stored-as-sent'],
      within: ['entity-tags/write-answer-current'],
      note: 'told, not accused: several guidelines ask for the tag; one that is not the new version’s is a failure everywhere',
    },
  ),
  row(
    'etag-write-response-current',
    mustFail,
    'RFC 9110 §8.8, §15.3.1, §15.3.2, §15.3.5',
    'the tag in the answer to a write is that of the new version',
    {
      by: ['entity-tags/write-answer-current'],
    },
  ),
  row(
    'etag-body-mirror-consistent',
    practiceWarn,
    'RFC 7644 §3.14; OData 4.01 §11.4.1.1; AIP-154',
    'a version in the content is the one in the header',
    { by: ['entity-tags/content-says-the-same'] },
  ),
  row('lm-syntax', mustFail, 'RFC 9110 §5.6.7', 'dates in header fields are written as HTTP writes them', {
    by: ['dates/last-modified-format'],
  }),
  row('lm-not-after-date', mustFail, 'RFC 9110 §8.8.2.1', 'Last-Modified is not later than Date', { by: ['dates/not-after-date'] }),
]

/** Reads with a condition. */
export const conditionalReads: readonly Requirement[] = [
  row('inm-get-304', mustFail, 'RFC 9110 §13.1.2, §13.2.2', 'a read that names the current tag is answered 304', {
    by: ['if-none-match/current-304'],
    within: ['if-none-match/star-304', 'not-modified/head-like-get'],
  }),
  row('inm-weak-comparison', mustFail, 'RFC 9110 §13.1.2, §8.8.3.2', 'If-None-Match compares without regard to W/', {
    by: ['if-none-match/weak-comparison'],
  }),
  row('inm-list-any', mustFail, 'RFC 9110 §13.1.2, §5.6.1.2', 'the current tag is found at any place of a list', {
    by: ['if-none-match/any-position'],
  }),
  row('inm-comma-inside-tag', mustWarn, 'RFC 9110 §8.8.3, §13.1.2', 'a comma within a tag does not end it', {
    by: ['if-none-match/comma-in-tag', 'if-match/comma-in-tag'],
  }),
  row('inm-multi-lines', mustWarn, 'RFC 9110 §5.2, §5.3', 'two lines mean one list', {
    by: ['if-none-match/two-lines', 'if-match/two-lines-are-one-list'],
  }),
  row('inm-nonmatch-200', mustFail, 'RFC 9110 §13.1.2', 'a read that names only other tags gets the content', {
    by: ['if-none-match/other-tag-200', 'if-none-match/near-miss', 'if-none-match/changed-200'],
  }),
  row('inm-missing-resource-404', mustFail, 'RFC 9110 §13.2.1', 'a read of what is not there is answered as without a condition', {
    by: ['if-none-match/missing-item'],
    within: ['precedence/not-found-first'],
  }),
  row('not-modified-required-fields', mustFail, 'RFC 9110 §15.4.5', 'a 304 repeats the fields that caches need', {
    by: ['not-modified/repeats-tag', 'not-modified/repeats-cache-fields'],
  }),
  row('not-modified-no-body', mustFail, 'RFC 9110 §15.4.5, §8.6', 'a 304 ends with its header', {
    by: ['not-modified/no-content', 'not-modified/honest-length'],
    within: ['safe-methods/head-no-content'],
  }),
  row(
    'ims-exact-304',
    shouldWarn,
    'RFC 9110 §13.1.3',
    'a read with the date just read is answered 304, with an earlier one it gets the content',
    {
      by: ['dates/echo-304', 'dates/earlier-200'],
    },
  ),
  row('ims-ignored-with-inm', mustFail, 'RFC 9110 §13.1.3, §13.2.2', 'If-Modified-Since is ignored beside If-None-Match', {
    by: ['dates/if-none-match-before-date'],
  }),
  row('ims-invalid-ignored', mustWarn, 'RFC 9110 §13.1.3', 'an If-Modified-Since that is no date is ignored', {
    by: ['dates/invalid-if-modified-since'],
  }),
  row('ims-unsafe-ignored', mustFail, 'RFC 9110 §13.1.3', 'If-Modified-Since is ignored on writes', {
    by: ['dates/if-modified-since-on-write'],
  }),
]
