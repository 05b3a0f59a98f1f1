import { type Check, check } from '../../suites/kit/check.ts'
import type { Kit } from '../../suites/kit/kit.ts'

/** A check for a test of what carries checks out: it does this, and what it says of itself matters only where `more` says it. */
export function trial(run: (kit: Kit) => Promise<void>, more: Partial<Check> = {}): Check {
  return check({
    id: 'test/this',
    level: 'must',
    severity: 'fail',
    source: 'none',
    title: 'it is so',
    why: 'w',
    fix: 'f',
    needs: ['create', 'read'],
    catches: [],
    run,
    ...more,
  })
}
