import type { Mechanism } from '../../spec/contract.ts'
import { fault, type Fault } from '../fault.ts'
import { isOverridden } from '../inforce.ts'

/** Bugs around words that switch a guard, a rule, a uniqueness, a key or a lock off (`?force=true`). */

/** One rule for all, and no word against it. */
export const overrideIgnored: Fault = fault({
  name: 'override-ignored',
  title: 'compares versions although the write says what switches the comparison off',
  resource: (resource) => ({ ...resource, guards: resource.guards.map((guard) => ({ ...guard, override: [] })) }),
})

/** Somebody thought of writes only. */
export const overrideIgnoredOnDelete: Fault = fault({
  name: 'override-ignored-on-delete',
  title: 'refuses a stale delete that says that the item shall go all the same',
  resource: (resource) => ({
    ...resource,
    guards: resource.guards.flatMap((guard) => [
      { ...guard, for: guard.for.filter((role) => role !== 'delete') },
      { ...guard, for: guard.for.filter((role) => role === 'delete'), override: [] },
    ]),
  }),
})

export const ruleOverrideIgnored: Fault = fault({
  name: 'rule-override-ignored',
  title: 'refuses what a rule forbids, also where the request says what switches the rule off',
  seen: 'openSUSE/open-build-service#1256, openSUSE/open-build-service#3687',
  resource: (resource) => ({ ...resource, rules: resource.rules.map((rule) => ({ ...rule, override: [] })) }),
})

export const uniqueOverrideIgnored: Fault = fault({
  name: 'unique-override-ignored',
  title: 'refuses a duplicate, also where the request says what allows it',
  resource: (resource) => ({ ...resource, unique: resource.unique.map((unique) => ({ ...unique, override: [] })) }),
})

export const keyOverrideIgnored: Fault = fault({
  name: 'key-override-ignored',
  title: 'answers a request with a used key from what it has kept, also where the request says what switches the key off',
  resource: (resource) =>
    resource.idempotency === undefined ? resource : { ...resource, idempotency: { ...resource.idempotency, override: [] } },
})

export const lockOverrideIgnored: Fault = fault({
  name: 'lock-override-ignored',
  title: 'refuses to write what is locked, also where the request says what switches the lock off',
  resource: (resource) => ({ ...resource, locks: resource.locks.map((lock) => ({ ...lock, override: [] })) }),
})

/** The refusal is switched off, the work behind it was never written. */
export const overrideAnsweredOnly: Fault = fault({
  name: 'override-answered-only',
  title: 'answers a request that switches off what would refuse it with success, and does nothing',
  writes(writes, { decision, facts, model }) {
    const { guards, rules, unique, locks, idempotency } = model.resource
    const all: Mechanism[] = [...guards, ...rules, ...unique, ...locks, ...(idempotency ? [idempotency] : [])]
    // that a token for another guard is there is no such word
    const isWord = (each: Mechanism): boolean => each.override.every(({ is }) => 'equals' in is) && isOverridden(each, facts)
    return decision.kind === 'perform' && all.some(isWord) ? [] : writes
  },
})
