import { randomUUID } from 'node:crypto'
import type { Idempotency } from '../../spec/contract.ts'
import { writePlace } from '../../spec/places.ts'
import type { Request } from './request.ts'

/**
 * A key that was never used (`Idempotency-Key`, RFC 9562 §5.4 UUID). It is not made from the run's seed: servers remember keys for longer than a
 * run lasts, and a second run with the same seed would be answered with what the first one did.
 */
export function freshKey(): string {
  return randomUUID()
}

/** The request with this idempotency key; left out: a fresh one where the contract requires one; `null`: none. */
export function withKey(request: Request, idempotency: Idempotency | undefined, key: string | null | undefined): Request {
  if (!idempotency?.key[0] || key === null) return request
  const asked = idempotency.required === 'always' && idempotency.for.includes(request.role)
  return key === undefined && !asked ? request : writePlace(idempotency.key[0], key ?? freshKey(), request)
}
