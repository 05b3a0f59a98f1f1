import type { Guard, Lock, Mechanism, OutcomeName, Resource, Role, Rule } from '../../spec/contract.ts'
import type { TargetConfig } from '../target.ts'
import type { Need } from './check.ts'
import { isIfMatch, isSwitchedByWord, isUpdate, placesSent } from './token.ts'

/** What a check's needs came to for one resource. */
export interface Bound {
  /** False: a dialect has the mechanism but nobody promised it here; then a check only reports what it saw. */
  promised: boolean
  /** Why it is not promised. */
  doubt: string | undefined
  /** The role that changes the item. */
  role: 'replace' | 'patch'
  guards: Map<Need, Guard>
  rules: Map<Rule['kind'], Rule>
}

/** What can be had without a write; in place of a new item one that is there is read. */
const readOnlyNeeds: ReadonlySet<Need> = new Set([
  'etag',
  'last-modified',
  'create',
  'read',
  'list',
  'token',
  'guard.fresh',
  'guard.fresh-date',
  'identities',
])

/** Does the resource, as its contract describes it, have what a check needs? If not, says why in half a sentence. */
export function bind(needs: readonly Need[], resource: Resource, target: TargetConfig): Bound | { reason: string } {
  if (target.readOnly && !needs.every((need) => readOnlyNeeds.has(need))) return { reason: 'read-only: the check writes' }
  const role = writeRole(needs, resource)
  const bound: Bound = { promised: true, doubt: undefined, role: role ?? 'replace', guards: new Map(), rules: new Map() }
  const doubt = (reason: string): void => {
    bound.promised = false
    bound.doubt ??= reason
  }
  for (const need of new Set(needs.flatMap((need) => [...implied(need), need]))) {
    const reason = missing(need, resource, target, role)
    if (reason) return { reason }
    if (need in guardNeeds) {
      const found = findGuard(need as GuardNeed, needs, resource, role, [...bound.guards.values()])
      if ('reason' in found) return found
      bound.guards.set(need, found.guard)
      if (found.doubt) doubt(found.doubt)
    }
    const mechanisms: Mechanism[] | undefined =
      need === 'unique' ? resource.unique : need === 'idempotency' ? [resource.idempotency].filter(present) : undefined
    if (mechanisms && !mechanisms.some((mechanism) => mechanism.for.length > 0)) doubt(`${need} is inherited from a dialect, not promised`)
    if (need === 'lock' || need === 'lock.caller') {
      const lock = lockOf(resource, needs)!
      if (lock.for.length === 0) doubt(`the lock "${lock.name}" is inherited from a dialect, not promised`)
      if (!lock.outcomes.locked) doubt(`the lock "${lock.name}" has no outcome "locked"`)
    }
    if (need.startsWith('rule.')) {
      const rules = rulesFor(need, resource)
      const rule = rules.find((rule) => rule.for.length > 0 && rule.outcomes.blocked) ?? rules[0]!
      bound.rules.set(rule.kind, rule)
      if (rule.for.length === 0 || !rule.outcomes.blocked) doubt(`the rule ${rule.name} is not promised`)
    }
  }
  return bound
}

/** What nobody should have to say: a guard on writes is tried out by creating, reading and writing. */
function implied(need: Need): Need[] {
  if (need === 'guard.fresh' || need === 'guard.fresh-date') return ['create', 'read']
  if (need.startsWith('guard.')) return ['create', 'read', 'write']
  if (need === 'lock' || need === 'lock.caller' || need === 'bulk') return ['create', 'read', 'write']
  return need === 'write'
    ? ['create', 'read']
    : ['unique', 'idempotency', 'idempotency.promised', 'read', 'delete', 'token', 'etag', 'last-modified'].includes(need)
      ? ['create']
      : []
}

interface GuardKind {
  fits(guard: Guard): boolean
  /** For which of the resource's roles it is looked for. */
  on(role: Role, needs: readonly Need[]): Role
  /** The outcome that makes it a promise. */
  outcome: OutcomeName
  words: string
}

const sentIn = (guard: Guard, part: string, name?: string): boolean =>
  placesSent(guard).some((place) => place.part === part && (name === undefined || place.name.toLowerCase() === name))
const onWrite = (role: Role, needs: readonly Need[]): Role =>
  needs.includes('delete') && !needs.some((need) => need === 'patch' || need === 'replace') ? 'delete' : role
const onRead = (): Role => 'read'

const guardNeeds = {
  'guard.update': { fits: isUpdate, on: onWrite, outcome: 'stale', words: 'no guard refuses a stale write' },
  'guard.if-match': {
    fits: (guard) => isUpdate(guard) && placesSent(guard).some(isIfMatch),
    on: onWrite,
    outcome: 'stale',
    words: 'no guard is sent as If-Match',
  },
  'guard.body': {
    fits: (guard) => isUpdate(guard) && sentIn(guard, 'body'),
    on: onWrite,
    outcome: 'stale',
    words: 'no guard is sent in the body',
  },
  'guard.elsewhere': {
    fits: (guard) => isUpdate(guard) && placesSent(guard).some((place) => !isIfMatch(place)),
    on: onWrite,
    outcome: 'stale',
    words: 'no guard is sent anywhere but as If-Match',
  },
  'guard.required': {
    fits: (guard) => isUpdate(guard) && guard.required !== 'never',
    on: onWrite,
    outcome: 'missing',
    words: 'no guard requires a token',
  },
  'guard.override': {
    fits: (guard) => isUpdate(guard) && isSwitchedByWord(guard),
    on: onWrite,
    outcome: 'stale',
    words: 'no guard is switched off by what a write says',
  },
  'guard.create-only': {
    fits: (guard) => guard.none !== undefined,
    on: () => 'replace',
    outcome: 'exists',
    words: 'no guard has a value for "must not exist"',
  },
  'guard.fresh': {
    fits: (guard) => guard.match === 'differs' && sentIn(guard, 'header', 'if-none-match'),
    on: onRead,
    outcome: 'unchanged',
    words: 'no guard on reads is sent as If-None-Match',
  },
  'guard.unmodified': {
    fits: (guard) => guard.match === 'not-modified-since',
    on: onWrite,
    outcome: 'stale',
    words: 'no guard on writes compares dates',
  },
  'guard.fresh-date': {
    fits: (guard) => guard.match === 'modified-since',
    on: onRead,
    outcome: 'unchanged',
    words: 'no guard on reads compares dates',
  },
} satisfies Partial<Record<Need, GuardKind>> as Record<GuardNeed, GuardKind>

type GuardNeed = Extract<Need, `guard.${string}`>

/** All promised guards that a need may mean for a role: the one that was found is the first of them. */
export function guardsLike(need: Need, role: Role, bound: Guard, { guards }: Resource): Guard[] {
  const kind = guardNeeds[need as GuardNeed]
  const promised = guards.filter((guard) => guard !== bound && kind.fits(guard) && guard.for.includes(role) && guard.outcomes[kind.outcome])
  return [bound, ...promised.filter((guard) => guard.outcomes[kind.outcome]!.as !== 'done')]
}

function findGuard(
  need: GuardNeed,
  needs: readonly Need[],
  resource: Resource,
  writes: Role | undefined,
  bound: Guard[],
): { guard: Guard; doubt: string | undefined } | { reason: string } {
  const kind = guardNeeds[need]
  const role = kind.on(writes ?? 'replace', needs)
  const fitting = resource.guards.filter((guard) => kind.fits(guard) && [...guard.for, ...guard.unpromised].includes(role))
  // one guard for all needs where one does for all: "sent as If-Match" and "required" speak of the same
  const guard = fitting.find((guard) => bound.includes(guard)) ?? fitting.find((guard) => guard.for.includes(role)) ?? fitting[0]
  if (!guard) return { reason: `${kind.words} on ${role}` }
  const outcome = guard.outcomes[kind.outcome]
  if (outcome?.as === 'done')
    return { reason: `the contract says openly that "${kind.outcome}" lets the request through (${outcome.pointer})` }
  if (!guard.for.includes(role)) return { guard, doubt: `the guard "${guard.name}" is inherited from a dialect for ${role}, not promised` }
  return { guard, doubt: outcome ? undefined : `the guard "${guard.name}" has no outcome "${kind.outcome}"` }
}

function writeRole(needs: readonly Need[], resource: Resource): 'replace' | 'patch' | undefined {
  const roles = (['replace', 'patch'] as const).filter((role) => resource.operations.has(role))
  const named = roles.find((role) => needs.includes(role))
  if (named) return named
  if (needs.includes('bulk')) return roles.find((role) => resource.bulk?.as[role] !== undefined) ?? roles[0]
  const kinds = needs.filter((need) => need in guardNeeds).map((need) => guardNeeds[need as GuardNeed])
  const guarded = (role: Role, list: 'for' | 'unpromised'): boolean =>
    kinds.some((kind) => resource.guards.some((guard) => kind.fits(guard) && guard[list].includes(role)))
  return roles.find((role) => guarded(role, 'for')) ?? roles.find((role) => guarded(role, 'unpromised')) ?? roles[0]
}

function missing(need: Need, resource: Resource, target: TargetConfig, role: Role | undefined): string | undefined {
  switch (need) {
    case 'create':
    case 'list':
    case 'replace':
    case 'patch':
    case 'delete':
      return resource.operations.has(need) ? undefined : `the contract has no ${need}`
    case 'read':
      if (!resource.operations.has('read')) return 'the contract has no read'
      // without its content an item is judged by its token
      return resource.payload.read === false && !resource.token ? 'what is stored cannot be read back' : undefined
    case 'write':
      if (!role) return 'the contract has neither replace nor patch'
      return resource.marker === undefined && resource.payload.read !== false
        ? 'no member is known that clients may change freely (marker)'
        : undefined
    case 'token':
      return resource.token ? undefined : 'the contract names no token'
    case 'unique':
      return resource.unique.length > 0 ? undefined : 'nothing is unique'
    case 'idempotency.promised':
      if (resource.idempotency && resource.idempotency.for.length === 0)
        return 'no operation declares the idempotency key of the dialect: not promised'
      return resource.idempotency ? undefined : 'creates take no idempotency key'
    case 'idempotency':
      return resource.idempotency ? undefined : 'creates take no idempotency key'
    case 'lock':
      return lockOf(resource, [need]) ? undefined : 'nothing is locked by a token'
    case 'lock.caller':
      return lockOf(resource, [need]) ? undefined : 'no lock is held by its caller, without a token'
    case 'bulk':
      if (!resource.bulk) return 'no request takes many items'
      return role && resource.bulk.as[role] ? undefined : `nobody says how one of many items is written (bulk.as.${role})`
    case 'identities':
      return target.identities.a && target.identities.b ? undefined : 'the target has no two identities (a, b)'
    default:
      if (!need.startsWith('rule.') || rulesFor(need, resource).length > 0) return undefined
      return need === 'rule.override' ? 'no rule is switched off by what a request says' : `no rule of the kind ${need.slice(5)}`
  }
}

/** Of a move under itself, of two ids and of a merge nobody says what comes of them where the rule is switched off. */
const overridable: readonly Rule['kind'][] = ['has-children', 'parent-missing', 'transition', 'described']

/** The rules that a need may mean. */
export function rulesFor(need: Need, { rules }: Resource): Rule[] {
  if (need === 'rule.override') return rules.filter((rule) => overridable.includes(rule.kind) && isSwitchedByWord(rule))
  return rules.filter((rule) => `rule.${rule.kind}` === need)
}

/** The lock that a check is about: one whose token writes send, or (`lock.caller`) one without a token; the promised one, else any. */
export function lockOf({ locks }: Resource, needs: readonly Need[]): Lock | undefined {
  const isHeldByCaller = needs.includes('lock.caller')
  const fitting = locks.filter(({ read, send }) => (isHeldByCaller ? read.length + send.length === 0 : read.length > 0 && send.length > 0))
  return fitting.find((lock) => lock.for.length > 0) ?? fitting[0]
}

function present<T>(value: T | undefined): value is T {
  return value !== undefined
}
