import type { Mechanism } from '../../spec/contract.ts'
import { fault, type Fault } from '../fault.ts'
import { isOverridden } from '../inforce.ts'

/** Bugs around words that switch a guard or a rule off (`?force=true`). */

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

/** The refusal is switched off, the work behind it was never written. */
export const overrideAnsweredOnly: Fault = fault({
  name: 'override-answered-only',
  title: 'answers a request that switches a guard or a rule off with success, and does nothing',
  writes(writes, { decision, facts, model }) {
    const { guards, rules } = model.resource
    // that a token for another guard is there is no such word
    const isWord = (each: Mechanism): boolean => each.override.every(({ is }) => 'equals' in is) && isOverridden(each, facts)
    return decision.kind === 'perform' && [...guards, ...rules].some(isWord) ? [] : writes
  },
})
