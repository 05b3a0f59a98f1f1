import { readPointer } from '../../http/pointer.ts'
import type { Role, Rule } from '../../spec/contract.ts'
import type { Item, Kit } from './kit.ts'

type Transition = Extract<Rule, { kind: 'transition' }>

/** The state of an item, as last read. */
export function stateOf(rule: Transition, item: Item): string {
  return String(readPointer(item.last.payload, rule.state))
}

/** The actions that a state allows, and where each leads. */
export function actionsFrom(rule: Transition, state: string): [Role, string[]][] {
  return Object.entries(rule.allowed).flatMap(([action, from]) => (from[state] ? [[action, from[state]] as [Role, string[]]] : []))
}

/** Items in states that forbid an action: the state of a new one, and the first such state that allowed actions lead to. */
export async function forbidden(kit: Kit, rule: Transition): Promise<{ item: Item; action: Role }[]> {
  const refusing = (state: string): Role | undefined => Object.keys(rule.allowed).find((action) => !rule.allowed[action]![state])
  const found: { item: Item; action: Role }[] = []
  const item = await kit.resource.create()
  const early = refusing(stateOf(rule, item))
  if (early !== undefined) found.push({ item, action: early })
  const later = await kit.resource.create({ purpose: 'create another item' })
  const steps = shortestWay(rule, stateOf(rule, later), (state) => refusing(state) !== undefined)
  for (const action of steps) {
    await later.act(action)
    await later.read({ purpose: 'read the new state' })
  }
  const late = refusing(stateOf(rule, later))
  if (steps.length > 0 && late !== undefined) found.push({ item: later, action: late })
  return found.length > 0 ? found : kit.skip('no state forbids any action')
}

/** The actions that lead, in at least one step, to a state that `goal` accepts; breadth first. */
export function shortestWay(rule: Transition, from: string, goal: (state: string) => boolean): Role[] {
  const ways: { state: string; steps: Role[] }[] = [{ state: from, steps: [] }]
  const seen = new Set<string>()
  for (const way of ways) {
    if (way.steps.length > 0 && goal(way.state)) return way.steps
    if (seen.has(way.state)) continue
    seen.add(way.state)
    for (const [action, [to]] of actionsFrom(rule, way.state)) if (to !== undefined) ways.push({ state: to, steps: [...way.steps, action] })
  }
  return []
}
