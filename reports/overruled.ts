import type { Result } from './model.ts'

/** Why a finding weighs otherwise than the catalogue has it: `warn in place of fail: the base standard allows it`; null where it does not. */
export function overruledWords({ overruled, severity }: Result): string | null {
  return overruled ? `${severity} in place of ${overruled.severity}: ${overruled.reason}` : null
}
