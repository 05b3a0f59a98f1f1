import type { Result } from '../../reports/model.ts'
import type { Lock } from '../../spec/contract.ts'
import type { LockTurn } from './lock-turns.ts'
import { type Holding, areTwoHeld, oneAfterAnother } from './taken-in-turn.ts'

/**
 * How many locks one caller may hold at a time no contract says: a server may keep one, and give it back, or refuse the next, where another is taken.
 * Checks that hold locks beside each other would accuse it.
 */

/** What a check said that held locks, and the time in which it did; undefined: it held none. */
export interface Held {
  result: Result
  turn: LockTurn | undefined
}

/** Which lock it is about, if there is one. */
type About = Omit<Holding, 'lock'> & { lock: Lock | undefined }

/**
 * What stands of it: where a caller may hold few locks, what is said by a check that held its locks alone, and nothing of many that it held itself.
 *
 * @param again holds the target against the check once more, at a time when nobody else holds locks
 */
export async function heldAlone(first: Held, about: About, again: () => Promise<Held>): Promise<Result> {
  const { lock, signal } = about
  if (!isDoubtful(first) || lock === undefined || signal?.aborted) return first.result
  // what could not be judged where locks meet may be judged alone
  const early = isFinding(first.result) || first.turn!.alone ? first : await again()
  if (!isDoubtful(early)) return early.result
  const few = await fewLocks({ ...about, lock }, early.turn!.most)
  if (few === undefined) return early.result
  const last = early.turn!.alone ? early : await again()
  return isDoubtful(last) ? { ...last.result, verdict: 'skip', reason: few, expected: null, seen: null } : last.result
}

/** One lock alone shows what it shows. */
function isDoubtful({ result, turn }: Held): boolean {
  return turn !== undefined && turn.most > 1 && (isFinding(result) || !['pass', 'info'].includes(result.verdict))
}

function isFinding({ verdict, expected }: Result): boolean {
  return verdict === 'fail' || verdict === 'warn' || expected !== null
}

/** Why a caller does not hold as many locks on a resource as were taken; undefined: nothing speaks for it. Looked at once for as many. */
async function fewLocks(holding: Holding, most: number): Promise<string | undefined> {
  const { resource, session } = holding
  const { lockTurns } = session
  const seen = lockTurns.kept.get(resource.name)
  const known = await seen?.few
  if (seen && (known !== undefined || seen.most >= most)) return known
  const few = oneAfterAnother(holding, most).then((reason) => {
    if (reason !== undefined) lockTurns.few = true
    return reason
  })
  lockTurns.kept.set(resource.name, { most, few })
  return few
}

/**
 * Before a check holds locks: are two of one caller held? Where they are not, checks that hold locks wait for each other from then on. Looked at
 * once a resource.
 */
export async function lookAtTwo(about: About): Promise<void> {
  const { session, resource, lock } = about
  if (lock === undefined) return
  const { looked } = session.lockTurns
  const look = looked.get(resource.name) ?? seenOfTwo({ ...about, lock })
  looked.set(resource.name, look)
  await look
}

async function seenOfTwo(holding: Holding): Promise<void> {
  if (holding.session.lockTurns.few) return
  // others may hold locks meanwhile: what is lost is looked at again when nobody does
  if (!(await areTwoHeld(holding))) await fewLocks(holding, 2)
}
