import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import { deed, finding } from './finding.ts'
import type { Promises } from './history.ts'
import { absent, basis, effective, evidence, type Step, type Version, type Versions } from './versions.ts'

/**
 * Judges a history in which every write rests on one known version. Values are unique, so each write names its predecessor and the versions form one
 * path: the only order there can be. Placed on it as early as they may be, all operations must fit between their calls and ends; one that cannot is a
 * proof (Gibbons and Korach 1997). Linear in the number of operations. Returns undefined where the history is not of that kind.
 *
 * The forks of the path, two writes upon one version, must have been told before.
 */
export function chain(versions: Versions, promised: Promises): RaceFinding | null | undefined {
  if (!versions.unique || versions.writes.some((step) => step.role === 'delete' || basis(versions, step) === undefined)) return undefined
  const path = pathOf(versions)
  if ('kind' in path) return path
  return place(path, versions, promised)
}

interface Path {
  /** `links[i]` makes version i + 1; version 0 is the start. */
  links: Step[]
  index: Map<Version, number>
  /** By index of the version: the reads that showed it, and the writes that were refused though they sent its token. */
  reads: Step[][]
  refused: Step[][]
  /** The call of the first write that may have replaced the last version, unseen. */
  unseen: number
}

function pathOf(versions: Versions): Path | RaceFinding {
  const next = new Map<Version, Step>()
  let count = 0
  for (const step of versions.writes) {
    if (!effective(versions, step)) continue
    next.set(basis(versions, step)!, step)
    count++
  }
  const links: Step[] = []
  const index = new Map([[versions.start, 0]])
  for (let step = next.get(versions.start); step !== undefined && links.length < count; step = next.get(step.next)) {
    links.push(step)
    index.set(step.next, links.length)
  }
  if (links.length < count)
    return broken(
      [...next.values()].find((step) => !index.has(step.next))!,
      versions,
    )
  const path: Path = { links, index, reads: links.map(() => []), refused: links.map(() => []), unseen: Infinity }
  path.reads.push([])
  path.refused.push([])
  for (const step of versions.reads) path.reads[index.get(step.next)!]?.push(step)
  for (const step of versions.writes) {
    const at = index.get(basis(versions, step)!)
    if (at === undefined) continue
    if (step.outcome === 'refused') path.refused[at]!.push(step)
    else if (at === links.length) path.unseen = Math.min(path.unseen, step.call)
  }
  return path
}

/** A write whose chain of predecessors does not begin with the start: it rests on itself, by way of others. */
function broken(step: Step, versions: Versions): RaceFinding {
  const loop: Step[] = []
  for (let at: Step | undefined = step; at !== undefined && !loop.includes(at); at = versions.makers.get(basis(versions, at)!)?.[0])
    loop.push(at)
  const operations = evidence(versions, loop)
  return finding('broken-chain', `${deed(step.operation)} took effect upon a version that the start does not lead to`, operations)
}

/** Finds the earliest moment of each version, and the first operation that is over before it. */
function place(path: Path, versions: Versions, promised: Promises): RaceFinding | null {
  const { links, reads, refused } = path
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
      for (const step of reads[i - 1]!) later(step.call, step)
      moment[i] = least
      cause[i] = by
      if (i <= last && least > links[i - 1]!.end) return late(links[i - 1]!, by!, path, versions, reasons)
    }
    for (let i = 0; i <= last; i++)
      for (const step of reads[i]!) if (moment[i]! > step.end) return late(step, cause[i]!, path, versions, reasons)
    if (promised.refusals === 'any') return null
    for (let i = 0; i <= last; i++) {
      for (const step of refused[i]!) {
        if (step.end >= moment[i + 1]! || step.call <= moment[i]!) continue
        const still = path.links[i]
        const proof = [step.operation, cause[i + 1]?.operation, ...(still === undefined ? [] : between(step, still, path, versions))]
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
  const proof = [step.operation, cause.operation, ...(reasons.get(cause) ?? []), ...between(cause, step, path, versions)]
  if (cause.outcome === 'refused') return wronglyRefused(cause, proof)
  if (cause.role === 'read') return stale(cause, step, path, proof)
  if (step.role === 'read') return finding('order', `${operation.writer} saw ${shown(step)} before it can have been written`, proof)
  return finding('broken-chain', `${deed(operation)} was over before ${deed(cause.operation)}, which it rests on, was sent`, proof)
}

/** `read` showed an older version than the one that `known` had made or seen before `read` was sent. */
function stale(read: Step, known: Step, path: Path, proof: (RaceOperation | undefined)[]): RaceFinding {
  const { writer, settled } = read.operation
  const seenLater = path.reads.slice(path.index.get(read.next)! + 1).some((steps) => steps.length > 0)
  if (known.role !== 'read' && (settled === true || !seenLater)) {
    const fate =
      settled === true
        ? `when all had ended ${writer} saw ${shown(read)}`
        : `${writer} saw ${shown(read)} afterwards, and nobody ever saw it`
    return finding('not-carried-out', `${deed(known.operation)} was acknowledged (${known.operation.status}), but ${fate}`, proof)
  }
  const fact = known.role === 'read' ? `${known.operation.writer} had seen ${shown(known)}` : `${deed(known.operation)} had replaced it`
  return finding('order', `${writer} saw ${shown(read)} after ${fact}`, proof)
}

/** What shows that one version comes before another: the writes from the one to the other, where they are few. */
function between(older: Step, newer: Step, { links, index }: Path, versions: Versions): (RaceOperation | undefined)[] {
  const first = older.outcome === 'refused' ? basis(versions, older)! : older.next
  const all = links.slice(Math.max(0, index.get(first)! - 1), index.get(newer.next)!)
  return evidence(versions, all.length <= mostBetween ? all : [all[0], all[1], all.at(-1)])
}

/** Writes between two versions that a finding names; of more, the first and the last. */
const mostBetween = 6

function shown({ next }: Step): string {
  return next === absent ? 'no item' : `"${next.slice(1)}"`
}

function wronglyRefused({ operation }: Step, others: readonly (RaceOperation | undefined)[]): RaceFinding {
  const words = `${deed(operation)} was refused (${operation.status}) although nothing had replaced the version that it rests on`
  return finding('refused-current', words, [operation, ...others])
}
