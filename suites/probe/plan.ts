import type { Resource } from '../../spec/contract.ts'
import { defaultBudget } from './probe.ts'

/** What a probe of a resource would do, before anything is sent. */
export interface Plan {
  resource: string
  /** What is sent, and how many requests at most. */
  steps: { what: string; requests: number }[]
  /** Requests at most, cleaning up left out. */
  most: number
}

/** The plan of a probe: which requests a resource would get, and how many at most. */
export function planOf(resource: Resource, budget: number = defaultBudget): Plan {
  const calls = new Map([...resource.operations].map(([role, { operation }]) => [role, `${operation.method} ${operation.path}`]))
  const steps: Plan['steps'] = []
  const add = (role: string, text: string, requests: number): void =>
    void (calls.has(role) && steps.push({ what: `${calls.get(role)}: ${text}`, requests }))
  add('create', 'an item, with a key if one is wanted', 4)
  if (!calls.has('create') || !calls.has('read'))
    return { resource: resource.name, steps: calls.has('create') ? steps : [], most: calls.has('create') ? 4 : 0 }
  add('read', 'what comes back', 1)
  const write = calls.has('replace') ? 'replace' : 'patch'
  add(write, 'with no version, the current one, an old one, a weak one, * and a date; the same content again; * for "must not exist"', 24)
  if (write === 'replace') add('patch', 'with an old version, the current one, none and a date', 10)
  add('read', 'with the tag and the date of a copy', 3)
  if (write === 'replace') add('replace', 'to an id that nobody has', 2)
  if (resource.operations.get('create')!.operation.method === 'POST') {
    add('create', 'the same again, then new in one member, and in all but one, for up to six members', 16)
    add('create', 'the same twice with one key, then another with that key', 3)
  }
  if ([...resource.identity.values()].flat().some(({ message }) => message === 'request'))
    add('create', 'under an id that is taken, and under one that is free', 4)
  if (calls.has('unlock')) add('lock', 'then writes with the token of the lock and without, and the same once it was given back', 14)
  add('copy', 'to what exists and to what does not, with Overwrite: F', 6)
  add('delete', 'with an old version, with none, with the current one', 8)
  const sum = steps.reduce((most, { requests }) => most + requests, 0)
  return { resource: resource.name, steps, most: Math.min(budget, sum) }
}
