import type { Guard, Place } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import type { Kit } from './kit/kit.ts'
import { overtaken } from './kit/overtake.ts'
import { declaredPlaces, isIfMatch, neverMatches, placesSent, sendPlace, tokenIn } from './kit/token.ts'

/** Stale tokens that are sent anywhere but as `If-Match`: in a header of the API's own, in the query, in the body of a patch, in parts. */

const alarms =
  'Which header or parameter is compared is for the contract to say: one that the API only logs, or takes for a version to read, is no guard. ' +
  'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.'

export const staleNotPerformed: Check = check({
  id: 'tokens/stale-not-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `guards`',
  title: 'a write whose token is stale is not performed, whatever header or parameter carries the token',
  why: 'the second of two editors silently erases the work of the first',
  fix: 'compare and write in one statement: UPDATE … WHERE id = ? AND version = ?',
  recipe: 'compare-and-write',
  alarms,
  needs: ['guard.elsewhere'],
  catches: ['version-ignored'],
  async run(kit) {
    const ways = waysOf(kit, kit.role).filter(({ guard, at }) => at !== undefined && at.part !== 'body' && !guard.sendParts)
    if (ways.length === 0) kit.skip('the token is sent in the body or in parts only: body-version/ and tokens/each-part-counts ask')
    for (const { guard, at } of ways) {
      const { item, known, theirs } = await overtaken(kit, guard)
      const answer = await item.write({ token: known, guard, at, purpose: `save with the token from before at ${at!.written}` })
      kit.prove.unchanged(theirs, await item.read())
      kit.prove.outcome(answer, 'stale', { of: guard })
    }
  },
})

export const stalePatchNotPerformed: Check = check({
  id: 'tokens/stale-patch-not-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `guards`',
  title: 'a patch whose token is stale is not performed, wherever the token is sent',
  why: 'replacing is protected, but the form that sends only what changed still erases the work of others',
  fix: 'read and compare the version in one place for all operations that write',
  recipe: 'compare-and-write',
  alarms,
  needs: ['guard.elsewhere', 'patch'],
  catches: ['version-ignored-on-patch'],
  async run(kit) {
    for (const { guard, at, where } of waysOf(kit, 'patch')) {
      const { item, known, theirs } = await overtaken(kit, guard)
      const answer = await item.write({ role: 'patch', token: known, guard, at, purpose: `patch with the token from before at ${where}` })
      kit.prove.unchanged(theirs, await item.read())
      kit.prove.outcome(answer, 'stale', { of: guard })
    }
  },
})

export const staleDeleteNotPerformed: Check = check({
  id: 'tokens/stale-delete-not-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `guards`',
  title: 'a delete whose token is stale is not performed, wherever the token is sent',
  why: 'somebody deletes what was corrected or opened again a moment ago',
  fix: 'DELETE … WHERE id = ? AND version = ?',
  recipe: 'compare-and-write',
  alarms,
  needs: ['guard.elsewhere', 'delete'],
  catches: ['version-ignored-on-delete'],
  async run(kit) {
    for (const { guard, at, where } of waysOf(kit, 'delete')) {
      const { item, known, theirs } = await overtaken(kit, guard)
      const answer = await item.remove({ token: known, guard, at, purpose: `delete with the token from before at ${where}` })
      kit.prove.unchanged(theirs, await item.read())
      kit.prove.outcome(answer, 'stale', { of: guard })
      const current = tokenIn(item.last.answer, guard.token)
      if (current === undefined || neverMatches(current, guard)) continue
      const gone = await item.remove({ token: current, guard, at, purpose: `delete with the current token at ${where}` })
      kit.control(gone.ok, `a delete with the current token at ${where} is answered ${gone.shown}`)
    }
  },
})

/** A guard and where its token goes; of one in parts the parts have their places. */
interface Way {
  guard: Guard
  at: Place | undefined
  where: string
}

/** Every way to send a token with a role, but `If-Match`. A role whose document declares no other has none. */
function waysOf(kit: Kit, role: 'replace' | 'patch' | 'delete'): Way[] {
  const { operation } = kit.resource.spec.operations.get(role)!
  const ways = kit.guardsOf('guard.elsewhere', role).flatMap((guard): Way[] => {
    if (guard.sendParts) {
      const where = placesSent(guard).map(({ written }) => written)
      return [{ guard, at: undefined, where: where.join(' and ') }]
    }
    const declared = declaredPlaces(guard.send, operation)
    const places = declared.length ? declared : [sendPlace(guard, operation)]
    return places.filter((at) => !isIfMatch(at)).map((at) => ({ guard, at, where: at.written }))
  })
  if (ways.length === 0) kit.skip(`the ${role} declares no place for a token but If-Match`)
  return ways
}
