import { isDeepStrictEqual } from 'node:util'
import { refusesWithSuccess } from '../kit/item-state.ts'
import type { Conclusion, Sighting } from './sighting.ts'
import { isWritten, mayChange, type Step, type Story } from './story.ts'
import type { Glimpse } from './validators.ts'

/** How long it takes until reads show what was written: HTTP promises nobody that they show it at once (RFC 9110 §9.3.4). */

/** The time from the answer to each create, replacement and patch of one item to the first read that showed it. */
export function* lagsIn({ resource, steps }: Story): Generator<Glimpse> {
  if (resource.guards.some(refusesWithSuccess)) return
  /** The last write whose reads are still to come, and whether one of them came too early. */
  let write: Step | undefined
  let early = false
  for (const step of steps) {
    const { answer } = step
    const { role, marker } = answer.request
    if (mayChange(step)) {
      write = (isWritten(step) || (role === 'create' && answer.ok)) && marker !== undefined ? step : undefined
      early = false
    } else if (write && role === 'read') {
      const shows = step.read !== undefined && isDeepStrictEqual(step.read.marker, write.answer.request.marker)
      const missing = write.answer.request.role === 'create' && answer.status === 404
      if (shows)
        yield { fact: 'reads-after-writes', value: 'shown', amount: early ? Math.max(1, Math.round(step.sent - write.ended)) : 0, step }
      if (shows || (!step.read && !missing)) write = undefined
      else early = true
    }
  }
}

/** From all sightings of the fact: the longest time. */
export function readsAfterWrites(sightings: readonly Sighting[]): Conclusion {
  const [longest] = sightings.toSorted(({ amount: one = 0 }, { amount: other = 0 }) => other - one)
  if (!longest) return undefined
  const value = longest.amount ?? 0
  return {
    value,
    words: value === 0 ? 'reads show writes at once' : `reads lag: a write showed after ${value} ms, the longest`,
    from: longest,
  }
}
