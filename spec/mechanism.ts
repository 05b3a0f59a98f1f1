import type { Call, Mechanism, Operation, OutcomeName, Place, Role, Schema, Token } from './contract.ts'
import { isTree, type Tree } from './tree.ts'
import { type Mark, markOf } from './marks.ts'
import { Origins } from './origins.ts'
import { endings, resolveOutcomes } from './outcomes.ts'
import { Problems } from './problems.ts'
import { Reader } from './reader.ts'
import { standardRoles, withShared } from './roles.ts'
import { roomInRequest } from './room.ts'

/** What the mechanisms of one resource are read with. */
export interface Setting {
  name: string
  /** All that is said of the resource, layered. */
  tree: Tree
  operations: ReadonlyMap<Role, Call>
  token: Token | undefined
  reader: Reader
  problems: Problems
  deref: (schema: Schema) => Schema
  /** Actions of other resources: a `for` at the root may name them. */
  otherRoles: ReadonlySet<Role>
  origins: Origins
  /** Where an operation was written. */
  operationMark: (operation: Operation) => Mark | undefined
}

/** Where a member of `x-conflict` stands in the contract: said by itself, or only by a dialect. */
export function isSaid(holder: unknown, key: string): boolean {
  return markOf(holder, key)?.source.kind !== 'dialect'
}

export interface Entry {
  name: string
  said: Tree
  holder: Tree
  pointer: string
}

export function entries(setting: Setting, kind: 'guards' | 'unique' | 'locks' | 'rules'): Entry[] {
  const holder = setting.tree[kind]
  if (!isTree(holder)) return []
  return Object.entries(holder)
    .filter(([, said]) => said !== false && said !== null)
    .map(([name, said]) => ({ name, said: said as Tree, holder, pointer: `x-conflict/resources/${setting.name}/${kind}/${name}` }))
}

/**
 * What all mechanisms share. What only a dialect says holds for the roles whose operation declares one place of each of the groups in
 * `needs`; what the contract says itself always holds.
 */
export function mechanism(
  setting: Setting,
  entry: Entry,
  usual: readonly Role[],
  kind: keyof typeof endings,
  needs: readonly (readonly Place[])[],
): Mechanism {
  const { reader, problems, operations, deref } = setting
  const { said, holder, name, pointer } = entry
  const asked = said['for'] as Role[] | undefined
  const general = !isSaid(said, 'for')
  for (const [at, role] of (asked ?? []).entries()) {
    if (!general && !operations.has(role) && !standardRoles.includes(role) && !setting.otherRoles.has(role)) {
      problems.error(
        markOf(asked, at),
        `${setting.name} has no role or action ${JSON.stringify(role)}; it has ${[...operations.keys()].join(', ')}`,
        role,
        [...operations.keys()].join(', '),
      )
    }
  }
  const roles = withShared(
    (asked ?? usual).filter((role) => operations.has(role)),
    operations,
  )
  const declares = (role: Role): boolean => {
    const has = (place: Place): boolean =>
      place.message !== 'request' || roomInRequest(place, operations.get(role)!.operation, deref) === 'declared'
    return needs.every((places) => !places.length || places.some(has))
  }
  const holds = isSaid(holder, name) ? roles : roles.filter(declares)
  const { outcomes, tree } = resolveOutcomes(setting.tree['outcomes'], said['outcomes'], endings[kind], pointer, reader, problems)
  const path = pointer.split('/').slice(2)
  for (const outcome of Object.keys(outcomes)) setting.origins.set([...path, 'outcomes', outcome], markOf(tree, outcome))
  if (roles.length > holds.length) setting.origins.note([...path, 'for'], 'no operation declares the place for the others')
  return {
    name,
    for: holds,
    unpromised: roles.filter((role) => !holds.includes(role)),
    when: reader.facts(said, 'when'),
    override: reader.facts(said, 'override'),
    outcomes,
    pointer,
  }
}

export function needOutcome(setting: Setting, base: Mechanism, mark: Mark | undefined, what: string, wanted: OutcomeName[]): void {
  if (wanted.some((name) => base.outcomes[name])) return
  setting.problems.error(
    mark,
    `this ${what} can refuse, but no outcome says how: add "outcomes: { ${wanted[0]}: { status: … } }" to ${base.name}, to ${setting.name} or to the root`,
    '',
    `an outcome ${wanted.join(' or ')}`,
  )
}
