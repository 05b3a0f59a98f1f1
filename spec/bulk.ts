import type { Bulk, Json } from './contract.ts'
import { isTree } from './tree.ts'
import { markOf } from './marks.ts'
import type { Setting } from './mechanism.ts'

/** How a resource takes many items in one request, if it does. One that only a dialect has is left out where there is no such call. */
export function readBulk({ name, tree, reader, problems, operations }: Setting): Bulk | undefined {
  const said = tree['bulk']
  if (!isTree(said)) return undefined
  for (const key of ['call', 'items', 'results', 'as'])
    if (said[key] === undefined)
      problems.error(
        markOf(tree, 'bulk'),
        `bulk of ${name} needs ${key}; it says which call takes many items, where they and their results stand, and the shape of one`,
        '',
        `${key}: …`,
      )
  const call = reader.call(said, 'call', operations)
  const items = reader.place(said, 'items')
  const results = reader.place(said, 'results')
  if (!call || !items || !results) return undefined
  const as = {} as Bulk['as']
  for (const [role, shape] of isTree(said['as']) ? Object.entries(said['as']) : []) {
    if (shape === false) continue
    if (!operations.has(role))
      problems.error(
        markOf(said['as'], role),
        `${name} has no role or action ${JSON.stringify(role)}; it has ${[...operations.keys()].join(', ')}`,
        role,
        [...operations.keys()].join(', '),
      )
    as[role] = shape as Json
  }
  return {
    call: { operation: call.operation, with: [...call.with, ...reader.facts(said, 'with')] },
    items,
    results,
    as,
    status: reader.itemPlaces(said, 'status'),
    answer: reader.itemPlaces(said, 'answer'),
    atomic: said['atomic'] === true,
    pointer: `x-conflict/resources/${name}/bulk`,
  }
}
