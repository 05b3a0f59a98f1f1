import type {
  Call,
  Guard,
  Idempotency,
  Json,
  Mechanism,
  Operation,
  OutcomeName,
  Place,
  Role,
  Rule,
  Schema,
  Sentinel,
  Token,
  Unique,
} from './contract.ts'
import { isTree } from './layers.ts'
import { type Mark, markOf } from './marks.ts'
import type { Origins } from './origins.ts'
import { endings, resolveOutcomes } from './outcomes.ts'
import type { Problems } from './problems.ts'
import type { Reader } from './reader.ts'
import { standardRoles, withShared } from './roles.ts'
import { roomInRequest, roomInResponse } from './room.ts'

type Tree = Record<string, unknown>

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

/** The token that a map describes. `promised`: the contract says so itself, or an operation that shows items declares one of its places. */
export function readToken(
  holder: Tree,
  key: string,
  pointer: string,
  setting: Pick<Setting, 'reader' | 'problems' | 'operations' | 'deref' | 'origins'>,
): Token | undefined {
  const said = holder[key]
  if (!isTree(said)) return undefined
  const read = setting.reader.places(said, 'read')
  if (!read.length) {
    if (said['read'] === undefined)
      setting.problems.error(
        markOf(holder, key),
        'this token is read nowhere; say where, as in "read: $response.header.ETag"',
        '',
        'read: a place in the response',
      )
    return undefined
  }
  const sources = ['read', 'create', 'replace'].flatMap((role) => setting.operations.get(role)?.operation ?? [])
  const declares = (operation: Operation): boolean =>
    read.some((place) => roomInResponse(place, operation, [], setting.deref) === 'declared')
  const first = read[0]!
  const declared = sources.slice(0, 1).find(declares)
  if (declared) setting.origins.infer([...pointer.split('/').slice(2), 'promised'], `${declared.method} ${declared.path} declares it`)
  return {
    read,
    format: (said['format'] as Token['format']) ?? (first.part === 'header' && first.name.toLowerCase() === 'etag' ? 'etag' : 'opaque'),
    bumps: (said['bumps'] as Token['bumps']) ?? 'every-write',
    by: said['by'] as Role[] | undefined,
    promised: isSaid(holder, key) || declared !== undefined,
    pointer,
  }
}

/** All guards of a resource. */
export function readGuards(setting: Setting): Guard[] {
  return entries(setting, 'guards').flatMap(({ name, said, holder, pointer }): Guard[] => {
    const { reader, problems } = setting
    const mark = markOf(holder, name)
    const send = reader.places(said, 'send')
    if (!send.length) {
      if (said['send'] === undefined)
        problems.error(
          mark,
          `the guard ${name} says nowhere what it looks at, here or in a dialect; say "send: …"`,
          '',
          'send: $request.header.If-Match, or another place',
        )
      return []
    }
    const token = said['token'] === undefined ? setting.token : readToken(said, 'token', `${pointer}/token`, setting)
    if (!token) {
      if (said['token'] === undefined && isSaid(holder, name))
        problems.error(
          mark,
          `the guard ${name} has nothing to compare: ${setting.name} has no token; say where its version is read, as in "token: { read: $response.header.ETag }"`,
          '',
          'a token',
        )
      return []
    }
    const base = mechanism(setting, { name, said, holder, pointer }, ['replace', 'patch', 'delete'], 'guard', send, 'any')
    const guard: Guard = {
      ...base,
      send,
      match: (said['match'] as Guard['match']) ?? 'equal',
      required: (said['required'] as Guard['required']) ?? 'never',
      any: sentinel(said['any']),
      none: sentinel(said['none']),
      token,
      item: reader.place(said, 'item'),
    }
    if (isSaid(holder, name) && guard.for.length) {
      const reads = guard.for.every((role) => role === 'read' || role === 'list')
      const wanted: OutcomeName[] = reads
        ? ['unchanged']
        : guard.match === 'differs' || guard.match === 'modified-since'
          ? ['exists', 'stale']
          : ['stale', 'exists']
      needOutcome(setting, base, mark, 'guard', wanted)
      if (guard.required !== 'never') needOutcome(setting, base, mark, 'guard that is required', ['missing'])
    }
    return [guard]
  })
}

/** All uniqueness constraints of a resource. */
export function readUnique(setting: Setting): Unique[] {
  return entries(setting, 'unique').flatMap((entry): Unique[] => {
    const { name, holder } = entry
    const short = !isTree(entry.said) || 'at' in entry.said
    const said: Tree = short ? {} : (entry.said as Tree)
    if (short) setting.origins.set([setting.name, 'unique', name, 'fields'], markOf(holder, name))
    const fields = short ? setting.reader.places(holder, name) : setting.reader.places(said, 'fields')
    if (!fields.length) {
      if (!short && said['fields'] === undefined)
        setting.problems.error(
          markOf(holder, name),
          `unique.${name} says nowhere what must be unique; say "fields: …"`,
          '',
          'fields: a place in the request',
        )
      return []
    }
    const base = mechanism(setting, { ...entry, said }, ['create', 'replace', 'patch'], 'unique', fields, 'all')
    if (isSaid(holder, name) && base.for.length) needOutcome(setting, base, markOf(holder, name), 'uniqueness', ['duplicate'])
    return [{ ...base, fields, within: setting.reader.places(said, 'within'), compare: (said['compare'] as Unique['compare']) ?? 'exact' }]
  })
}

/** The idempotency key of a resource, if it has one. */
export function readIdempotency(setting: Setting): Idempotency | undefined {
  const { tree, reader, problems } = setting
  const said = tree['idempotency']
  if (!isTree(said)) return undefined
  const pointer = `x-conflict/resources/${setting.name}/idempotency`
  const key = reader.places(said, 'key')
  if (!key.length) {
    if (said['key'] === undefined)
      problems.error(
        markOf(tree, 'idempotency'),
        'idempotency says nowhere where the key is sent; say "key: $request.header.Idempotency-Key", or extend a dialect that does',
        '',
        'key: a place in the request',
      )
    return undefined
  }
  const actions = [...setting.operations.keys()].filter((role) => !standardRoles.includes(role))
  const base = mechanism(setting, { name: 'idempotency', said, holder: tree, pointer }, ['create', ...actions], 'idempotency', key, 'any')
  if (isSaid(tree, 'idempotency') && base.for.length && said['required'] === 'always')
    needOutcome(setting, base, markOf(tree, 'idempotency'), 'key that is required', ['keyMissing'])
  const fingerprint = (said['fingerprint'] as string[] | undefined) ?? ['method', 'path', 'body']
  return {
    ...base,
    key,
    schema: (said['schema'] as Schema | undefined) ?? declaredKey(key, base, setting),
    required: (said['required'] as Idempotency['required']) ?? 'never',
    scope: (said['scope'] as Idempotency['scope']) ?? ['caller'],
    fingerprint: fingerprint.flatMap((part, at) =>
      ['method', 'path', 'body'].includes(part) ? (part as 'method') : (reader.place(said['fingerprint'] as unknown[], at) ?? []),
    ),
    onRepeat: [said['onRepeat'] ?? 'replay'].flat() as Idempotency['onRepeat'],
    stores: (said['stores'] as Idempotency['stores']) ?? 'executed',
    expires: duration(said['expires'], setting, said),
  }
}

/** The schema of a key that an operation declares as a parameter. */
function declaredKey(key: readonly Place[], { for: roles }: Mechanism, { operations }: Setting): Schema | undefined {
  const parameters = roles.flatMap((role) => operations.get(role)?.operation.parameters ?? [])
  return parameters.find((parameter) =>
    key.some((place) => place.part === parameter.in && place.name.toLowerCase() === parameter.name.toLowerCase()),
  )?.schema
}

/** All rules of a resource. */
export function readRules(setting: Setting, resources: ReadonlySet<string>): Rule[] {
  return entries(setting, 'rules').flatMap((entry): Rule[] => {
    const { name, said, holder } = entry
    const { problems } = setting
    if (!isTree(said)) return []
    const rule = readKind(setting, said, resources)
    if (!rule) return []
    const base = mechanism(setting, entry, rule.for, 'rule', rule.needs, 'all')
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
      const steps = Array.isArray(said['arrange'])
        ? said['arrange'].flatMap((_, at) => reader.call(said['arrange'] as unknown[], at, operations) ?? [])
        : []
      const roles = act ? [...operations].filter(([, call]) => call.operation === act.operation).map(([role]) => role) : []
      return act && { kind: { kind: 'described', arrange: steps, act }, for: roles, needs: [] }
    }
    default:
      return undefined
  }
}

interface Entry {
  name: string
  said: Tree
  holder: Tree
  pointer: string
}

function entries(setting: Setting, kind: 'guards' | 'unique' | 'rules'): Entry[] {
  const holder = setting.tree[kind]
  if (!isTree(holder)) return []
  return Object.entries(holder)
    .filter(([, said]) => said !== false && said !== null)
    .map(([name, said]) => ({ name, said: said as Tree, holder, pointer: `x-conflict/resources/${setting.name}/${kind}/${name}` }))
}

/**
 * What all mechanisms share. What only a dialect says holds for the roles whose operation declares the place (`any` of the
 * alternatives, or `all` of them together); what the contract says itself always holds.
 */
function mechanism(
  setting: Setting,
  entry: Entry,
  usual: readonly Role[],
  kind: keyof typeof endings,
  places: readonly Place[],
  need: 'any' | 'all',
): Mechanism {
  const { reader, problems, operations, deref } = setting
  const { said, holder, name, pointer } = entry
  const asked = said['for'] as Role[] | undefined
  for (const [at, role] of (asked ?? []).entries()) {
    if (!operations.has(role) && !standardRoles.includes(role) && !setting.otherRoles.has(role)) {
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
      place.message === 'response' || roomInRequest(place, operations.get(role)!.operation, deref) === 'declared'
    return !places.length || (need === 'any' ? places.some(has) : places.every(has))
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

function needOutcome(setting: Setting, base: Mechanism, mark: Mark | undefined, what: string, wanted: OutcomeName[]): void {
  if (wanted.some((name) => base.outcomes[name])) return
  setting.problems.error(
    mark,
    `this ${what} can refuse, but no outcome says how: add "outcomes: { ${wanted[0]}: { status: … } }" to ${base.name}, to ${setting.name} or to the root`,
    '',
    `an outcome ${wanted.join(' or ')}`,
  )
}

function sentinel(said: unknown): Sentinel | undefined {
  if (said === undefined || said === false) return undefined
  if (isTree(said) && said['present'] === false) return { omitted: true }
  return { value: said as Json } as Sentinel
}

/** An ISO 8601 duration in milliseconds; a month has 30 days, a year 365. */
function duration(said: unknown, setting: Setting, holder: Tree): number | undefined {
  if (typeof said !== 'string') return undefined
  const parts = /^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(said)
  if (!parts) {
    setting.problems.error(
      markOf(holder, 'expires'),
      `${said} is no duration of ISO 8601; a day is PT24H or P1D, a quarter of an hour PT15M`,
      said,
      'PT24H',
    )
    return undefined
  }
  const seconds = [365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1]
  return seconds.reduce((sum, length, at) => sum + Number(parts[at + 1] ?? 0) * length, 0) * 1000
}
