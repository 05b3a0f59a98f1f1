import { readPointer } from '../../http/pointer.ts'
import type { Unique } from '../../spec/contract.ts'
import { plain, readPlaces } from '../../spec/places.ts'
import { refuse } from '../decision.ts'
import { fault, type Fault, type Scene } from '../fault.ts'
import type { Item } from '../kept.ts'
import { editBody, isRefusal } from './edit.ts'

/** Refusals that tell more than they should. */

/** SELECT * FROM … WHERE name = ?, and the row goes into the error. */
export const duplicateShowsOwner: Fault = fault({
  name: 'duplicate-shows-owner',
  title: 'shows the item that has a value to everybody who tries it',
  answer(answer, scene) {
    const holder = isRefusal(scene.decision, 'duplicate') ? holderOf(scene)?.item : undefined
    return holder === undefined || Buffer.isBuffer(holder.value)
      ? answer
      : editBody(answer, (body) => ({ ...body, existing: holder.value as never }))
  },
})

/** A validator that runs before the door. */
export const duplicateBeforeAuthentication: Fault = fault({
  name: 'duplicate-before-authentication',
  title: 'looks for duplicates before it asks for credentials',
  decision(decision, scene) {
    if (decision.kind !== 'reject' || decision.status !== 401 || !scene.facts.roles.includes('create')) return decision
    const found = holderOf(scene)
    return (found && refuse(found.unique, 'duplicate', 'the value is taken', {})) ?? decision
  },
})

/** The item that has one of the values that a request sends, whoever may see it. */
function holderOf({ model, facts, view }: Scene): { item: Item; unique: Unique } | undefined {
  for (const unique of model.resource.unique) {
    const sent = readPlaces(unique.fields, facts.message)
    if (sent === undefined) continue
    const has = (item: Item): boolean => {
      const value = Buffer.isBuffer(item.value) ? undefined : readPointer(item.value, unique.fields[0]!.name)
      return value !== undefined && plain(value as never).toLowerCase() === plain(sent).toLowerCase()
    }
    const item = view.items(model.resource.name).find(has)
    if (item !== undefined) return { item, unique }
  }
  return undefined
}
