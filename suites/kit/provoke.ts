import { readPointer } from '../../http/pointer.ts'
import type { Guard, OutcomeName, Resource } from '../../spec/contract.ts'
import type { Answer } from './answer.ts'
import { freshKey } from './key.ts'
import type { Kit } from './kit.ts'
import { uniqueMembers, valuesAt } from './taken.ts'
import { isUpdate } from './token.ts'

/** A conflict that a contract promises, and how to bring it about. */
export interface Conflict {
  outcome: OutcomeName
  /** The outcome whose words the contract uses for it: two that it calls the same may look the same. */
  as: OutcomeName
  /** Those that the contract allows for it. */
  statuses: number[]
  /** In words, for reports: "a stale write". */
  kind: string
  /** Undefined: it cannot be brought about from the state in which a new item is. */
  provoke(kit: Kit): Promise<Answer | undefined>
}

/** The conflicts that a resource promises and that one client can bring about in a few requests, one of each kind. */
export function conflictsOf(resource: Resource): Conflict[] {
  return [staleWrite(resource), missingToken(resource), duplicate(resource), keyReused(resource), forbiddenAction(resource)].filter(
    (one) => one !== undefined,
  )
}

/** A conflict that was brought about. */
export type Provoked = Conflict & { answer: Answer }

/** Each of them, brought about for all checks that look at refusals. The answers are as they came: whether they are right is for the checks that are about them. */
export function provoked(kit: Kit): Promise<Provoked[]> {
  return kit.once('conflict-bodies/provoked', provokeAll)
}

/** The same, brought about by this check alone. */
export async function provokeAll(kit: Kit): Promise<Provoked[]> {
  const seen: Provoked[] = []
  for (const conflict of conflictsOf(kit.resource.spec)) {
    const answer = await conflict.provoke(kit)
    if (answer) seen.push({ ...conflict, answer })
  }
  return seen
}

/** A promised guard on writes with this outcome, and the role that it is on. */
function guarded(resource: Resource, outcome: OutcomeName): { guard: Guard; role: 'replace' | 'patch' } | undefined {
  if (!resource.operations.has('create') || !resource.operations.has('read') || resource.marker === undefined) return undefined
  for (const role of ['replace', 'patch'] as const) {
    const guard = resource.guards.find(
      (guard) => isUpdate(guard) && guard.for.includes(role) && guard.outcomes[outcome] && guard.outcomes[outcome].as !== 'done',
    )
    if (guard && resource.operations.has(role)) return { guard, role }
  }
  return undefined
}

function staleWrite(resource: Resource): Conflict | undefined {
  const found = guarded(resource, 'stale')
  return (
    found && {
      outcome: 'stale',
      as: found.guard.outcomes.stale!.as,
      statuses: found.guard.outcomes.stale!.status,
      kind: 'a stale write',
      async provoke({ resource }) {
        const item = await resource.create()
        const known = item.token
        await item.write({ role: found.role, purpose: 'somebody else saves first' })
        return item.tryWrite({ role: found.role, token: known, purpose: 'save with the version that was known before' })
      },
    }
  )
}

function missingToken(resource: Resource): Conflict | undefined {
  const found = guarded(resource, 'missing')
  if (!found || found.guard.required === 'never') return undefined
  return {
    outcome: 'missing',
    as: found.guard.outcomes.missing!.as,
    statuses: found.guard.outcomes.missing!.status,
    kind: 'a write without a token',
    async provoke({ resource }) {
      const item = await resource.create()
      return item.tryWrite({ role: found.role, token: null, purpose: 'write without a token' })
    },
  }
}

function duplicate(resource: Resource): Conflict | undefined {
  const unique = resource.unique.find((one) => one.for.includes('create') && uniqueMembers(one, resource) && one.outcomes.duplicate)
  return (
    unique && {
      outcome: 'duplicate',
      as: unique.outcomes.duplicate!.as,
      statuses: unique.outcomes.duplicate!.status,
      kind: 'a duplicate',
      async provoke({ resource }) {
        const first = await resource.create()
        const set = valuesAt(resource.spec, first.sent, uniqueMembers(unique, resource.spec) ?? [])
        return set && resource.tryCreate({ set, purpose: 'create another with a value that is taken' })
      },
    }
  )
}

function keyReused({ idempotency }: Resource): Conflict | undefined {
  if (!idempotency?.for.includes('create') || !idempotency.outcomes.keyReused || !idempotency.fingerprint.includes('body')) return undefined
  return {
    outcome: 'keyReused',
    as: idempotency.outcomes.keyReused.as,
    statuses: idempotency.outcomes.keyReused.status,
    kind: 'a key used again',
    async provoke({ resource, contract }) {
      const key = freshKey(resource.spec, contract)
      await resource.create({ key })
      return resource.tryCreate({ key, purpose: 'another payload under the same key' })
    },
  }
}

function forbiddenAction(resource: Resource): Conflict | undefined {
  const rule = resource.rules.find((rule) => rule.kind === 'transition' && rule.for.length > 0 && rule.outcomes.blocked)
  if (rule?.kind !== 'transition' || !resource.operations.has('create') || !resource.operations.has('read')) return undefined
  return {
    outcome: 'blocked',
    as: rule.outcomes.blocked!.as,
    statuses: rule.outcomes.blocked!.status,
    kind: 'an action that the state forbids',
    async provoke({ resource }) {
      const item = await resource.create()
      const state = String(readPointer(item.last.payload, rule.state))
      const action = Object.keys(rule.allowed).find((one) => !rule.allowed[one]![state])
      return action === undefined ? undefined : item.tryAct(action, { purpose: `try ${action} in the state ${state}` })
    },
  }
}
