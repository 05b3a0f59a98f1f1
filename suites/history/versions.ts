import type { RaceOperation, RaceState } from '../../reports/model.ts'
import type { History, Promises } from './history.ts'

/** A state that the item may have, by number: a value that was written, the one before the race, or (0) its absence. */
export type Version = number

export const absent: Version = 0

/** What one operation claims of the item's versions. An answer to a write that shows another state counts as a read as well. */
export interface Step {
  operation: RaceOperation
  role: RaceOperation['role']
  outcome: RaceOperation['outcome']
  /** The interval in which it took effect, closed; for a read that may be stale it has no beginning, for what is unknown no end. */
  call: number
  end: number
  /** What it leaves behind, or the version that a read showed. */
  next: Version
  /** The version that it needs to be there; undefined: any, or its token was never shown or names several. */
  basis: Version | undefined
  /** What its token names, where it was shown before it was sent; else it is looked for when all was shown. */
  naming: Naming | undefined
}

/** A version that a token was shown with, and the operation that did (null: the start). */
export interface Naming {
  version: Version
  by: RaceOperation | null
  /** The same token with another version. */
  other: Naming | undefined
}

/** A history, sorted out: who made which version, which tokens it was shown with, and who saw it. */
export interface Versions {
  start: Version
  /** The value of each version. */
  values: string[]
  reads: Step[]
  /** Writes, creates and deletes. */
  writes: Step[]
  /** By version; a value that two operations wrote has two makers. */
  makers: (Step[] | undefined)[]
  /** By version, the first operation that showed it. */
  sightings: (RaceOperation | undefined)[]
  named: Map<string, Naming>
  /** The token that was shown last: mostly it is the next to be sent. */
  lastToken: string | undefined
  lastNaming: Naming | undefined
  /** By version: it was shown with a token. */
  tagged: (boolean | undefined)[]
  /** No version has two makers, and none comes back. */
  unique: boolean
  /** The item may have gone and come back, and with it a counter that its tokens are made of. */
  restarts: boolean
  /** Versions that were there before the start. */
  earlier: Set<Version>
  /** A read showed one of them, as it may: that of the start may have been behind as well. */
  behind: boolean
}

/**
 * Sorts a history out. Reads that failed, or showed nothing that can be told apart, are left out; so is, where reads may be stale, the absence of an
 * item that had just been made. Throws a RangeError for an operation that contradicts itself.
 */
export function versionsOf({ start, operations, earlier = [] }: History, { reads: promised }: Promises): Versions {
  const ids = new Map<string, Version>()
  const values = ['']
  let last = absent
  // what one has written the next one sees, mostly
  const idOf = (value: string): Version => {
    if (last !== absent && values[last] === value) return last
    const known = ids.get(value)
    last = known ?? values.push(value) - 1
    if (known === undefined) ids.set(value, last)
    return last
  }
  const versions: Versions = {
    start: firstVersion(start, operations, idOf),
    values,
    reads: [],
    writes: [],
    makers: [],
    sightings: [],
    named: new Map(),
    lastToken: undefined,
    lastNaming: undefined,
    tagged: [],
    unique: true,
    restarts: false,
    earlier: new Set(earlier.map(idOf)),
    behind: false,
  }
  versions.earlier.delete(versions.start)
  if (start.exists && start.token !== null) name(versions, start.token, versions.start, null)
  const latest = promised === 'latest'
  for (const operation of operations) {
    consistent(operation)
    const made =
      operation.role === 'read' ? undefined : make(versions, operation, operation.wrote === null ? absent : idOf(operation.wrote))
    see(versions, operation, made, idOf, latest)
  }
  for (const operation of operations)
    if (unresolved(operation)) look(versions, operation, versionBy(versions, operation.shown!.token), latest)
  for (const step of versions.writes) step.basis = basis(versions, step)
  const { writes } = versions
  versions.restarts = writes.some(({ role, outcome }) => role === 'delete' && outcome !== 'refused') && writes.some(revives)
  return versions
}

/** It may bring back what was deleted. */
function revives({ role, outcome, operation }: Step): boolean {
  return outcome !== 'refused' && (role === 'create' || (role === 'write' && operation.sent === null))
}

/** The version before the race. Where its value was not shown, it is the first one shown that nobody wrote. */
function firstVersion({ exists, value }: RaceState, operations: readonly RaceOperation[], idOf: (value: string) => Version): Version {
  if (!exists) return absent
  if (value !== null) return idOf(value)
  const written = new Set(operations.map(({ wrote }) => wrote))
  const other = operations.find(({ outcome, shown }) => outcome !== 'unknown' && shown?.value != null && !written.has(shown.value))
  return idOf(other?.shown?.value ?? 'the first value')
}

/** Notes what a write makes. */
function make(versions: Versions, operation: RaceOperation, next: Version): Version {
  const { role, outcome, call } = operation
  const end = outcome === 'unknown' ? Infinity : operation.end!
  const naming = versions.lastToken === operation.sent ? versions.lastNaming : undefined
  const step: Step = { operation, role, outcome, call, end, next, basis: undefined, naming }
  versions.writes.push(step)
  const makers = versions.makers[next]
  if (makers === undefined) versions.makers[next] = [step]
  else makers.push(step)
  if (role !== 'delete' && (makers !== undefined || next === versions.start)) versions.unique = false
  return next
}

/** Notes which version an answer showed, and which token names it. `made` is what the operation itself made. */
function see(
  versions: Versions,
  operation: RaceOperation,
  made: Version | undefined,
  idOf: (value: string) => Version,
  latest: boolean,
): void {
  const { outcome, shown } = operation
  if (outcome === 'unknown' || shown === null) return
  const own = outcome === 'done' ? made : undefined
  const version = !shown.exists ? absent : shown.value !== null ? idOf(shown.value) : own === absent ? undefined : own
  if (version === undefined) return
  if (shown.exists && shown.token !== null) name(versions, shown.token, version, operation)
  if (version !== own) look(versions, operation, version, latest)
}

/** It showed the token of a state, and not its value. */
function unresolved({ role, outcome, shown }: RaceOperation): boolean {
  return (
    outcome !== 'unknown' &&
    shown !== null &&
    shown.exists &&
    shown.value === null &&
    (outcome === 'refused' || role === 'read' || role === 'delete')
  )
}

function look(versions: Versions, operation: RaceOperation, next: Version | undefined, latest: boolean): void {
  const { role, call, end, settled } = operation
  const counts = latest || (settled === true && role === 'read')
  if (next === undefined || (next === absent && !counts && versions.start !== absent)) return
  if (!latest && versions.earlier.has(next)) return void (versions.behind = true)
  versions.sightings[next] ??= operation
  versions.reads.push({
    operation,
    role: 'read',
    outcome: 'done',
    call: counts ? call : -Infinity,
    end: end!,
    next,
    basis: undefined,
    naming: undefined,
  })
}

function name(versions: Versions, token: string, version: Version, by: RaceOperation | null): void {
  const { named, tagged, lastToken, lastNaming } = versions
  tagged[version] = true
  const known = lastToken === token ? lastNaming : named.get(token)
  const naming = known ?? { version, by, other: undefined }
  if (known === undefined) named.set(token, naming)
  else if (!names(known, version)) known.other = { version, by, other: known.other }
  versions.lastToken = token
  versions.lastNaming = naming
}

/** Is the version among those that the token was shown with? */
export function names(naming: Naming | undefined, version: Version): boolean {
  for (let each = naming; each !== undefined; each = each.other) if (each.version === version) return true
  return false
}

/** The version that a token names. */
function versionBy({ named }: Versions, token: string | null): Version | undefined {
  return token === null ? undefined : onlyVersion(named.get(token))
}

function onlyVersion(naming: Naming | undefined): Version | undefined {
  return naming?.other === undefined ? naming?.version : undefined
}

function basis(versions: Versions, { role, operation, naming }: Step): Version | undefined {
  if (role === 'create') return absent
  return naming === undefined ? versionBy(versions, operation.sent) : onlyVersion(naming)
}

function consistent({ id, role, call, end, outcome, wrote }: RaceOperation): void {
  if ((role === 'write' || role === 'create') !== (wrote !== null))
    throw contradiction(id, `a ${role} that wrote ${wrote === null ? 'nothing' : `"${wrote}"`}`)
  if (outcome !== 'unknown' && end === null) throw contradiction(id, `${outcome}, but without an end`)
  if (end !== null && !(end >= call)) throw contradiction(id, `its end (${end} ms) lies before its call (${call} ms)`)
}

function contradiction(id: number, what: string): RangeError {
  return new RangeError(`operation ${id} of the history: ${what}`)
}

/** It took effect for certain: it was acknowledged, or what it wrote was seen. */
export function effective({ sightings, unique }: Versions, { outcome, role, next }: Step): boolean {
  return outcome === 'done' || (outcome === 'unknown' && unique && role !== 'delete' && sightings[next] !== undefined)
}

/** The operations that show that these steps took effect: they themselves and, of what was never acknowledged, who saw it. */
export function evidence({ sightings }: Versions, steps: readonly (Step | undefined)[]): (RaceOperation | undefined)[] {
  return steps.flatMap((step) => (step?.outcome === 'unknown' ? [step.operation, sightings[step.next]] : [step?.operation]))
}

/** A version, for a sentence. */
export function told({ values }: Versions, version: Version): string {
  return version === absent ? 'no item' : `"${values[version]}"`
}
