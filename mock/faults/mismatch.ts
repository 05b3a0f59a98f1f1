import { isMembers } from '../conflicts.ts'
import { bodyOf } from '../content.ts'
import { fault, type Fault } from '../fault.ts'
import { isBlocked } from './edit.ts'

/** UPDATE … WHERE id = body.id. */
export const idInContentWins: Fault = fault({
  name: 'id-in-content-wins',
  title: 'replaces the item whose id stands in the content, whatever the address says',
  decision(decision, scene) {
    const body = bodyOf(scene.facts.request)
    if (!['PUT', 'POST'].includes(scene.received.method) || scene.item === undefined || !isMembers(body)) return decision
    const other = scene.view
      .items(scene.model.resource.name)
      .find((item) => item !== scene.item && Object.values(body).includes(item.params[scene.model.own] ?? ''))
    const perform = other && scene.perform()
    return perform === undefined || other === undefined ? decision : { ...perform, item: other, key: other.key }
  },
})

/** The address decides, and nobody looks at the rest. */
export const mismatchNotChecked: Fault = fault({
  name: 'mismatch-not-checked',
  title: 'performs a write whose places disagree',
  decision: (decision, scene) => (isBlocked(decision, scene, 'mismatch') ? (scene.perform() ?? decision) : decision),
})

export const mismatchRefusedButDone: Fault = fault({
  name: 'mismatch-refused-but-done',
  title: 'refuses a write whose places disagree, and performs it all the same',
  writes(writes, scene) {
    const perform = isBlocked(scene.decision, scene, 'mismatch') ? scene.perform() : undefined
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})
