import { isDeepStrictEqual } from 'node:util'
import { readPointer } from '../http/pointer.ts'
import type { Json, Place, Rule } from '../spec/contract.ts'
import { writePlace } from '../spec/places.ts'
import { schemaAt } from '../spec/schemas.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { otherMember } from './kit/other-member.ts'
import { mediaType } from './kit/whole.ts'

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
    const own = otherText(kit, item, rule, member, action) ?? (isOpen(kit, rule, action) ? kit.fresh() : undefined)
    if (own === undefined) return kit.skip('what is merged has no second member that clients write as a text')
    const ours = kit.fresh()
    const theirs = await theyChange(item)
    const answer = await merge(kit, item, rule, action, base, { ...started, [own]: ours })
    const isConflict = answer.status === 409 || rule.outcomes.blocked?.status.includes(answer.status)
    kit.control(answer.ok || answer.status >= 500 || isConflict === true, `the merge is refused for something else: ${answer.shown}`)
    kit.prove.succeeded(answer)
    const merged = within(rule, (await item.read({ purpose: 'read what came of the merge' })).payload)
    kit.prove.that(merged[own] === ours, 'what we changed is lost', `${own} is "${ours}"`, JSON.stringify(merged[own]) ?? 'not there')
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
  const { token } = item.last
  const base = token === undefined || isCopy(kit, rule, action) ? started : token
  return { item, rule, action, base, member: member.replaceAll('~1', '/').replaceAll('~0', '~'), started }
}

/** Does the document declare the base as a copy? Where it does not say, the base is named by its version, if the item has one. */
function isCopy(kit: Kit, { base }: Merge, action: string): boolean {
  const schema = declared(kit, base, action)
  if (schema === undefined) return false
  const types = [schema['type'] ?? (schema['properties'] ? 'object' : [])].flat()
  return types.length > 0 && types.every((type) => type === 'object' || type === 'array' || type === 'null')
}

/** May what is merged have members of any name? */
function isOpen(kit: Kit, { ours }: Merge, action: string): boolean {
  const schema = declared(kit, ours, action)
  return schema === undefined || (!schema['properties'] && !schema['allOf']) || Boolean(schema['additionalProperties'])
}

/** What the request of an action says of a place in its body. */
function declared({ contract, resource }: Kit, place: Place, action: string): { [word: string]: unknown } | undefined {
  const call = resource.spec.operations.get(action)
  const whole = place.part === 'body' && call ? mediaType(call.operation, action)?.schema : undefined
  const schema = whole === undefined ? undefined : schemaAt(whole, place.name, contract.deref)
  return typeof schema === 'object' ? schema : undefined
}

/** A member beside that of the marker that takes any text. */
function otherText(kit: Kit, item: Item, { into, ours }: Merge, member: string, action: string): string | undefined {
  const whole = declared(kit, ours, action)
  return otherMember(kit, item, into, member, (name, value) => {
    const schema = whole && schemaAt(whole, `/${name}`, kit.contract.deref)
    const said = typeof schema === 'object' ? Object.keys(schema) : []
    return typeof value === 'string' && !said.some((word) => ['enum', 'const', 'format', 'pattern', 'readOnly'].includes(word))
  })
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
