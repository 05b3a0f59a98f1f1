import type { Call, Fact, Resource, Role, Rule } from '../../spec/contract.ts'
import { ownFacts } from '../../spec/described.ts'
import { namesIn } from '../../spec/values.ts'
import type { Answer } from './answer.ts'
import type { Item, Kit } from './kit.ts'
import type { SayingOptions } from './options.ts'
import type { Obstacle } from './obstacle.ts'

type Described = Extract<Rule, { kind: 'described' }>

/** A call and what it says. */
interface Step {
  role: Role
  facts: Fact[]
}

/** What a described rule shows: the calls that are made first, and the one that is refused then. */
interface Shown {
  steps: Step[]
  act: Step
}

/** A described rule, brought to where it refuses; or why it cannot be brought there, in half a sentence. */
export async function describedObstacle(kit: Kit, rule: Described): Promise<Obstacle | string> {
  const shown = shownBy(rule, kit.resource.spec)
  if (typeof shown === 'string') return shown
  const { steps, act } = shown
  const item = act.role === 'create' ? undefined : await arranged(kit, steps)
  const after = steps.length > 0 ? ' after the calls that it asks for' : ''
  return {
    role: act.role,
    words: `${act.role} as the rule shows it${after}`,
    item,
    send: (more, purpose) => call(kit, item, act.role, { with: [...act.facts, ...more], purpose }),
    async free() {
      const other = act.role === 'create' ? undefined : await kit.resource.create({ purpose: 'create another item' })
      const what = steps.length > 0 ? 'without the calls that the rule asks for first' : 'without what the rule speaks of'
      return call(kit, other, act.role, { with: steps.length > 0 ? act.facts : [], purpose: `control: ${act.role} ${what}` })
    },
    async performed(answer) {
      if (act.role === 'delete') kit.prove.absent(await item!.read({ purpose: 'see that it is gone' }))
      if ((act.role === 'replace' || act.role === 'patch') && answer.request.marker !== undefined)
        kit.prove.stored(await item!.read(), answer.request.marker)
    },
  }
}

/** An item of which the calls were made that a rule asks for. One that is refused, or not done yet, is a step of the set-up that went wrong. */
async function arranged(kit: Kit, steps: readonly Step[]): Promise<Item> {
  const [first, ...others] = steps
  const made = first?.role === 'create'
  const item = await kit.resource.create(made ? { with: first.facts, purpose: 'create an item as the rule asks (arrange)' } : {})
  for (const { role, facts } of made ? others : steps) {
    const answer = await call(kit, item, role, { with: facts, purpose: `${role} as the rule asks (arrange)` })
    kit.control(answer.ok && answer.status !== 202, `a ${role} that the rule asks for first is answered ${answer.shown}`)
  }
  return item
}

async function call(kit: Kit, item: Item | undefined, role: Role, options: SayingOptions): Promise<Answer> {
  if (item === undefined) return kit.resource.tryCreate(options)
  if (role === 'delete') return item.tryRemove(options)
  return role === 'replace' || role === 'patch'
    ? item.tryWrite({ ...options, role: role as 'replace' | 'patch' })
    : item.tryAct(role, options)
}

function shownBy({ when, arrange, act }: Described, spec: Resource): Shown | string {
  const stepOf = (one: Call, made: boolean): Step | undefined => {
    const roles = [...spec.operations].filter(([, { operation }]) => operation === one.operation).map(([role]) => role)
    const role = (made ? roles.find((role) => role !== 'create') : undefined) ?? roles[0]
    return role === undefined || role === 'read' || role === 'list' ? undefined : { role, facts: ownFacts(one, spec) }
  }
  const last = stepOf(act, arrange.length > 0)
  if (last === undefined) return 'what the rule refuses is no call that changes an item of the resource'
  const steps = arrange.flatMap((one, at) => stepOf(one, at > 0) ?? [])
  if (steps.length < arrange.length || steps.some(({ role }, at) => role === 'delete' || (role === 'create' && at > 0)))
    return 'the rule asks for other calls first (arrange) than those that make and change one item of the resource'
  if (steps.length > 0 && last.role === 'create') return 'what the rule refuses after other calls is a create'
  const facts = [...when, ...last.facts]
  if (facts.length + steps.length === 0) return 'the rule refuses every request of its operation'
  const all = [...facts, ...steps.flatMap((step) => step.facts)]
  const unknown = [...steps, { role: last.role, facts }].map((step) => undeclaredType(step, spec)).find((type) => type !== undefined)
  if (unknown !== undefined) return `the document has no ${unknown} that the rule speaks of`
  if (all.some(({ is }) => 'equals' in is && namesIn(is.equals).length > 0)) return 'the facts of the rule have names in them'
  return { steps, act: { role: last.role, facts } }
}

/** The media type that a step says its content is of, where the operation does not take it. */
function undeclaredType({ role, facts }: Step, { operations }: Resource): string | undefined {
  const said = facts.find(({ place }) => place.part === 'header' && place.name.toLowerCase() === 'content-type')?.is
  if (said === undefined || !('equals' in said)) return undefined
  const type = String(said.equals).split(';')[0]!.trim().toLowerCase()
  return operations.get(role)?.operation.request?.content.some((media) => media.type === type) ? undefined : type
}
