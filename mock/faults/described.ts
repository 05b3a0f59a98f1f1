import { standardRoles } from '../../spec/roles.ts'
import type { Decision } from '../decision.ts'
import { fault, type Fault, type Scene } from '../fault.ts'
import { isBlocked } from './edit.ts'

/** Bugs around what a contract shows to be refused, without a kind of its own. */

/** It is written down, and nowhere done. */
export const describedNotChecked: Fault = fault({
  name: 'described-not-checked',
  title: 'performs what the contract shows to be refused',
  decision: (decision, scene) => (isBlocked(decision, scene, 'described') ? (scene.perform() ?? decision) : decision),
})

export const describedRefusedButDone: Fault = fault({
  name: 'described-refused-but-done',
  title: 'refuses what the contract shows to be refused, and performs it all the same',
  writes(writes, scene) {
    const perform = isBlocked(scene.decision, scene, 'described') ? scene.perform() : undefined
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})

/** Writes are looked at, deletes are not. */
export const describedNotCheckedOnDelete: Fault = fault({
  name: 'described-not-checked-on-delete',
  title: 'performs a delete that the contract shows to be refused',
  decision: (decision, scene) =>
    scene.role === 'delete' && isBlocked(decision, scene, 'described') ? (scene.perform() ?? decision) : decision,
})

/** The same for actions. */
export const describedNotCheckedOnAction: Fault = fault({
  name: 'described-not-checked-on-action',
  title: 'performs an action that the contract shows to be refused',
  decision: (decision, scene) =>
    !standardRoles.includes(scene.role) && isBlocked(decision, scene, 'described') ? (scene.perform() ?? decision) : decision,
})

/** What the request says is looked at, what happened before is forgotten. */
export const arrangedNotChecked: Fault = fault({
  name: 'arranged-not-checked',
  title: 'performs what the contract shows to be refused after other calls',
  decision: (decision, scene) =>
    isBlocked(decision, scene, 'described') && isAfterOthers(decision, scene) ? (scene.perform() ?? decision) : decision,
})

function isAfterOthers(decision: Decision, { model }: Scene): boolean {
  return model.resource.rules.some(
    (rule) => rule.kind === 'described' && rule.arrange.length > 0 && decision.kind === 'refuse' && rule.name === decision.mechanism.name,
  )
}
