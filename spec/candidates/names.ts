import type { Confidence } from './finding.ts'

/**
 * Names that tell of a mechanism, as far as public documents use them for nothing else. `version`, `revision` and `generation` are as
 * often the version of a product or a schema.
 */

const tokens: readonly [RegExp, Confidence][] = [
  [/^(_?etag|@odata\.etag|odata\.etag)$/i, 'medium'],
  [
    /^(_rev|resource_?version|fingerprint|lock_?token|lock_?version|row_?version|concurrency_?(token|stamp)|version_?(id|token))$/i,
    'medium',
  ],
  [/^(sha|rev|_version|_seq_no|_primary_term|cas)$/i, 'medium'],
  [/^(version|revision|generation|metageneration|head)$/i, 'low'],
]

const queryGuards: readonly [RegExp, Confidence][] = [
  [/^(if_seq_no|if_primary_term|if-?(meta)?generation-?match|cas|resource_?version|_?etag|rev)$/i, 'high'],
  [/^(version|revision)$/i, 'low'],
]

const keys: readonly [RegExp, Confidence][] = [
  [/idempoten/i, 'high'],
  [/^(paypal-request-id|repeatability-request-id|client_?(request_?)?token)$/i, 'high'],
  [/^request_?id$/i, 'medium'],
]

/** Does a member of an item seem to name its version? */
export function tokenName(name: string): Confidence | undefined {
  return matched(tokens, name)
}

/** Does a query parameter of a write seem to name a version? */
export function queryGuardName(name: string): Confidence | undefined {
  return matched(queryGuards, name)
}

/** Does a header, a parameter or a member seem to carry an idempotency key? */
export function keyName(name: string): Confidence | undefined {
  return matched(keys, name)
}

function matched(list: readonly [RegExp, Confidence][], name: string): Confidence | undefined {
  return list.find(([pattern]) => pattern.test(name))?.[1]
}
