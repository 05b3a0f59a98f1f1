import type { Leftover } from '../../reports/model.ts'
import type { Target } from '../target.ts'
import { Allowance } from './allowance.ts'
import { lostWords, removed } from './clean.ts'
import { itemAt } from './item-at.ts'
import { type Open, readLedger, removeLedger, settle } from './ledger.ts'
import { Session } from './session.ts'
import { silentScene } from './silent.ts'

/** What became of a ledger. */
export interface Finished {
  deleted: number
  /** What could be deleted another time: the ledger keeps it. */
  later: Leftover[]
  /** What can only be deleted by hand, if it is there at all. */
  lost: Leftover[]
}

/** Milliseconds that one item may take. */
const patience = 30_000

/**
 * Deletes what a ledger says may be there, the last first, and notes it there. When nothing is left that could be deleted, the file goes.
 * @throws LedgerProblem where the file is no ledger
 */
export async function finish(target: Target, file: string, signal: AbortSignal): Promise<Finished> {
  const { open } = readLedger(file)
  const session = new Session({ ...target, ledger: undefined })
  const finished: Finished = { deleted: 0, later: [], lost: [] }
  try {
    for (const one of open.toReversed()) {
      const left = { check: one.check, resource: one.resource, url: one.known?.url ?? one.url }
      const hopeless = hopelessness(one, target)
      const reason = hopeless ?? (signal.aborted ? 'interrupted' : await deleted(one, session, signal))
      if (reason === undefined) {
        settle(file, one.entry)
        finished.deleted++
      } else (hopeless === undefined ? finished.later : finished.lost).push({ ...left, reason })
    }
  } finally {
    await session.close()
  }
  if (finished.later.length === 0) removeLedger(file)
  return finished
}

/** Why no request could ever delete it. */
function hopelessness({ resource: name, path, known }: Open, { loaded }: Target): string | undefined {
  const resource = loaded.resources.get(name)
  if (!resource) return `the contract has no resource "${name}"`
  if (!resource.operations.has('delete')) return 'the contract has no delete'
  const at = known?.path ?? path
  return resource.parameters.every((parameter) => at[parameter] !== undefined) ? undefined : lostWords(undefined)
}

async function deleted(one: Open, session: Session, outside: AbortSignal): Promise<string | undefined> {
  const stop = new AbortController()
  const resource = session.target.loaded.resources.get(one.resource)!
  const scene = silentScene(session, resource, 'clean/up', AbortSignal.any([stop.signal, outside]))
  scene.allowance = new Allowance(patience, () => stop.abort())
  scene.cleaning = true
  try {
    const item = itemAt(scene, { ...one, path: one.known?.path ?? one.path, token: one.known?.token })
    return item ? await removed(scene, item) : 'its address is not whole'
  } finally {
    scene.allowance.end()
  }
}
