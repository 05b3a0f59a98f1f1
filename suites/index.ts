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

export type { Check, Need } from './kit/check.ts'
export type { Kit } from './kit/kit.ts'
export { runCheck } from './kit/run.ts'
