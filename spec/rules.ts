import type { Call, Mechanism, Place, Role, Rule } from './contract.ts'
import { isTree, type Tree } from './tree.ts'
import { markOf } from './marks.ts'
import { entries, isSaid, mechanism, needOutcome, type Setting } from './mechanism.ts'
import { standardRoles } from './roles.ts'

/** All rules of a resource. */
export function readRules(setting: Setting, resources: ReadonlySet<string>): Rule[] {
  return entries(setting, 'rules').flatMap((entry): Rule[] => {
    const { name, said, holder } = entry
    const { problems } = setting
    if (!isTree(said)) return []
    const rule = readKind(setting, said, resources)
    if (!rule) return []
    const base = mechanism(
      setting,
      entry,
      rule.for,
      'rule',
      rule.needs.map((place) => [place]),
    )
    if (!base.for.length && !base.unpromised.length && said['for'] === undefined && isSaid(holder, name)) {
      problems.warn(
        markOf(holder, name),
        `the rule ${name} can refuse nothing: ${setting.name} has none of ${rule.for.join(', ') || 'the operations it speaks of'}`,
      )
    }
    if (isSaid(holder, name) && base.for.length) needOutcome(setting, base, markOf(holder, name), 'rule', ['blocked'])
    return [{ ...base, ...rule.kind } as Rule]
  })
}

type Kind = Rule extends infer R ? (R extends Rule ? Omit<R, keyof Mechanism> : never) : never

function readKind(setting: Setting, said: Tree, resources: ReadonlySet<string>): { kind: Kind; for: Role[]; needs: Place[] } | undefined {
  const { reader, problems, operations } = setting
  switch (said['kind']) {
    case 'has-children': {
      const children = String(said['children'])
      if (!resources.has(children))
        problems.error(
          markOf(said, 'children'),
          `there is no resource ${JSON.stringify(children)}; known are ${[...resources].join(', ')}`,
          children,
          [...resources].join(', '),
        )
      return { kind: { kind: 'has-children', children }, for: ['delete'], needs: [] }
    }
    case 'parent-missing':
    case 'cycle': {
      const parent = reader.place(said, 'parent')
      return (
        parent && {
          kind: { kind: said['kind'], parent },
          for: said['kind'] === 'cycle' ? ['replace', 'patch'] : ['create', 'replace', 'patch'],
          needs: [parent],
        }
      )
    }
    case 'mismatch': {
      const places = reader.places(said, 'places')
      return { kind: { kind: 'mismatch', places }, for: ['replace', 'patch'], needs: places }
    }
    case 'transition': {
      const allowed = {} as Record<Role, Record<string, string[]>>
      for (const [role, moves] of Object.entries((said['allowed'] ?? {}) as Record<string, Record<string, string | string[]>>)) {
        if (!operations.has(role))
          problems.error(
            markOf(said['allowed'], role),
            `${setting.name} has no role or action ${JSON.stringify(role)}; it has ${[...operations.keys()].join(', ')}`,
            role,
            [...operations.keys()].join(', '),
          )
        allowed[role] = Object.fromEntries(Object.entries(moves).map(([from, to]) => [from, [to].flat()]))
      }
      return { kind: { kind: 'transition', state: String(said['state']), allowed }, for: Object.keys(allowed), needs: [] }
    }
    case 'merge': {
      const base = reader.place(said, 'base')
      const ours = reader.place(said, 'ours')
      const actions = operations.has('merge') ? ['merge'] : [...operations.keys()].filter((role) => !standardRoles.includes(role))
      return (
        base &&
        ours && {
          kind: { kind: 'merge', base, ours, into: typeof said['into'] === 'string' ? said['into'] : '' },
          for: actions,
          needs: [base, ours],
        }
      )
    }
    case 'described': {
      const act = reader.call(said, 'act', operations)
      const calls = (key: 'arrange' | 'undo'): Call[] => {
        const list = said[key]
        return Array.isArray(list) ? list.flatMap((_, at) => reader.call(list, at, operations) ?? []) : []
      }
      const roles = act ? [...operations].filter(([, call]) => call.operation === act.operation).map(([role]) => role) : []
      const facts = isTree(said['act']) ? reader.facts(said['act'], 'with') : []
      const needs = facts.map(({ place }) => place).filter(({ message }) => message === 'request')
      return act && { kind: { kind: 'described', arrange: calls('arrange'), act, undo: calls('undo') }, for: roles, needs }
    }
    default:
      return undefined
  }
}
