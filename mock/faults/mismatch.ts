import { isMembers } from '../conflicts.ts'
import { bodyOf } from '../content.ts'
import { fault, type Fault } from '../fault.ts'

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
