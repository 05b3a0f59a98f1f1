import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import { type Check, check } from '../kit/check.ts'
import type { Item, Kit, Snapshot } from '../kit/kit.ts'
import { withPast } from './past.ts'
import { Record, stateOf } from './record.ts'
import { inRounds, type Played } from './rounds.ts'
import { settle } from './settle.ts'
import { mustMatch, mustTell, promisesOf } from './writers.ts'

/** So often one client reads and tries again before it gives up. */
const patience = 12

/** Several clients who each read a count and write one more. */
export const nothingLost: Check = check({
  id: 'races/counter',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1',
  title: 'where several clients read, add one and write with the token that they read, every success counts',
  why: 'of ten items that were sold at once nine are booked: each client did all that the protocol asks, and the stock is wrong all the same',
  fix: 'compare and write in one statement; look at how many rows that changed before success is answered',
  recipe: 'compare-and-write',
  needs: ['guard.update', 'token'],
  catches: ['check-then-write-20ms', 'row-count-ignored'],
  races: true,
  async run(kit) {
    mustTell(kit.guard, kit)
    const item = await kit.resource.create()
    await inRounds(kit, { expected: 'the count is the number of successes', most: 2 }, ({ writers }) => count(kit, item, writers))
  },
})

async function count(kit: Kit, item: Item, clients: number): Promise<Played> {
  const word = kit.fresh()
  const value = (counted: number, client: number | string): string => `${word}${client}c${counted}`
  await item.write({ marker: value(0, ''), purpose: 'set the count to 0' })
  const start = await item.read()
  mustMatch(start, kit)
  const countOf = ({ marker }: Snapshot): number =>
    Number(
      /c(\d+)$/.exec(typeof marker === 'string' && marker.startsWith(word) ? marker : '')?.[1] ??
        kit.skip('what is written is not what reads give back'),
    )
  const record = new Record()
  const client = async (number: number): Promise<void> => {
    for (let attempt = 0; attempt < patience; attempt++) {
      const read = await record.read(() => item.read({ purpose: `${number} of ${clients} clients who read the count` }))
      if (!read.exists || read.token === undefined) return
      const marker = value(countOf(read) + 1, `${number}x${attempt}`)
      const request = await item.request('write', {
        token: read.token,
        marker,
        purpose: `${number} of ${clients} clients who write one more`,
      })
      const probe = await item.request('read', { purpose: 'read the item' })
      const [met] = await kit.meet([request], probe, 'parallel')
      const outcome = record.met(met!, { role: 'write', sent: read.token, wrote: marker, outcomes: kit.guard.outcomes })
      if (outcome !== 'refused') return
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, at) => client(at + 1)))
  const promised = promisesOf(kit.resource.spec, kit.guard, start)
  const end = await settle(kit, item, record, stateOf(start), promised)
  const { operations } = record
  const findings = end?.exists ? miscounted(operations, countOf(end)) : []
  return { history: withPast(item, { start: stateOf(start), operations }), promised, findings }
}

/** The count lies between the successes and these with all of which nothing is known. */
function miscounted(operations: RaceOperation[], counted: number): RaceFinding[] {
  const writes = operations.filter(({ role }) => role === 'write')
  const done = writes.filter(({ outcome }) => outcome === 'done')
  const most = done.length + writes.filter(({ outcome }) => outcome === 'unknown').length
  if (counted >= done.length && counted <= most) return []
  const words = `${done.length} clients were told that they added one, but the count went from 0 to ${counted}`
  return [{ kind: 'lost-update', severity: 'fail', words, operations: done.map(({ id }) => id) }]
}
