import type { RaceState } from '../../reports/model.ts'
import type { Item, Kit, Snapshot } from '../kit/kit.ts'
import type { Promises } from '../history/history.ts'
import { judge } from '../history/judge.ts'
import type { Record } from './record.ts'

/** Milliseconds before each further look: a copy that is behind gets two seconds. */
const waits = [20, 80, 400, 1500]

/**
 * Looks at what a round left. Where that shows an acknowledged write missing, it looks again for a while, since the read may come from a copy that is
 * behind. Where reads are not promised to be the latest, a write with the token that was shown decides: refused, and the read was only old; it does not
 * count then.
 *
 * @param isOdd does what was read leave something open? Else: is an acknowledged write missing?
 * @returns undefined where the read does not count
 */
export async function settle(
  kit: Kit,
  item: Item,
  record: Record,
  start: RaceState,
  promised: Promises,
  isOdd: (left: Snapshot) => boolean = () => {
    const { findings } = judge({ start, operations: record.operations }, promised)
    return findings.some(({ kind }) => kind === 'not-carried-out' || kind === 'phantom')
  },
): Promise<Snapshot | undefined> {
  const left = await lookUntil(kit, item, record, (one) => !isOdd(one))
  if (!isOdd(left) || promised.reads === 'latest') return left
  const { token } = left
  const answer = token === undefined ? undefined : await item.tryWrite({ token, purpose: 'write with the token that this read showed' })
  if (answer?.ok) return left
  record.discount()
  return undefined
}

/** Looks until it shows what is wanted, for two seconds at most. @returns the last look */
export async function lookUntil(kit: Kit, item: Item, record: Record, isWanted: (left: Snapshot) => boolean): Promise<Snapshot> {
  const look = (): Promise<Snapshot> => record.settled(() => item.read({ purpose: 'what the writers left' }))
  let left = await look()
  for (const wait of waits) {
    if (isWanted(left)) break
    await kit.pause(wait)
    left = await look()
  }
  return left
}
