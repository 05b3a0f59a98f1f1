import { randomUUID } from 'node:crypto'

/**
 * A key that was never used (`Idempotency-Key`, RFC 9562 §5.4 UUID). It is not made from the run's seed: servers remember keys for longer than a
 * run lasts, and a second run with the same seed would be answered with what the first one did.
 */
export function freshKey(): string {
  return randomUUID()
}
