import { isDeepStrictEqual } from 'node:util'
import { parsePointer } from '../http/pointer.ts'
import type { Json } from '../spec/contract.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit, Snapshot } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { isObject } from './kit/refusals.ts'
import { isRevealed, placesTold } from './kit/revealed.ts'

/** What the answer to a conflict tells of the item is true. */

export const currentTrue: Check = check({
  id: 'conflict-bodies/current-true',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `reveal: currentToken, current`',
  title: 'the current version and values that a conflict answer tells are the ones that a read gives',
  why: 'the client merges with something that was never there, and overwrites what is',
  fix: 'read what the answer tells in the transaction that refuses; send the tag of the item, not of the error page',
  recipe: 'problem-details',
  alarms:
    'Somebody else may have written between the refusal and the read. A tag on an error answer may describe the error page, which is legal and misleading.',
  needs: ['guard.update'],
  catches: ['conflict-tells-sent-version', 'conflict-current-is-sent', 'conflict-current-missing'],
  async run(kit) {
    const { guard, prove } = kit
    const promised = (['currentToken', 'current'] as const).filter((reveal) => isRevealed(kit, reveal))
    if (promised.length === 0) kit.skip('the contract does not promise that the conflict answer tells what is current')
    const { answer, theirs, item } = await staleWrite(kit)
    prove.outcome(answer, 'stale', { truth: promised.includes('currentToken') ? { currentToken: theirs.token! } : {} })
    for (const reveal of promised)
      prove.that(
        prove.revealed(answer, 'stale', reveal).length > 0,
        `the answer does not tell the promised ${reveal}`,
        placesTold(guard.outcomes.stale!, reveal)
          .map((place) => place.written)
          .join(' or '),
        answer.shown,
      )
    const [current] = prove.revealed(answer, 'stale', 'current')
    if (!isObject(current)) return
    // members that change by themselves prove nothing: only what two reads, before and after, agree on
    const later = await item.read({ purpose: 'read once more, to leave out what changes by itself' })
    for (const [name, value] of Object.entries(current)) {
      const [before, after] = [memberOf(theirs, name), memberOf(later, name)]
      if (before === undefined || !isDeepStrictEqual(before, after)) continue
      prove.that(
        isDeepStrictEqual(value, before),
        'the answer tells a value that is not current',
        `${name} is ${JSON.stringify(before)}`,
        JSON.stringify(value),
      )
    }
  },
})

export const fieldsTrue: Check = check({
  id: 'conflict-bodies/fields-true',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `reveal: fields, sentValue, theirs`',
  title: 'the members that a conflict answer names are those that both sides changed',
  why: 'the person is asked about what nobody changed, and not about what is lost',
  fix: 'compare both sides with the version that the client started from, member by member',
  recipe: 'merge-in-the-client',
  alarms: 'Computed members that change with every write (times, counters) may be named as well.',
  needs: ['guard.update'],
  catches: ['conflict-fields-all', 'conflict-fields-none', 'conflict-sides-swapped'],
  async run(kit) {
    const { guard, prove, resource } = kit
    if (!guard.outcomes.stale?.reveal.fields) kit.skip('the contract does not promise that the conflict answer names the members')
    const pointer = resource.spec.marker || kit.skip('the content has no members')
    const { answer, theirs, yours } = await staleWrite(kit)
    prove.outcome(answer, 'stale')
    const at = parsePointer(pointer).join('/')
    const told = prove.revealed(answer, 'stale', 'fields').map(String)
    prove.that(told.includes(at), 'the answer does not name the member that both sides changed', at, told.join(', ') || 'none')
    const others = told.filter((name) => name !== at)
    prove.that(others.length === 0, 'the answer names a member that the client did not change', `${at} alone`, others.join(', '))
    for (const [reveal, value] of [
      ['sentValue', yours],
      ['theirs', theirs.marker],
    ] as const) {
      const [said] = prove.revealed(answer, 'stale', reveal)
      if (said !== undefined)
        prove.that(isDeepStrictEqual(said, value), `the answer tells a wrong ${reveal}`, JSON.stringify(value), JSON.stringify(said))
    }
  },
})

/** Two writers with one version: they save first, then we, both the same member. */
async function staleWrite(kit: Kit): Promise<{ answer: Answer; theirs: Snapshot; yours: Json; item: Item }> {
  const item = await kit.resource.create()
  const known = item.token
  const request = await item.request(kit.guard.for.includes('replace') ? 'replace' : 'patch', { token: known })
  const theirs = await overtake(kit, item)
  const answer = await kit.send({ ...request, purpose: 'save with the version that was known before' })
  return { answer, theirs, yours: request.marker!, item }
}

function memberOf(snapshot: Snapshot, name: string): Json | undefined {
  return isObject(snapshot.payload) ? snapshot.payload[name] : undefined
}
