import type { Place, Rule } from '../../spec/contract.ts'
import type { Item, Kit, ResourceKit } from './kit.ts'
import { pointerInItem } from './whole.ts'

/** The children of a rule may be items of another resource, or of the same. */
export async function family(kit: Kit, rule: Extract<Rule, { kind: 'has-children' }>): Promise<{ parent: Item; child: Item }> {
  const parent = await kit.resource.create({ purpose: 'create the item that another belongs to' })
  const children = kit.resource.other(rule.children)
  const place =
    children.spec.parents.get(kit.resource.name) ??
    children.spec.rules.find((other) => 'parent' in other && parentOf(kit, other.parent, children)?.name === kit.resource.name && other)
  const named = place === undefined ? undefined : 'parent' in place ? (place as { parent: Place }).parent : (place as Place)
  if (!named) kit.skip(`the contract does not say how a ${rule.children} names the ${kit.resource.name} that it belongs to`)
  const child = await children.create({
    ...under(named, parent.id, children),
    parents: { [kit.resource.name]: parent },
    purpose: `create a ${rule.children} that belongs to it`,
  })
  return { parent, child }
}

/** The resource whose id stands at a place: the one whose path it is part of, the one named in `parents`, else the resource itself. */
export function parentOf(kit: Kit, place: Place, resource: ResourceKit = kit.resource): ResourceKit | undefined {
  const named = [...resource.spec.parents].find(([, filled]) => filled.written === place.written)?.[0]
  if (named !== undefined) return resource.other(named)
  return place.part === 'body' ? resource : undefined
}

/** What puts a new item under the one with this id: members or path parameters. */
export function under(place: Place, id: string, { spec }: ResourceKit): { set?: Record<string, string>; path?: Record<string, string> } {
  if (place.part === 'path') return { path: { [place.name]: id } }
  return { set: { [pointerInItem(place.name, spec) ?? place.name]: namedAt(place, id) } }
}

/** An id as it stands at a place, in the text around it. */
export function namedAt({ text }: Place, id: string): string {
  return text === undefined ? id : text.replace('{}', () => id)
}
