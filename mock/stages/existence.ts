import type { Resource } from '../../spec/contract.ts'
import { reject, type Facts } from '../decision.ts'
import type { Situation, Stage } from '../decide.ts'
import { plain, readPlaces } from '../../spec/places.ts'
import { keyOf, openNames, paramsOf } from '../key.ts'
import type { Item, View } from '../store.ts'

/** Finds the item. What is not there, or not there for this caller, is 404, with conditions or without (RFC 9110 §13.2.1). */
export const existence: Stage = {
  name: 'existence',
  decide(situation) {
    const { facts, view } = situation
    const { resource } = facts.model
    const missing = missingOuter(resource, situation)
    if (missing !== undefined) return missing
    if (!addressesItem(facts)) return undefined
    situation.key = keyOf(resource, paramsOf(resource, facts.message))
    situation.item = visible(view.item(resource.name, situation.key), facts)
    if (facts.roles.includes('create')) {
      situation.role = situation.item === undefined ? 'create' : (facts.roles.find((role) => role !== 'create') ?? 'create')
      return undefined
    }
    if (situation.item !== undefined) return undefined
    if (facts.roles.includes('replace') && createsByPut(facts)) {
      situation.role = 'create'
      return undefined
    }
    return reject(404, 'RFC 9110 §15.5.5', `there is no ${resource.name} ${JSON.stringify(situation.key)}`)
  },
}

/** Whether the request names an item, rather than a collection in which one is to be made: by its path or, where items have none, otherwise. */
export function addressesItem({ model, operation, message }: Facts): boolean {
  const { resource } = model
  if (resource.item !== undefined) return operation.path.startsWith(resource.item)
  return openNames(resource, paramsOf(resource, message)).length === 0
}

/** An item, if it is there for this caller. */
export function visible(item: Item | undefined, { model, caller }: Pick<Facts, 'model' | 'caller'>): Item | undefined {
  return item !== undefined && model.resource.access === 'owner' && item.owner !== caller ? undefined : item
}

/** A PUT to a name that is not taken creates where the document answers 201. */
function createsByPut({ operation }: Facts): boolean {
  return operation.responses.some((response) => response.status === '201')
}

/** What lies in the path of something else is there only if that is, but for a rule that speaks of it. */
function missingOuter(resource: Resource, { facts, view }: Situation): ReturnType<typeof reject> | undefined {
  for (const [name, item] of outerItems(facts, view)) {
    const spoken = resource.rules.some(
      (rule) => rule.kind === 'parent-missing' && rule.for.some((role) => facts.roles.includes(role)) && rule.parent.part === 'path',
    )
    if (item === undefined && !spoken) return reject(404, 'RFC 9110 §15.5.5', `there is no ${name} on the way to ${facts.request.target}`)
  }
  return undefined
}

/** The items that the path goes through: those of resources whose own path it begins with. */
function outerItems(facts: Facts, view: View): [name: string, item: Item | undefined][] {
  const found: [string, Item | undefined][] = []
  for (const { resource } of facts.models.values()) {
    if (resource === facts.model.resource || resource.item === undefined || !facts.operation.path.startsWith(`${resource.item}/`)) continue
    found.push([
      resource.name,
      visible(view.item(resource.name, keyOf(resource, facts.message.path)), { ...facts, model: facts.models.get(resource.name)! }),
    ])
  }
  const { resource } = facts.model
  for (const [name, place] of resource.parents) {
    const outer = facts.models.get(name)
    if (outer === undefined || place.part !== 'path' || found.some(([each]) => each === name) || outer.resource.parameters.length !== 1)
      continue
    const id = readPlaces([place], facts.message)
    if (
      id === undefined ||
      (facts.operation.path.startsWith(outer.resource.item ?? ' ') === false && !facts.operation.path.includes(`{${place.name}}`))
    )
      continue
    found.push([name, visible(view.item(name, encodeURIComponent(plain(id))), { ...facts, model: outer })])
  }
  return found
}
