import type { Resource } from '../../spec/contract.ts'
import type { Target } from '../target.ts'
import type { Check } from './check.ts'
import { type Bound, bind } from './needs.ts'
import { overrulingOf } from './overruled.ts'

/** A resource that a check applies to. */
export interface Case {
  resource: Resource
  bound: Bound
}

/** The resources that have what the check needs, and for the others why they have not. */
export function casesOf(check: Check, target: Target): { cases: Case[]; reasons: Map<string, string> } {
  const cases: Case[] = []
  const reasons = new Map<string, string>()
  for (const resource of target.loaded.resources.values()) {
    const off = overrulingOf(check, resource)
    if (off?.severity === 'off') {
      reasons.set(resource.name, `off: ${off.reason}`)
      continue
    }
    const bound = bind(check.needs, resource, target)
    if ('reason' in bound) reasons.set(resource.name, bound.reason)
    else if (check.races && !bound.promised) reasons.set(resource.name, `not promised (${bound.doubt})`)
    else cases.push({ resource, bound })
  }
  return { cases, reasons }
}
