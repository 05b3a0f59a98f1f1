import { type Check, check } from '../kit/check.ts'
import { freshKey } from '../kit/key.ts'
import type { Kit } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import { createAtOnce } from './creates.ts'
import { inRounds, type Played, type Round } from './rounds.ts'

/** One who repeats before the answer is there. */
export const oneEffect: Check = check({
  id: 'races/same-key',
  level: 'should',
  severity: 'fail',
  source: 'draft-ietf-httpapi-idempotency-key-header-07 §2.6, §2.7',
  title: 'the same create several times under one key, all at once, has one effect',
  why: 'the app repeats a payment because the network is slow, and the customer pays twice',
  fix: 'claim the key with an INSERT that a unique index guards, before the work and in its transaction',
  recipe: 'idempotency-keys',
  needs: ['create', 'idempotency.promised'],
  catches: ['check-then-write-20ms', 'key-claimed-late'],
  races: true,
  async run(kit) {
    await inRounds(kit, { expected: 'one item for one key' }, (round) => pay(kit, round, false))
  },
})

/** Two who use one key for two things. */
export const otherPayload: Check = check({
  id: 'races/other-payload',
  level: 'should',
  severity: 'fail',
  source: 'draft-ietf-httpapi-idempotency-key-header-07 §2.2, §2.7',
  title: 'different creates under one key, all at once, have one effect between them',
  why: 'the comparison with the first request only works once that is done: until then the key protects nothing',
  fix: 'store the fingerprint of the request when the key is claimed, not with the answer',
  recipe: 'idempotency-keys',
  needs: ['create', 'idempotency.promised'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    if (kit.idempotency.fingerprint.includes('body'))
      await inRounds(kit, { expected: 'one item for one key' }, (round) => pay(kit, round, true))
    else kit.skip('the contract does not say that the content belongs to what a key stands for')
  },
})

async function pay(kit: Kit, round: Round, different: boolean): Promise<Played> {
  const key = freshKey(kit.resource.spec, kit.contract)
  const first = await kit.resource.request('create', { key })
  const requests: Request[] = []
  for (let writer = 1; writer <= round.writers; writer++) {
    const request = different && writer > 1 ? await kit.resource.request('create', { key, path: first.path }) : first
    requests.push({ ...request, purpose: `${writer} of ${round.writers} creates under one key` })
  }
  const common = `under the key ${key}`
  return createAtOnce(kit, round, { requests, common, outcomes: kit.idempotency.outcomes, trace: different ? undefined : first.marker })
}
