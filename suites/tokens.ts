import { writePlace } from '../spec/places.ts'
import { type Check, check } from './kit/check.ts'
import type { Kit } from './kit/kit.ts'
import { mustBeMatchable } from './kit/matchable.ts'
import { overtake } from './kit/overtake.ts'
import { declaredPlaces, placesSent, spelled, withoutToken, withToken } from './kit/token.ts'

/** Tokens that are sent in several places, or in several parts. */

export const eachPlaceWorks: Check = check({
  id: 'tokens/each-place-works',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `guards.send`',
  title: 'wherever a token may be sent, a stale one is refused there and the current one is not',
  why: 'clients that send the version in one of the other places write without protection, or not at all',
  fix: 'read the version from all the places, in one function for all writes',
  recipe: 'conditions',
  alarms: 'A place that the API ignores on purpose is no place of the token: take it out of the contract.',
  needs: ['guard.update'],
  catches: ['first-place-only'],
  async run(kit) {
    const places = declaredPlaces(kit.guard.send, kit.resource.spec.operations.get(kit.role)!.operation)
    if (places.length < 2) kit.skip('the token is sent in one place only')
    for (const place of places) {
      const item = await kit.resource.create()
      const known = item.token
      const theirs = await overtake(kit, item)
      mustBeMatchable(kit, item.token)
      const bare = withoutToken(await item.request('write', { token: known }), kit.guard)
      const stale = { ...withToken(bare, kit.guard, known, place), purpose: `save with the token from before at ${place.written}` }
      const answer = await kit.send(stale)
      kit.prove.unchanged(theirs, await item.read())
      kit.prove.outcome(answer, 'stale')
      const empty = withoutToken(await item.request('write', { token: item.token }), kit.guard)
      const current = withToken(empty, kit.guard, item.token, place)
      const performed = await kit.send({ ...current, purpose: `save with the current token at ${place.written}` })
      kit.prove.succeeded(performed)
      kit.prove.stored(await item.read(), current.marker)
    }
  },
})

export const disagreeRefused: Check = check({
  id: 'tokens/disagree-refused',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `disagree`',
  title: 'a write that says two tokens in two places is refused and changes nothing',
  why: 'one of the two is wrong, and the server picks the one that lets the write through',
  fix: 'compare the places with one another first; answer with the outcome "disagree" of the contract',
  recipe: 'conditions',
  alarms: 'OData 4.0 ignores tags in bodies: then only the header is a place of the token.',
  needs: ['guard.update'],
  catches: ['disagreement-ignored'],
  async run(kit) {
    if (!kit.guard.outcomes.disagree) kit.skip('the contract promises nothing for two tokens in one request')
    const places = declaredPlaces(kit.guard.send, kit.resource.spec.operations.get(kit.role)!.operation)
    const [first, second] = places
    if (!first || !second) return kit.skip('the token is sent in one place only')
    const item = await kit.resource.create()
    const known = item.token
    const theirs = await overtake(kit, item)
    mustBeMatchable(kit, item.token)
    const one = withToken(await item.request('write', { token: item.token }), kit.guard, item.token, first)
    if (typeof known === 'object') return kit.skip('the token has several parts')
    const both = writePlace(second, spelled(known, kit.guard.token, second), one)
    const answer = await kit.send({ ...both, purpose: `save with the current token at ${first.written}, an old one at ${second.written}` })
    kit.prove.unchanged(theirs, await item.read())
    kit.prove.outcome(answer, 'disagree')
  },
})

export const partRefused: Check = check({
  id: 'tokens/part-refused',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `partial`',
  title: 'a part of a token without the others is refused and changes nothing',
  why: 'after a fail-over two versions share a part, and the wrong one passes for the current',
  fix: 'ask for all parts or none; answer with the outcome "partial" of the contract',
  recipe: 'conditions',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['guard.update'],
  catches: ['part-will-do'],
  async run(kit) {
    const { sendParts } = kit.guard
    if (!sendParts) return kit.skip('the token has one part only')
    if (!kit.guard.outcomes.partial) kit.skip('the contract promises nothing for a part without the others')
    for (const part of Object.keys(sendParts)) {
      const item = await kit.resource.create()
      const before = await item.read()
      const { token } = item
      const only = typeof token === 'object' ? { [part]: token[part]! } : kit.skip('reads carry no token of several parts')
      const answer = await item.write({ token: only, purpose: `save with the part ${part} of the current token alone` })
      kit.prove.unchanged(before, await item.read())
      kit.prove.outcome(answer, 'partial')
    }
    await controlWhole(kit)
  },
})

export const eachPartCounts: Check = check({
  id: 'tokens/each-part-counts',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `token.read`',
  title: 'a write whose token is stale in one part is not performed',
  why: 'the parts that happen to be equal let an old version pass for the current one',
  fix: 'compare all parts of the version, in one statement with the write',
  recipe: 'compare-and-write',
  needs: ['guard.update'],
  catches: ['last-part-only'],
  async run(kit) {
    if (!kit.guard.sendParts) kit.skip('the token has one part only')
    const item = await kit.resource.create()
    const known = item.token
    const theirs = await overtake(kit, item)
    const answer = await item.write({ token: known, purpose: 'save with the token from before' })
    kit.prove.unchanged(theirs, await item.read())
    kit.prove.outcome(answer, 'stale')
  },
})

/** The same with the whole token is performed. */
async function controlWhole(kit: Kit): Promise<void> {
  const item = await kit.resource.create()
  const answer = await item.write({ token: item.token, purpose: 'control: save with the whole token' })
  const where = placesSent(kit.guard).map(({ written }) => written)
  kit.control(answer.ok, `a write with the whole token (${where.join(', ')}) is answered ${answer.shown}`)
}
