import type { Item, Kit, Snapshot } from '../kit/kit.ts'
import type { Record } from './record.ts'

/** Milliseconds after the first look at which it is looked again: a copy that is behind gets two seconds. */
const times = [20, 100, 300, 600, 1000, 2000]

/** A look at what a round left, for its record. */
export function lookOf(item: Item, record: Record): () => Promise<Snapshot> {
  return () => record.settled(() => item.read({ purpose: 'what the writers left' }))
}

/**
 * Looks until it shows what is wanted, for two seconds at most, and learns how long that takes: what is known to take longer is not asked for
 * before. Where reads were seen to stay behind, it looks once.
 *
 * @returns the last look
 */
export async function lookUntil(kit: Kit, look: () => Promise<Snapshot>, isWanted: (left: Snapshot) => boolean): Promise<Snapshot> {
  let left = await look()
  let waited = 0
  for (const at of times.filter((one) => one >= kit.lag.longest)) {
    if (isWanted(left)) break
    await kit.pause(at - waited)
    waited = at
    left = await look()
  }
  if (waited > 0 && isWanted(left)) kit.lag.saw(waited)
  return left
}
