import type { Json, Place, Resource } from '../spec/contract.ts'
import { plain, readPlace } from '../spec/places.ts'
import { keyOf } from './key.ts'
import { inside, type Model, type Models } from './model.ts'
import type { Item, View } from './kept.ts'

/** The resource that a place names an item of: one of the parents, the one whose path has this parameter, else the resource itself. */
export function parentOf(place: Place, model: Model, models: Models): Model {
  for (const [name, at] of model.resource.parents) {
    if (at.written === place.written) return models.get(name) ?? model
  }
  if (place.part === 'path') {
    const outer = [...models.values()].find((each) => each !== model && each.own === place.name)
    if (outer !== undefined) return outer
  }
  return model
}

/** What an item says at a place of the request that made it: a member, a path parameter, or where else clients choose its id. */
export function stored(place: Place, item: Pick<Item, 'value' | 'params'>, model: Model): Json | undefined {
  if (place.part === 'path') return item.params[place.name]
  const id = [...model.resource.identity].find(([, places]) => places.some(({ written }) => written === place.written))?.[0]
  if (id !== undefined && place.part !== 'body') return item.params[id]
  if (place.part !== 'body' || Buffer.isBuffer(item.value)) return undefined
  const { text: _text, ...whole } = place
  const inner = model.sendPointers.map((pointer) => inside(whole, pointer)).find((pointer) => pointer !== undefined)
  return inner === undefined ? undefined : readPlace({ ...place, message: 'item', name: inner }, { item: true, body: item.value })
}

/** The item of this resource with this id, where its other path parameters are those given. */
export function byId(view: View, { resource, own }: Model, id: Json, params: Record<string, string>): Item | undefined {
  return view.item(resource.name, keyOf(resource, { ...params, [own]: plain(id) }))
}

/** The items of a resource that hang on an item of another. */
export function childrenOf(view: View, item: Item, parent: Model, child: Model, models: Models): Item[] {
  const id = item.params[parent.own]
  const link = linkOf(parent, child, models)
  return view.items(child.resource.name).filter((each) => {
    if (link !== undefined) {
      const named = stored(link, each, child)
      return named !== undefined && named !== null && plain(named) === id
    }
    return isUnder(child.resource, parent.resource) && parent.resource.parameters.every((name) => each.params[name] === item.params[name])
  })
}

/** Whether the items of one resource lie in the path of the items of another. */
export function isUnder(child: Resource, parent: Resource): boolean {
  return parent.item !== undefined && (child.item?.startsWith(`${parent.item}/`) ?? false)
}

function linkOf(parent: Model, child: Model, models: Models): Place | undefined {
  const said = child.resource.parents.get(parent.resource.name)
  if (said !== undefined) return said
  for (const rule of child.resource.rules) {
    if ((rule.kind === 'parent-missing' || rule.kind === 'cycle') && parentOf(rule.parent, child, models) === parent) return rule.parent
  }
  return undefined
}
