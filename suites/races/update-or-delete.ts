import { type Check, check } from '../kit/check.ts'
import type { Kit } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import { Record, stateOf } from './record.ts'
import { inRounds, type Played, type Round } from './rounds.ts'
import { settle } from './settle.ts'
import { mustMatch, mustTell, promisesOf } from './writers.ts'

/** One deletes what others change. */
export const updateOrDelete: Check = check({
  id: 'races/update-or-delete',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, §13.2.1',
  title: 'of writes and a delete with one token that meet, one is performed',
  why: 'a correction is acknowledged and deleted in the same moment, or what was deleted is back',
  fix: 'DELETE … WHERE id = ? AND version = ?, and the same for every other write',
  recipe: 'compare-and-write',
  needs: ['guard.update', 'write', 'delete'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    if (!kit.guard.for.includes(kit.role)) kit.skip(`the guard "${kit.guard.name}" is for the delete alone, not for ${kit.role}`)
    mustTell(kit.guard, kit)
    await inRounds(kit, { expected: 'at most one success for one token' }, (round) => played(kit, round))
  },
})

async function played(kit: Kit, { writers, meet }: Round): Promise<Played> {
  const item = await kit.resource.create()
  const { last: before, token } = item
  mustMatch(before, kit)
  const requests: Request[] = [await item.request('delete', { token, purpose: 'delete with the token that the others write with' })]
  for (let writer = 1; writer < writers; writer++)
    requests.push(await item.request('write', { token, purpose: `${writer} of ${writers - 1} who save with the token of the delete` }))
  const record = new Record(kit.target.urls)
  for (const met of await meet(requests, await item.request('read', { purpose: 'read the item' }))) {
    const role = met.request.role === 'delete' ? 'delete' : 'write'
    record.met(met, { role, sent: token, wrote: role === 'write' ? met.request.marker : undefined, outcomes: kit.guard.outcomes })
  }
  const promised = promisesOf(kit.resource.spec, kit.guard, before)
  const start = stateOf(before)
  const { silent } = await settle(kit, item, record, { start, sent: { token }, promised })
  return { history: { start, operations: record.operations }, promised, silent }
}
