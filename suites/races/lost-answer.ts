import { type Check, check } from '../kit/check.ts'
import { freshKey } from '../kit/key.ts'
import type { Kit } from '../kit/kit.ts'
import type { Answer } from '../kit/answer.ts'
import type { Request } from '../kit/request.ts'

/** So often a repeat is told that the first is still under way before we give up, and so long is waited between: milliseconds. */
const patience = [50, 200, 500]

/** The connection breaks while the server works, and the client repeats at once. */
export const repeatAfterAbort: Check = check({
  id: 'races/lost-answer',
  level: 'should',
  severity: 'fail',
  source: 'draft-ietf-httpapi-idempotency-key-header-07 §2.6; RFC 9110 §9.2.2',
  title: 'a create whose connection breaks before the answer, repeated under its key, has one effect',
  why: 'the phone loses the network while it pays; the app repeats, and the customer pays twice',
  fix: 'claim the key before the work, and keep it claimed when the client goes away',
  recipe: 'idempotency-keys',
  needs: ['create', 'list', 'idempotency.promised'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    const tries = Math.min(kit.racing.rounds, 3)
    for (let number = 1; number <= tries; number++) await once(kit, number)
  },
})

async function once(kit: Kit, number: number): Promise<void> {
  const request = await kit.resource.request('create', {
    key: freshKey(kit.resource.spec, kit.contract),
    purpose: 'create, and go away before the answer',
  })
  if (request.marker === undefined) kit.skip('nothing tells what was created (marker)')
  const { marker } = request
  const probe = await kit.resource.request('list', { purpose: 'read the collection' })
  const before = await count(kit, request)
  const recovered = await kit.abandon(request, probe)
  const answer = await repeated(kit, request)
  if (answer.ok) recovered(answer)
  else if (answer.status >= 500) kit.inconclusive(`the repeat is answered ${answer.shown}`)
  const found = (await countIn(kit, request, answer.ok ? before + 1 : before)) - before
  if (!answer.ok && found < 2)
    if (found === 1)
      kit.skip(`the repeat is refused (${answer.status}): what kept a second item out, the key or something else, is not told`)
    else kit.inconclusive(`the repeat is answered ${answer.shown}`)
  if (answer.ok && found < 1) kit.skip('the collection does not show what was just made')
  kit.prove.that(
    found < 2,
    `the create and its repeat each had an effect (try ${number})`,
    `one item with "${marker}"`,
    `${found} more in the collection, and the repeat was answered ${answer.status}`,
  )
}

async function repeated(kit: Kit, request: Answer['request']): Promise<Answer> {
  const again = { ...request, purpose: 'the same again, under the same key' }
  let answer = await kit.send(again)
  for (const ms of patience) {
    if (answer.ok || answer.status >= 500) return answer
    await kit.pause(ms)
    answer = await kit.send({ ...again, purpose: 'the same again: the first may have been under way' })
  }
  return answer
}

/** Counts until so many show; where that took a while, once more after as long: a collection that is behind with one may be behind with the next. */
async function countIn(kit: Kit, request: Request, least: number): Promise<number> {
  // what was abandoned may still be under way
  await kit.pause(patience[0]!)
  let found = await count(kit, request)
  let waited = 0
  for (const ms of patience) {
    if (found >= least) break
    await kit.pause(ms)
    waited += ms
    found = await count(kit, request)
  }
  if (waited === 0) return found
  await kit.pause(waited)
  return count(kit, request)
}

async function count(kit: Kit, request: Request): Promise<number> {
  const { items, answer } = await kit.resource.list({ of: request, purpose: 'count what was made' })
  if ([404, 405, 501].includes(answer.status)) kit.skip(`nothing tells what was created: the collection is answered ${answer.status}`)
  kit.control(answer.ok, `the collection is answered ${answer.shown}`)
  return items.filter((item) => JSON.stringify(item).includes(request.marker!)).length
}
