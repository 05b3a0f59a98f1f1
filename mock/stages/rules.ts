import { readPointer, writePointer } from '../../http/pointer.ts'
import type { Json, Rule } from '../../spec/contract.ts'
import { ownFacts } from '../../spec/described.ts'
import { plain, readPlace } from '../../spec/places.ts'
import { isArranged, isCall } from '../arranged.ts'
import { isMembers, threeWay } from '../conflicts.ts'
import { refuse, reject, type Decision } from '../decision.ts'
import type { Situation, Stage } from '../decide.ts'
import { byId, childrenOf, parentOf, stored } from '../family.ts'
import { inForce, isOverridden } from '../inforce.ts'
import { placeTitle } from '../message.ts'
import { opaqueOf, tokenAt } from '../token.ts'
import type { Item } from '../kept.ts'

/** The state conflicts of a contract. A merge also works out what is stored. */
export const rules: Stage = {
  name: 'rules',
  decide(situation) {
    const { facts } = situation
    if (facts.headersOnly) return undefined
    for (const rule of facts.model.resource.rules) {
      if (rule.kind === 'transition' && isOverridden(rule, facts)) force(rule, situation)
      if (!inForce(rule, facts)) continue
      const decision = kinds[rule.kind](rule as never, situation)
      if (decision !== undefined) return decision
    }
    return undefined
  },
}

type Of<Kind extends Rule['kind']> = Extract<Rule, { kind: Kind }>

const kinds: { [Kind in Rule['kind']]: (rule: Of<Kind>, situation: Situation) => Decision | undefined } = {
  'has-children'(rule, { facts, view, item }) {
    const child = facts.models.get(rule.children)
    if (item === undefined || child === undefined) return undefined
    const children = childrenOf(view, item, facts.model, child, facts.models).map((each) => each.params[child.own] ?? each.key)
    if (children.length === 0) return undefined
    return refuse(
      rule,
      'blocked',
      `${children.length} of ${rule.children} hang on it: ${children.slice(0, 5).join(', ')}`,
      { item, children },
      true,
    )
  },

  'parent-missing'(rule, situation) {
    const { facts, view } = situation
    const id = proposed(rule.parent, situation)
    if (id === undefined || id === null) return undefined
    const parent = parentOf(rule.parent, facts.model, facts.models)
    if (byId(view, parent, id, facts.message.path) !== undefined) return undefined
    const text = `${placeTitle(rule.parent)} names the ${parent.resource.name} ${JSON.stringify(id)}, which is not there`
    return refuse(rule, 'blocked', text, { item: situation.item, sentValue: id, fields: fieldOf(rule.parent.name) }, true)
  },

  cycle(rule, situation) {
    const { facts, view, item } = situation
    const to = proposed(rule.parent, situation)
    if (item === undefined || to === undefined || to === null) return undefined
    const seen = new Set<string>()
    let above: Json | undefined = to
    while (above !== undefined && above !== null && !seen.has(plain(above))) {
      if (plain(above) === item.params[facts.model.own]) {
        const text = `${placeTitle(rule.parent)} ${JSON.stringify(to)} is the ${facts.model.resource.name} itself or lies under it`
        return refuse(rule, 'blocked', text, { item, sentValue: to, fields: fieldOf(rule.parent.name) }, true)
      }
      seen.add(plain(above))
      const next: Item | undefined = byId(view, facts.model, above, facts.message.path)
      above = next === undefined ? undefined : stored(rule.parent, next, facts.model)
    }
    return undefined
  },

  mismatch(rule, { facts, item }) {
    const sent = rule.places.flatMap((place) => {
      const value = readPlace(place, facts.message)
      return value === undefined ? [] : [{ place, value }]
    })
    const other = sent.find((each) => plain(each.value) !== plain(sent[0]!.value))
    if (other === undefined) return undefined
    const text = `${placeTitle(sent[0]!.place)} ${JSON.stringify(sent[0]!.value)} and ${placeTitle(other.place)} ${JSON.stringify(other.value)} disagree`
    return refuse(rule, 'blocked', text, { item, sentValue: other.value, fields: fieldOf(other.place.name) }, true)
  },

  transition(rule, situation) {
    const { facts, item, next, role } = situation
    if (item === undefined || Buffer.isBuffer(item.value)) return undefined
    const state = readPointer(item.value, rule.state) as Json | undefined
    const allowed = facts.roles.map((each) => rule.allowed[each]).find((each) => each !== undefined)
    if (allowed === undefined) return undefined
    const to = Object.hasOwn(allowed, String(state)) ? allowed[String(state)]! : undefined
    const asked = Buffer.isBuffer(next) ? undefined : (readPointer(next, rule.state) as Json | undefined)
    const byMember = role === 'replace' || role === 'patch'
    if (byMember && (asked === undefined || asked === state || to?.includes(String(asked)))) return undefined
    if (!byMember && to !== undefined) {
      situation.next = writePointer(next ?? item.value, rule.state, to[0] ?? state) as Json
      return undefined
    }
    const text = `${role} is not possible in the state ${JSON.stringify(state)}, only in ${Object.keys(allowed).join(' or ')}`
    return refuse(rule, 'blocked', text, { item, state, fields: fieldOf(rule.state) }, true)
  },

  merge(rule, situation) {
    const { facts, item } = situation
    if (item === undefined || Buffer.isBuffer(item.value)) return undefined
    const [sentBase, ours, theirs] = [
      readPlace(rule.base, facts.message),
      readPlace(rule.ours, facts.message),
      readPointer(item.value, rule.into),
    ]
    if (sentBase === undefined || !isMembers(ours) || !isMembers(theirs)) return undefined
    const base = isMembers(sentBase) ? sentBase : baseOf(item, sentBase, rule, situation)
    if (!isMembers(base)) {
      const text = `${placeTitle(rule.base)} ${JSON.stringify(sentBase)} names no version that is known`
      return reject(422, rule.name, text, { errors: [{ pointer: rule.base.name, message: 'names no version that is known' }] })
    }
    const { merged, conflicts } = threeWay(base, ours, theirs)
    if (conflicts.length > 0) {
      const text = `both sides changed ${conflicts.map((each) => each.field).join(', ')} since ${JSON.stringify(isMembers(sentBase) ? 'the base' : sentBase)}`
      const decision = refuse(rule, 'blocked', text, { item, conflicts }, true)
      if (decision !== undefined) return decision
    }
    situation.next = writePointer(item.value, rule.into, merged) as Json
    return undefined
  },

  described(rule, { facts, view, item }) {
    if (!isCall(rule.act, facts) || !isArranged(rule, item, view)) return undefined
    const own = [...rule.when, ...ownFacts(rule.act, facts.model.resource)]
    if (own.length + rule.arrange.length === 0) return undefined
    const after = rule.arrange.map(({ operation }) => `after ${operation.method} ${operation.path}`)
    const what = [...own.map(({ place }) => placeTitle(place)), ...after].join(', ')
    return refuse(rule, 'blocked', `${what}: the contract says that this is refused`, { item }, true)
  },
}

/** An action that says that the state does not matter leads where it leads from other states. */
function force({ allowed, state }: Of<'transition'>, situation: Situation): void {
  const { facts, item, next, role } = situation
  if (item === undefined || Buffer.isBuffer(item.value) || Buffer.isBuffer(next) || role === 'replace' || role === 'patch') return
  const from = facts.roles.map((each) => allowed[each]).find((each) => each !== undefined)
  const to = from === undefined ? undefined : (from[String(readPointer(item.value, state))] ?? Object.values(from)[0])?.[0]
  if (to !== undefined) situation.next = writePointer(next ?? item.value, state, to) as Json
}

/** What the request would make of a place: what it sends, or (a JSON Patch) what comes of it. */
function proposed(place: Of<'cycle'>['parent'], { facts, next }: Situation): Json | undefined {
  const sent = readPlace(place, facts.message)
  if (sent !== undefined || place.part !== 'body' || next === undefined) return sent
  return stored(place, { value: next, params: facts.message.path }, facts.model)
}

function baseOf(item: Item, token: Json, rule: Of<'merge'>, { facts }: Situation): Json | undefined {
  const { token: own } = facts.model.resource
  if (own === undefined) return undefined
  const text = plain(token).replace(/^(W\/)?"(.*)"$/, '$2')
  const found = item.history.find((each) => opaqueOf(own, each) === text || plain(tokenAt(own, each, { part: 'body' })) === text)
  return found === undefined || Buffer.isBuffer(found.value) ? undefined : (readPointer(found.value, rule.into) as Json | undefined)
}

function fieldOf(pointer: string): string[] {
  return [pointer.replace(/^\//, '')]
}
