import { newRequest } from '../kit/new-request.ts'
import { type Check, check } from '../kit/check.ts'
import type { Kit } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import { promises, type Promises } from '../history/history.ts'
import { Record } from './record.ts'
import { inRounds, type Played, type Round } from './rounds.ts'
import { settle } from './settle.ts'

/** Several who create under one name. */
export const oneCreates: Check = check({
  id: 'races/create-only',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.2, §13.2.1',
  title: 'of several writes to one name that say "must not exist" and meet, one is performed',
  why: 'two machines take the same lock, lease or name, and both go on as its owner',
  fix: 'insert where the key is free in one statement: INSERT … ON CONFLICT DO NOTHING, and look at the count',
  recipe: 'create-only',
  needs: ['guard.create-only'],
  catches: ['check-then-write-20ms', 'checked-at-head'],
  races: true,
  async run(kit) {
    if (kit.guard.outcomes.repeated?.status.some((status) => status < 300)) kit.skip('the contract gives back what exists')
    await inRounds(kit, { expected: 'at most one success for one name' }, (round) => createTogether(kit, round))
  },
})

async function createTogether(kit: Kit, { writers, meet }: Round): Promise<Played> {
  const first = await newRequest(kit)
  const requests: Request[] = []
  for (let at = 0; at < writers; at++) {
    const { path } = first
    const request = at === 0 ? first : await newRequest(kit, { path })
    requests.push({ ...request, path, purpose: `${at + 1} of ${writers} who create under one name` })
  }
  const probe = await kit.resource.request('read', { path: first.path, purpose: 'read what may be there' })
  // a run before this one, from the same seed, may have left it
  const before = await kit.send(probe)
  if (before.status !== 404 && before.status !== 410) kit.skip(`the name that was chosen is not free: a read is answered ${before.shown}`)
  const record = new Record(kit.target.urls)
  const met = await meet(requests, probe)
  for (const one of met) record.met(one, { role: 'create', wrote: one.request.marker, outcomes: kit.guard.outcomes })
  const [winner, ...others] = met.filter(({ answer }) => answer?.ok)
  const item = winner?.answer && (await kit.resource.found(winner.answer))
  const start = { exists: false, value: null, token: null }
  const promised: Promises = { ...promises, reads: kit.resource.spec.reads === 'latest' ? 'latest' : 'any' }
  const left = item && (await settle(kit, item, record, { start, promised }))
  const silent = record.operations.every(({ outcome }) => outcome === 'refused')
    ? await refusedAlone(kit, first.path, probe, record)
    : undefined
  // one item, and an answer to everybody: a loser who is told of an error of the server lost all the same
  const stands = left?.read !== undefined && left.read.marker === winner?.request.marker
  const tells = stands && others.length === 0 && met.every(({ answer }) => answer !== undefined)
  return { history: { start, operations: record.operations }, promised, silent, tells }
}

/** All were refused: was the name free? One who creates alone tells. @returns why the round tells nothing */
async function refusedAlone(kit: Kit, path: Request['path'], probe: Request, record: Record): Promise<string | undefined> {
  const request = { ...(await newRequest(kit, { path })), path, purpose: 'create under the name alone, after all were refused' }
  const [met] = await kit.meet([request], probe, 'parallel')
  const outcome = record.met(met!, { role: 'create', wrote: request.marker, outcomes: kit.guard.outcomes })
  if (outcome === 'done') return undefined
  return `all were refused, and so is one who creates alone: ${met!.answer ? `it is answered ${met!.answer.shown}` : 'it gets no answer'}`
}
