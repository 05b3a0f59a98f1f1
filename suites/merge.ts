import { isDeepStrictEqual } from 'node:util'
import { readPointer } from '../http/pointer.ts'
import type { Json, Rule } from '../spec/contract.ts'
import { writePlace } from '../spec/places.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'

/** Joining two lines of work: what only one side changed is taken over, what both changed is for people to decide. */

type Merge = Extract<Rule, { kind: 'merge' }>
type Members = { [name: string]: Json }

export const cleanMerge: Check = check({
  id: 'state/merge-clean',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s rule `merge`',
  title: 'a merge of changes to different members keeps both',
  why: 'the work of one side is gone, although nobody stood in anybody’s way',
  fix: 'start from the common base and apply both sides member by member',
  recipe: 'merge-in-the-client',
  needs: ['create', 'read', 'write', 'rule.merge'],
  catches: ['merge-takes-ours'],
  async run(kit) {
    const { item, rule, action, base, member, started } = await forked(kit)
    const added = kit.fresh()
    const theirs = await theyChange(item)
    const answer = await merge(kit, item, rule, action, base, { ...started, [added]: kit.fresh() })
    kit.prove.succeeded(answer)
    const merged = within(rule, (await item.read({ purpose: 'read what came of the merge' })).payload)
    kit.prove.that(Object.hasOwn(merged, added), 'what we added is not there', `${added} beside the others`, Object.keys(merged).join(', '))
    kit.prove.that(
      isDeepStrictEqual(merged[member], theirs),
      'what the other side changed is lost',
      `${member} is ${JSON.stringify(theirs)}`,
      JSON.stringify(merged[member]) ?? 'not there',
    )
  },
})

export const conflictingMerge: Check = check({
  id: 'state/merge-conflict-refused',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10; the contract’s rule `merge`',
  title: 'a merge of changes to the same member is refused and changes nothing',
  why: 'one side’s work is overwritten by an operation whose whole purpose is to keep both',
  fix: 'refuse the merge as a whole when both sides differ from the base in one member, and from each other',
  recipe: 'merge-in-the-client',
  alarms: 'Both sides writing the same value is no conflict.',
  needs: ['create', 'read', 'write', 'rule.merge'],
  catches: ['merge-takes-ours', 'merge-refused-but-done'],
  async run(kit) {
    const { item, rule, action, base, member, started } = await forked(kit)
    await theyChange(item)
    const before = await item.read({ purpose: 'what the other left' })
    await merge(kit, item, rule, action, base, { ...started, [member]: kit.fresh() })
    kit.prove.unchanged(before, await item.read({ purpose: 'see that nothing was merged' }))
  },
})

export const mergeOutcome: Check = check({
  id: 'state/merge-conflict-outcome',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `blocked`',
  title: 'the refusal of a merge is the one that the contract promises, and names the members that both sides changed',
  why: 'nobody can resolve a conflict that is not shown',
  fix: 'answer as documented, with each member’s base, ours and theirs',
  recipe: 'merge-in-the-client',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['create', 'read', 'write', 'rule.merge'],
  catches: ['merge-conflict-unnamed', 'conflict-sides-swapped', 'blocked-other-status'],
  async run(kit) {
    const { item, rule, action, base, member, started } = await forked(kit)
    const theirs = await theyChange(item)
    const ours = kit.fresh()
    const answer = await merge(kit, item, rule, action, base, { ...started, [member]: ours })
    kit.prove.outcome(answer, 'blocked', { of: rule })
    if (!rule.outcomes.blocked?.reveal.fields) return
    const told = kit.prove.revealed(answer, 'blocked', 'fields', rule).map(String)
    kit.prove.that(
      told.length === 1 && told[0] === member,
      'the answer does not name the member that both sides changed',
      member,
      told.join(', ') || 'none',
    )
    for (const [reveal, value] of [
      ['base', started[member]],
      ['sentValue', ours],
      ['theirs', theirs],
    ] as const) {
      const [said] = kit.prove.revealed(answer, 'blocked', reveal, rule)
      if (said !== undefined)
        kit.prove.that(isDeepStrictEqual(said, value), `the answer tells a wrong ${reveal}`, JSON.stringify(value), JSON.stringify(said))
    }
  },
})

/** An item from which two sides start: its version, what is merged, and the member of it that the marker stands in. */
async function forked(kit: Kit): Promise<{ item: Item; rule: Merge; action: string; base: Json; member: string; started: Members }> {
  const rule = kit.rule('merge')
  const action = rule.for[0] ?? rule.unpromised[0] ?? kit.skip('the rule is for no action')
  const marker = kit.resource.spec.marker ?? ''
  const [member, ...deeper] = marker.startsWith(`${rule.into}/`) ? marker.slice(rule.into.length + 1).split('/') : []
  if (member === undefined || deeper.length > 0)
    kit.skip(`the marker (${marker || 'the whole content'}) is no member of what is merged (${rule.into || 'the whole item'})`)
  const item = await kit.resource.create()
  const started = within(rule, item.last.payload)
  // a base is named by its version where the item has one, else by a copy
  const base = item.last.token ?? started
  return { item, rule, action, base, member: member.replaceAll('~1', '/').replaceAll('~0', '~'), started }
}

/** Somebody else changes the member that the marker is. */
async function theyChange(item: Item): Promise<Json> {
  const answer = await item.write({ purpose: 'somebody else changes a member' })
  return answer.request.marker!
}

async function merge(kit: Kit, item: Item, rule: Merge, action: string, base: Json, ours: Members): Promise<Answer> {
  const request = await item.request(action)
  const whole = writePlace(rule.ours, ours, writePlace(rule.base, base, request))
  return kit.send({ ...whole, purpose: 'merge what we made of the version that both started from' })
}

function within(rule: Merge, payload: Json | undefined): Members {
  const value = readPointer(payload, rule.into)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
}
