import type { Call, Rule } from '../spec/contract.ts'
import { ownFacts } from '../spec/described.ts'
import { standardRoles } from '../spec/roles.ts'
import type { Decision, Facts } from './decision.ts'
import { sayTrue } from './inforce.ts'
import type { Item, View, Write } from './kept.ts'

type Described = Extract<Rule, { kind: 'described' }>

/** Was the item brought, by the calls that a described rule names, to where the rule refuses? Yes, if it names none. */
export function isArranged({ name, arrange }: Described, item: Item | undefined, view: View): boolean {
  if (arrange.length === 0) return true
  return item !== undefined && view.arranged(item.resource, item.key)?.get(name) === arrange.length
}

/** Does the request make a call as a described rule shows it? */
export function isCall(call: Call, facts: Facts): boolean {
  return call.operation === facts.operation && sayTrue(ownFacts(call, facts.model.resource), facts.message)
}

/**
 * How far a request that is performed brings its item on the way to what described rules refuse.
 *
 * @param writes what is written for it
 */
export function arrangedBy(
  { role, item }: Extract<Decision, { kind: 'perform' }>,
  writes: readonly Write[],
  facts: Facts,
  view: View,
): Write[] {
  const { name: resource, rules } = facts.model.resource
  const waiting = rules.filter((rule): rule is Described => rule.kind === 'described' && rule.arrange.length > 0)
  if (waiting.length === 0 || role === 'read' || role === 'list' || role === 'delete') return []
  const made = writes.find((write) => write.kind === 'put' && write.item.resource === resource)
  const key = item?.key ?? (made?.kind === 'put' ? made.item.key : undefined)
  if (key === undefined) return []
  const before = view.arranged(resource, key)
  return waiting.flatMap((rule): Write[] => {
    const steps = before?.get(rule.name) ?? 0
    const now = stepsAfter(rule, steps, facts)
    return now === steps ? [] : [{ kind: 'arrange', resource, key, rule: rule.name, steps: now }]
  })
}

/** One more where it is the next of the calls; none where it is another action, or what the rule would have refused. */
function stepsAfter({ arrange, act }: Described, steps: number, facts: Facts): number {
  if (steps < arrange.length && isCall(arrange[steps]!, facts)) return steps + 1
  if (arrange.some((call) => isCall(call, facts))) return steps
  return isCall(act, facts) || !facts.roles.some((each) => standardRoles.includes(each)) ? 0 : steps
}
