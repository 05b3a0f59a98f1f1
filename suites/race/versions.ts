import type { RaceOperation, RaceState } from '../../reports/model.ts'
import type { History, Promises } from './history.ts'

/** A state that the item may have: a value that was written, the one before the race, or its absence. */
export type Version = string

export const absent: Version = 'absent'
const unnamed: Version = 'start'
const versionOf = (value: string): Version => `=${value}`

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
}

/** A history, sorted out: who made which version, which tokens it was shown with, and who saw it. */
export interface Versions {
  start: Version
  reads: Step[]
  /** Writes, creates and deletes. */
  writes: Step[]
  /** By version; a value that two operations wrote has two makers. */
  makers: Map<Version, Step[]>
  /** The first operation that showed it. */
  sightings: Map<Version, RaceOperation>
  /** By token, the versions that it was shown with, each with the operation that did (null: the start). */
  named: Map<string, { version: Version; by: RaceOperation | null }[]>
  /** Versions that were shown with a token. */
  tagged: Set<Version>
  /** No version has two makers, and none comes back. */
  unique: boolean
  /** The item may have gone and come back, and with it a counter that its tokens are made of. */
  restarts: boolean
}

/**
 * Sorts a history out. Reads that failed, or showed nothing that can be told apart, are left out; so is, where reads may be stale, the absence of an
 * item that had just been made. Throws a RangeError for an operation that contradicts itself.
 */
export function versionsOf({ start, operations }: History, { reads: promised }: Promises): Versions {
  const versions: Versions = {
    start: firstVersion(start, operations),
    reads: [],
    writes: [],
    makers: new Map(),
    sightings: new Map(),
    named: new Map(),
    tagged: new Set(),
    unique: true,
    restarts: false,
  }
  if (start.exists && start.token !== null) name(versions, start.token, versions.start, null)
  for (const operation of operations) sortOut(versions, operation)
  for (const operation of operations) read(versions, operation, promised === 'latest')
  const possible = versions.writes.filter(({ outcome }) => outcome !== 'refused')
  const revives = ({ role, operation }: Step) => role === 'create' || (role === 'write' && operation.sent === null)
  versions.restarts = possible.some(({ role }) => role === 'delete') && possible.some(revives)
  return versions
}

/** The version before the race. Where its value was not shown, it is the first one shown that nobody wrote. */
function firstVersion({ exists, value }: RaceState, operations: readonly RaceOperation[]): Version {
  if (!exists) return absent
  if (value !== null) return versionOf(value)
  const written = new Set(operations.map(({ wrote }) => wrote))
  const other = operations.find(({ outcome, shown }) => outcome !== 'unknown' && shown?.value != null && !written.has(shown.value))
  return other === undefined ? unnamed : versionOf(other.shown!.value!)
}

/** Notes what a write makes, and which token an answer names which version by. */
function sortOut(versions: Versions, operation: RaceOperation): void {
  const { role, outcome, wrote, shown } = operation
  consistent(operation)
  if (role !== 'read') {
    const next = role === 'delete' ? absent : versionOf(wrote!)
    const end = outcome === 'unknown' ? Infinity : operation.end!
    const step: Step = { operation, role, outcome, call: operation.call, end, next }
    versions.writes.push(step)
    const makers = versions.makers.get(next)
    if (makers === undefined) versions.makers.set(next, [step])
    else makers.push(step)
    if (role !== 'delete' && (makers !== undefined || next === versions.start)) versions.unique = false
  }
  if (outcome === 'unknown' || shown === null || !shown.exists || shown.token === null) return
  const value = shown.value ?? (outcome === 'done' ? wrote : null)
  if (value !== null) name(versions, shown.token, versionOf(value), operation)
}

function name({ named, tagged }: Versions, token: string, version: Version, by: RaceOperation | null): void {
  tagged.add(version)
  const known = named.get(token)
  if (known === undefined) named.set(token, [{ version, by }])
  else if (!known.some((each) => each.version === version)) known.push({ version, by })
}

/** Notes which version an answer showed. */
function read(versions: Versions, operation: RaceOperation, latest: boolean): void {
  const { role, outcome, wrote, shown, settled } = operation
  if (outcome === 'unknown' || shown === null) return
  const next = shownVersion(versions, shown)
  if (next === undefined || (role !== 'read' && outcome === 'done' && next === (wrote === null ? absent : versionOf(wrote)))) return
  const counts = latest || (settled === true && role === 'read')
  if (next === absent && !counts && versions.start !== absent) return
  if (!versions.sightings.has(next)) versions.sightings.set(next, operation)
  versions.reads.push({ operation, role: 'read', outcome: 'done', call: counts ? operation.call : -Infinity, end: operation.end!, next })
}

function shownVersion({ named }: Versions, { exists, value, token }: RaceState): Version | undefined {
  if (!exists) return absent
  if (value !== null) return versionOf(value)
  const known = token === null ? undefined : named.get(token)
  return known?.length === 1 ? known[0]!.version : undefined
}

function consistent({ id, role, call, end, outcome, wrote }: RaceOperation): void {
  const wrong = (what: string) => new RangeError(`operation ${id} of the history: ${what}`)
  if ((role === 'write' || role === 'create') !== (wrote !== null))
    throw wrong(`a ${role} that wrote ${wrote === null ? 'nothing' : `"${wrote}"`}`)
  if (outcome !== 'unknown' && end === null) throw wrong(`${outcome}, but without an end`)
  if (end !== null && !(end >= call)) throw wrong(`its end (${end} ms) lies before its call (${call} ms)`)
}

/** The version that a conditional write rests on; undefined: it sent no token, or one that no answer showed or that names several. */
export function basis({ named }: Versions, { role, operation }: Step): Version | undefined {
  if (role === 'create') return absent
  const known = operation.sent === null ? undefined : named.get(operation.sent)
  return known?.length === 1 ? known[0]!.version : undefined
}

/** It took effect for certain: it was acknowledged, or what it wrote was seen. */
export function effective({ sightings, unique }: Versions, { outcome, role, next }: Step): boolean {
  return outcome === 'done' || (outcome === 'unknown' && unique && role !== 'delete' && sightings.has(next))
}

/** The operations that show that these steps took effect: they themselves and, of what was never acknowledged, who saw it. */
export function evidence({ sightings }: Versions, steps: readonly (Step | undefined)[]): (RaceOperation | undefined)[] {
  return steps.flatMap((step) => (step?.outcome === 'unknown' ? [step.operation, sightings.get(step.next)] : [step?.operation]))
}
