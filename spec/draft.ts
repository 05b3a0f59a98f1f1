import type { Call, Contract, Json, Role, Schema } from './contract.ts'
import { isTree, type Tree } from './tree.ts'
import { Origins } from './origins.ts'
import type { Pair } from './pairs.ts'
import { Problems } from './problems.ts'
import { Reader } from './reader.ts'
import { inferRoles } from './roles.ts'

/** What is known before the mechanisms of a resource can be read: its paths and its calls. */
export interface Draft {
  name: string
  pair: Pair
  /** All that is said of it, layered. */
  tree: Tree
  operations: Map<Role, Call>
}

/** What all resources of one document are read with. */
export interface Surroundings {
  document: Json
  operations: Contract['operations']
  reader: Reader
  problems: Problems
  origins: Origins
  deref: (schema: Schema) => Schema
}

/** The calls of a resource by role: those on its paths, and over them what the contract says. */
export function readDraft(name: string, pair: Pair, tree: Tree, around: Surroundings): Draft {
  const operations = new Map<Role, Call>()
  for (const [role, operation] of inferRoles(pair, around.operations)) {
    operations.set(role, { operation, with: [] })
    around.origins.infer([name, 'operations', role], 'from its paths')
  }
  const said = tree['operations']
  for (const [role, call] of isTree(said) ? Object.entries(said) : []) {
    if (call === false) operations.delete(role)
    else {
      const found = around.reader.call(said as Tree, role, operations)
      if (found) operations.set(role, found)
    }
  }
  const replace = operations.get('replace')
  const taken = isTree(said) && said['create'] === false
  if (
    !operations.has('create') &&
    !taken &&
    replace &&
    replace.operation.path === pair.item &&
    replace.operation.responses.some(({ status }) => status === '201')
  )
    operations.set('create', replace)
  return { name, pair, tree, operations }
}
