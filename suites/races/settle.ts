import type { RaceState } from '../../reports/model.ts'
import type { Item, Kit, Snapshot } from '../kit/kit.ts'
import type { Promises } from '../history/history.ts'
import { judge } from '../history/judge.ts'
import { lookOf, lookUntil } from './look.ts'
import { currentAlone, type Sent } from './current.ts'
import { remember } from './past.ts'
import { type Record, stateOf } from './record.ts'

/** What a round left. */
export interface Left {
  /** Undefined: the read does not count. */
  read: Snapshot | undefined
  /** Why the round tells nothing. */
  silent?: string | undefined
}

/**
 * Looks at what a round left. Where that shows an acknowledged write missing, it looks again for a while, since the read may come from a copy that is
 * behind. Where reads are not promised to be the latest, a write with the token that was shown decides: refused, and the read was only old; it does not
 * count then. Where everybody was refused, one write with the version that all sent decides whether that was the current one.
 */
export async function settle(
  kit: Kit,
  item: Item,
  record: Record,
  { start, sent, promised }: { start: RaceState; sent?: Sent; promised: Promises },
): Promise<Left> {
  const has = (...kinds: string[]): boolean =>
    judge({ start, operations: record.operations }, promised).findings.some(({ kind }) => kinds.includes(kind))
  const isOdd = (): boolean => has('not-carried-out', 'phantom')
  const nobody = record.operations.every(({ role, outcome }) => role === 'read' || outcome === 'refused')
  const isOther = ({ token }: RaceState): boolean => token !== null && start.token !== null && token !== start.token
  // refused are all, and another version is there: theirs was old
  const read = await lookUntil(kit, lookOf(item, record), (one) => !isOdd() || (nobody && isOther(stateOf(one))))
  if (promised.reads === 'latest') return { read }
  if (nobody && isOther(stateOf(read)))
    return { read, silent: 'all were refused, and their version was not the current one: a read that was behind had shown it' }
  if (isOdd()) {
    if (await isCurrent(kit, item, read)) return { read }
    record.discount()
    kit.lag.saw(Infinity)
    return { read: undefined }
  }
  return { read, silent: sent && has('no-winner') ? await currentAlone(kit, item, record, sent) : undefined }
}

/** Is a write performed that sends the token which a read showed? */
async function isCurrent(kit: Kit, item: Item, { token }: Snapshot): Promise<boolean> {
  if (token === undefined) return false
  const request = await item.request('write', { token, purpose: 'write with the token that this read showed' })
  remember(item, request.marker)
  return (await kit.send(request)).ok
}
