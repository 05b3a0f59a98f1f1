import { isDeepStrictEqual } from 'node:util'
import type { Fact, Role, Rule } from '../../spec/contract.ts'
import type { Answer } from './answer.ts'
import { describedObstacle } from './described.ts'
import { family, parentOf, under } from './family.ts'
import { goneItem } from './gone.ts'
import type { Item, Kit } from './kit.ts'
import { forbidden, shortestWay, stateOf } from './transition.ts'

/** A rule, brought to where it refuses. */
export interface Obstacle {
  /** The role of the request that it refuses. */
  role: Role
  /** The request that it refuses, in words. */
  words: string
  /** The item that the request is for; undefined: it is a create. */
  item: Item | undefined
  /** Sends that request with these facts made true as well; any answer. */
  send(more: readonly Fact[], purpose: string): Promise<Answer>
  /** Sends one like it where nothing stands against it; any answer. */
  free(): Promise<Answer>
  /** Proves that the request took effect, as far as that can be seen. */
  performed(answer: Answer): Promise<void>
}

/** A rule, brought to where it refuses; or why it cannot be brought there, in half a sentence. */
export async function obstacle(kit: Kit, rule: Rule): Promise<Obstacle | string> {
  switch (rule.kind) {
    case 'described':
      return describedObstacle(kit, rule)
    case 'has-children':
      return childrenThere(kit, rule)
    case 'parent-missing':
      return parentGone(kit, rule)
    case 'transition':
      return stateForbids(kit, rule)
    default:
      return `nobody says what comes of a request that a ${rule.kind} is not held against`
  }
}

async function childrenThere(kit: Kit, rule: Extract<Rule, { kind: 'has-children' }>): Promise<Obstacle | string> {
  if (!kit.resource.spec.operations.has('delete')) return 'the contract has no delete'
  const { parent } = await family(kit, rule)
  return {
    role: 'delete',
    words: 'delete the item that another belongs to',
    item: parent,
    send: (more, purpose) => parent.tryRemove({ with: more, purpose }),
    async free() {
      const empty = await kit.resource.create({ purpose: 'create an item that nothing belongs to' })
      return empty.tryRemove({ purpose: 'control: delete the item that nothing belongs to' })
    },
    performed: async () => kit.prove.absent(await parent.read({ purpose: 'see that it is gone' })),
  }
}

async function parentGone(kit: Kit, rule: Extract<Rule, { kind: 'parent-missing' }>): Promise<Obstacle | string> {
  const above = parentOf(kit, rule.parent)
  if (!above) return 'the contract does not say whose id names the parent'
  if (!above.spec.operations.has('delete')) return `the contract has no delete of ${above.name}`
  const gone = await goneItem(above, { purpose: 'create a parent' })
  return {
    role: 'create',
    words: 'create under the parent that is gone',
    item: undefined,
    send: (more, purpose) => kit.resource.tryCreate({ ...under(rule.parent, gone.id, kit.resource), with: more, purpose }),
    async free() {
      const parent = await above.create({ purpose: 'create another parent' })
      return kit.resource.tryCreate({
        ...under(rule.parent, parent.id, kit.resource),
        purpose: 'control: create under the one that is there',
      })
    },
    async performed(answer) {
      const made = rule.parent.part === 'path' ? undefined : await kit.resource.found(answer)
      if (made) kit.prove.exists(await made.read({ purpose: 'see that it is there' }))
    },
  }
}

async function stateForbids(kit: Kit, rule: Extract<Rule, { kind: 'transition' }>): Promise<Obstacle> {
  const { item, action } = (await forbidden(kit, rule))[0]!
  const before = item.last
  const leadsTo = Object.values(rule.allowed[action] ?? {}).flat()
  return {
    role: action,
    words: `${action} in the state ${stateOf(rule, item)}`,
    item,
    send: (more, purpose) => item.tryAct(action, { with: more, purpose }),
    async free() {
      const other = await kit.resource.create({ purpose: 'create another item' })
      const allows = (state: string): boolean => rule.allowed[action]![state] !== undefined
      const steps = allows(stateOf(rule, other)) ? [] : shortestWay(rule, stateOf(rule, other), allows)
      for (const step of steps) await other.act(step)
      return other.tryAct(action, { purpose: `control: ${action} where the state allows it` })
    },
    async performed() {
      // what leads to where the item is already changes nothing
      if (leadsTo.includes(stateOf(rule, item))) return
      const after = await item.read({ purpose: 'see that something came of it' })
      const stays = isDeepStrictEqual(before.payload, after.payload)
      kit.prove.that(!stays, `the ${action} had no effect`, 'another state', stateOf(rule, item))
    },
  }
}
