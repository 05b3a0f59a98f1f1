import { type Check, check } from './kit/check.ts'
import { mustBeMatchable } from './kit/matchable.ts'
import { overtake } from './kit/overtake.ts'

/** What a refusal says about trying again (`retry` of an outcome) is true. */

export const refetchRecovers: Check = check({
  id: 'retry/refetch-recovers',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `retry: refetch`',
  title: 'who is refused for a stale token reads again, and the same change with the new token is stored',
  why: 'the user is told to reload and try again, and is refused for ever',
  fix: 'let reads tell the version that writes compare with, also right after a refusal',
  recipe: 'retry-in-the-client',
  alarms: 'Reads from a replica may give the old version for a while; items with busy writers need several tries.',
  needs: ['guard.update'],
  catches: ['stale-locks-out'],
  async run(kit) {
    if (kit.guard.outcomes.stale?.retry !== 'refetch') kit.skip('the contract does not say that reading again helps')
    const item = await kit.resource.create()
    const known = item.token
    await overtake(kit, item)
    const refused = await item.write({ token: known, purpose: 'save with the token from before' })
    if (refused.ok) kit.skip('a stale write is not refused, so there is nothing to recover from')
    const { token } = await item.read({ purpose: 'read again' })
    if (token === undefined) return kit.inconclusive('the read after the refusal carries no token')
    mustBeMatchable(kit, token)
    const answer = await item.write({ token, marker: refused.request.marker ?? kit.fresh(), purpose: 'the same change with the new token' })
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), answer.request.marker)
  },
})

export const waitSaysHowLong: Check = check({
  id: 'retry/wait-says-how-long',
  level: 'practice',
  severity: 'info',
  source: 'the contract’s `retry: same-after`; RFC 9110 §10.2.3',
  title: 'a refusal that asks to wait says for how long',
  why: 'clients guess: some knock a hundred times a second, others make the user wait for minutes',
  fix: 'send Retry-After with the seconds until it is worth trying again',
  recipe: 'retry-in-the-client',
  alarms: 'Retry-After is optional.',
  needs: ['lock'],
  catches: ['wait-untold'],
  async run(kit) {
    if (kit.lock.outcomes.locked?.retry !== 'same-after') kit.skip('the contract does not say that waiting helps')
    if ((kit.lock.expires ?? 5000) < 5000) kit.skip(`the lock is held for ${kit.lock.expires} ms only`)
    const item = await kit.resource.create()
    const taken = await item.acquire(kit.lock)
    kit.control(taken.ok, `the lock cannot be taken: ${taken.shown}`)
    const answer = await item.tryWrite({ lock: null, purpose: 'write without the token of the lock' })
    kit.control(!answer.ok, 'the write is not refused (locks/held-not-written)')
    const said = answer.header('retry-after')
    kit.prove.that(said !== undefined, 'the refusal does not say how long to wait', 'Retry-After', 'none')
  },
})
