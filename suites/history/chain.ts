import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import { deed, finding } from './finding.ts'
import type { Promises } from './history.ts'
import { effective, evidence, told, type Step, type Versions } from './versions.ts'

/**
 * Judges a history in which every write rests on one known version. Values are unique, so each write names its predecessor and the versions form one
 * path: the only order there can be. Placed on it as early as they may be, all operations must fit between their calls and ends; one that cannot is a
 * proof (Gibbons and Korach 1997). Linear in the number of operations. Returns undefined where the history is not of that kind.
 *
 * The forks of the path, two writes upon one version, must have been told before.
 */
export function chain(versions: Versions, promised: Promises): RaceFinding | null | undefined {
  if (!versions.unique || versions.writes.some((step) => step.role === 'delete' || step.basis === undefined)) return undefined
  const path = pathOf(versions)
  if ('kind' in path) return path
  return place(path, versions, promised)
}

interface Path {
  /** `links[i]` makes version i + 1; version 0 is the start. */
  links: Step[]
  /** By version, its index on the path; -1: not on it. */
  index: Int32Array
  /** By index: the read that was sent last and the one that ended first, of all that showed it. */
  latest: (Step | undefined)[]
  earliest: (Step | undefined)[]
  /** By index: the writes that were refused although they sent its token. */
  refused: (Step[] | undefined)[]
  /** The call of the first write that may have replaced the last version, unseen. */
  unseen: number
}

function pathOf(versions: Versions): Path | RaceFinding {
  const next: (Step | undefined)[] = []
  let count = 0
  for (const step of versions.writes) {
    if (!effective(versions, step)) continue
    next[step.basis!] = step
    count++
  }
  const links: Step[] = []
  const index = new Int32Array(versions.values.length).fill(-1)
  index[versions.start] = 0
  for (let step = next[versions.start]; step !== undefined && links.length < count; step = next[step.next]) {
    links.push(step)
    index[step.next] = links.length
  }
  if (links.length < count)
    return broken(
      next.find((step) => step !== undefined && index[step.next] === -1)!,
      versions,
    )
  const path: Path = { links, index, latest: [], earliest: [], refused: [], unseen: Infinity }
  for (const step of versions.reads) {
    const at = index[step.next]!
    if (!(path.latest[at] !== undefined && path.latest[at].call >= step.call)) path.latest[at] = step
    if (!(path.earliest[at] !== undefined && path.earliest[at].end <= step.end)) path.earliest[at] = step
  }
  for (const step of versions.writes) {
    const at = index[step.basis!]!
    if (at === -1) continue
    if (step.outcome === 'refused') (path.refused[at] ??= []).push(step)
    else if (at === links.length) path.unseen = Math.min(path.unseen, step.call)
  }
  return path
}

/** A write whose chain of predecessors does not begin with the start: it rests on itself, by way of others. */
function broken(step: Step, versions: Versions): RaceFinding {
  const loop: Step[] = []
  for (let at: Step | undefined = step; at !== undefined && !loop.includes(at); at = versions.makers[at.basis!]?.[0]) loop.push(at)
  const operations = evidence(versions, loop)
  return finding('broken-chain', `${deed(step.operation)} took effect upon a version that the start does not lead to`, operations)
}

/** Finds the earliest moment of each version, and the first operation that is over before it. */
function place(path: Path, versions: Versions, promised: Promises): RaceFinding | null {
  const { links, latest, earliest, refused } = path
  const last = links.length
  const moment = new Float64Array(last + 2).fill(-Infinity)
  /** What keeps each version from being earlier. */
  const cause: (Step | undefined)[] = []
  const after: (Step | undefined)[] = []
  /** What shows that such a write does not come after it. */
  const reasons: Reasons = new Map()
  // A refused write that comes before its version, not after it, moves that version; honest clients never cause a second pass.
  for (let moved = true; moved;) {
    moved = false
    for (let i = 1; i <= last + 1; i++) {
      let least = moment[i - 1]!
      let by = cause[i - 1]
      const later = (time: number, step: Step | undefined) => {
        if (time > least) [least, by] = [time, step]
      }
      if (i <= last) later(links[i - 1]!.call, links[i - 1]!)
      else later(path.unseen, undefined)
      if (after[i] !== undefined) later(after[i]!.call, after[i]!)
      const read = latest[i - 1]
      if (read !== undefined) later(read.call, read)
      moment[i] = least
      cause[i] = by
      if (i <= last && least > links[i - 1]!.end) return late(links[i - 1]!, by!, path, versions, reasons)
    }
    for (let i = 0; i <= last; i++) {
      const read = earliest[i]
      if (read !== undefined && moment[i]! > read.end) return late(read, cause[i]!, path, versions, reasons)
    }
    if (promised.refusals === 'any') return null
    for (let i = 0; i <= last; i++) {
      for (const step of refused[i] ?? []) {
        if (step.end >= moment[i + 1]! || step.call <= moment[i]!) continue
        const [still, by] = [links[i], cause[i + 1]]
        const proof = [
          step.operation,
          ...because(by, still ?? step, path, versions, reasons),
          ...(still ? between(step, still, path, versions) : []),
        ]
        if (i === 0) return wronglyRefused(step, proof)
        if (step.call > (after[i]?.call ?? -Infinity)) {
          after[i] = step
          reasons.set(step, proof)
          moved = true
        }
      }
    }
  }
  return null
}

type Reasons = Map<Step, readonly (RaceOperation | undefined)[]>

/** `step` was over before its version can have been made, because of `cause`. */
function late(step: Step, cause: Step, path: Path, versions: Versions, reasons: Reasons): RaceFinding {
  const { operation } = step
  const proof = [operation, ...because(cause, step, path, versions, reasons)]
  if (cause.outcome === 'refused') return wronglyRefused(cause, proof)
  if (cause.role === 'read') return stale(cause, step, path, versions, proof)
  if (step.role === 'read')
    return finding('order', `${operation.writer} saw ${told(versions, step.next)} before it can have been written`, proof)
  return finding('broken-chain', `${deed(operation)} was over before ${deed(cause.operation)}, which it rests on, was sent`, proof)
}

/** What shows that `cause` keeps `step`, or what replaces its version, from being earlier. */
function because(cause: Step | undefined, step: Step, path: Path, versions: Versions, reasons: Reasons): (RaceOperation | undefined)[] {
  return cause === undefined ? [] : [cause.operation, ...(reasons.get(cause) ?? []), ...between(cause, step, path, versions)]
}

/** `read` showed an older version than the one that `known` had made or seen before `read` was sent. */
function stale(read: Step, known: Step, path: Path, versions: Versions, proof: (RaceOperation | undefined)[]): RaceFinding {
  const { writer, settled } = read.operation
  const seenLater = path.latest.findLastIndex((step) => step !== undefined) > path.index[read.next]!
  if (known.role !== 'read' && (settled === true || !seenLater)) {
    const fate =
      settled === true
        ? `when all had ended ${writer} saw ${told(versions, read.next)}`
        : `${writer} saw ${told(versions, read.next)} afterwards, and nobody ever saw it`
    return finding('not-carried-out', `${deed(known.operation)} was acknowledged (${known.operation.status}), but ${fate}`, proof)
  }
  const fact =
    known.role === 'read' ? `${known.operation.writer} had seen ${told(versions, known.next)}` : `${deed(known.operation)} had replaced it`
  return finding('order', `${writer} saw ${told(versions, read.next)} after ${fact}`, proof)
}

/** What shows that one version comes before another: the writes from the one to the other, where they are few. */
function between(older: Step, newer: Step, { links, index }: Path, versions: Versions): (RaceOperation | undefined)[] {
  const at = (step: Step) => index[step.outcome === 'refused' ? step.basis! : step.next]!
  const all = links.slice(Math.max(0, at(older) - 1), at(newer))
  return evidence(versions, all.length <= mostBetween ? all : [all[0], all[1], all.at(-1)])
}

/** Writes between two versions that a finding names; of more, the first and the last. */
const mostBetween = 6

function wronglyRefused({ operation }: Step, others: readonly (RaceOperation | undefined)[]): RaceFinding {
  const words = `${deed(operation)} was refused (${operation.status}) although nothing had replaced the version that it rests on`
  return finding('refused-current', words, [operation, ...others])
}
