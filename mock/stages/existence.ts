import type { Operation, Place, Resource } from '../../spec/contract.ts'
import { reject, type Facts } from '../decision.ts'
import type { Situation, Stage } from '../decide.ts'
import { keyOf, openNames, paramsOf } from '../key.ts'
import type { Model } from '../model.ts'
import type { Item } from '../kept.ts'

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
export function addressesItem({ model, operation, message, roles }: Facts): boolean {
  const { resource } = model
  if (resource.item !== undefined && operation.path.startsWith(resource.item)) return true
  const isForOne = resource.item === undefined || roles.some((role) => role !== 'create' && role !== 'list')
  return isForOne && openNames(resource, paramsOf(resource, message)).length === 0
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
  for (const { model, place } of outerModels(facts)) {
    const { name } = model.resource
    const params = place === undefined ? facts.message.path : { [model.own]: facts.message.path[place.name] ?? '' }
    if (visible(view.item(name, keyOf(model.resource, params)), { model, caller: facts.caller }) !== undefined) continue
    const isSpokenOf = resource.rules.some(
      (rule) => rule.kind === 'parent-missing' && rule.for.some((role) => facts.roles.includes(role)) && rule.parent.part === 'path',
    )
    if (!isSpokenOf) return reject(404, 'RFC 9110 §15.5.5', `there is no ${name} on the way to ${facts.request.target}`)
  }
  return undefined
}

interface Outer {
  model: Model
  /** Where its id stands, if its parameters have other names here than in its own path. */
  place: Place | undefined
}

const known = new WeakMap<Operation, Outer[]>()

/** The resources that the path goes through: those whose own path it begins with, and parents that a parameter names. */
function outerModels({ operation, model, models }: Facts): Outer[] {
  const before = known.get(operation)
  if (before !== undefined) return before
  const byPath = [...models.values()].filter(
    (each) => each !== model && each.resource.item !== undefined && operation.path.startsWith(`${each.resource.item}/`),
  )
  const byPlace = [...model.resource.parents].flatMap(([name, place]): Outer[] => {
    const outer = models.get(name)
    const isNamed = place.part === 'path' && operation.path.includes(`{${place.name}}`)
    return outer === undefined || byPath.includes(outer) || !isNamed || outer.resource.parameters.length !== 1
      ? []
      : [{ model: outer, place }]
  })
  const outer = [...byPath.map((each): Outer => ({ model: each, place: undefined })), ...byPlace]
  known.set(operation, outer)
  return outer
}
