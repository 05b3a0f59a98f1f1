import * as entityTags from './entity-tags.ts'
import * as ifMatch from './if-match.ts'
import type { Check } from './kit/check.ts'

/** The subjects in the order in which they are run and shown; each file exports its checks by name. */
export const subjects: Record<string, Record<string, Check>> = {
  'entity-tags': entityTags,
  'if-match': ifMatch,
}

/** Every check there is. */
export const catalogue: Check[] = Object.values(subjects).flatMap(checks => Object.values(checks))

/** The subject of a check: what stands before the slash in its id. */
export function subjectOf(check: Check): string {
  return check.id.split('/', 1)[0]!
}

export type { Check, Need } from './kit/check.ts'
export type { Kit } from './kit/kit.ts'
export { runCheck } from './kit/run.ts'
