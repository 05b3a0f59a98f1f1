import type { Fault } from '../fault.ts'
import * as answer from './answer.ts'
import * as bodyToken from './body-token.ts'
import * as bulk from './bulk.ts'
import * as cache from './cache.ts'
import * as collection from './collection.ts'
import * as comparison from './comparison.ts'
import * as conflictBody from './conflict-body.ts'
import * as contended from './contended.ts'
import * as cors from './cors.ts'
import * as create from './create.ts'
import * as createOnly from './create-only.ts'
import * as dates from './dates.ts'
import * as described from './described.ts'
import * as duplicate from './duplicate.ts'
import * as entityTag from './entity-tag.ts'
import * as idempotency from './idempotency.ts'
import * as ifMatchMore from './if-match-more.ts'
import * as ifMatch from './if-match.ts'
import * as ifNoneMatch from './if-none-match.ts'
import * as key from './key.ts'
import * as keyMore from './key-more.ts'
import * as leaks from './leaks.ts'
import * as lock from './lock.ts'
import * as mismatch from './mismatch.ts'
import * as order from './order.ts'
import * as overriding from './overriding.ts'
import * as patch from './patch.ts'
import * as places from './places.ts'
import * as precedence from './precedence.ts'
import * as race from './race.ts'
import * as refusal from './refusal.ts'
import * as required from './required.ts'
import * as safeMethods from './safe-methods.ts'
import * as state from './state.ts'
import * as toldTags from './told-tags.ts'
import * as unique from './unique.ts'
import * as variants from './variants.ts'
import * as wire from './wire.ts'

/** Every bug that the mock can act out, by family. A new file under `faults/` is named here. */
export const faults: readonly Fault[] = [
  ifMatch,
  entityTag,
  unique,
  idempotency,
  answer,
  bodyToken,
  conflictBody,
  duplicate,
  key,
  state,
  createOnly,
  dates,
  ifNoneMatch,
  precedence,
  required,
  safeMethods,
  places,
  lock,
  bulk,
  order,
  contended,
  race,
  variants,
  patch,
  leaks,
  cors,
  cache,
  create,
  wire,
  ifMatchMore,
  refusal,
  comparison,
  keyMore,
  toldTags,
  mismatch,
  collection,
  described,
  overriding,
].flatMap((family) => Object.values(family))

/**
 * A fault by its name.
 *
 * @throws TypeError where there is none; it names those that are like it
 */
export function faultNamed(name: string): Fault {
  const found = faults.find((each) => each.name === name)
  if (found !== undefined) return found
  throw new TypeError(`there is no fault ${JSON.stringify(name)}; known are ${faults.map((each) => each.name).join(', ')}`)
}
