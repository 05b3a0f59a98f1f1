import { randomUUID } from 'node:crypto'
import type { Contract, Resource } from '../../spec/contract.ts'
import { writePlace } from '../../spec/places.ts'
import { fitted } from './fitting.ts'
import { fits } from './prefix.ts'
import type { Request } from './request.ts'

/**
 * A key that was never used (`Idempotency-Key`, RFC 9562 §5.4 UUID), in quotes (RFC 9651 §3.3.3) or otherwise changed where the document asks for
 * that. It is not made from the run's seed: servers remember keys for longer than a run lasts, and a second run with the same seed would be
 * answered with what the first one did.
 */
export function freshKey({ idempotency }: Resource, contract: Contract): string {
  const schema = idempotency?.schema
  const bare = randomUUID()
  const quoted = `"${bare}"`
  if (schema === undefined) return bare
  return !fits(bare, schema, contract) && fits(quoted, schema, contract) ? quoted : fitted(bare, [schema], contract)
}

/** The request with this idempotency key; left out: a fresh one where the contract requires one; `null`: none. */
export function withKey(request: Request, resource: Resource, key: string | null | undefined, contract: Contract): Request {
  const { idempotency } = resource
  if (!idempotency?.key[0] || key === null) return request
  const asked = idempotency.required === 'always' && idempotency.for.includes(request.role)
  return key === undefined && !asked ? request : writePlace(idempotency.key[0], key ?? freshKey(resource, contract), request)
}
