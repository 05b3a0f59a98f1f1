import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import { deed, finding } from './finding.ts'
import { absent, told, type Step, type Version, type Versions } from './versions.ts'

/** The time in which a value must have been the current one; `from > to` where one moment anywhere between the two will do. */
interface Zone {
  /** The first end and the last call of all that wrote or saw it, and who they are. */
  from: number
  to: number
  first: RaceOperation | null
  last: RaceOperation | null
  maker: Step | undefined
}

/**
 * Judges a history of unconditional writes and reads, each value written once. All that touches one value must lie together, so each value has a zone,
 * and zones must not cross (Gibbons and Korach 1997; Golab, Li and Shah 2011). O(n log n). Returns undefined where the history is not of that kind.
 */
export function zones(versions: Versions): RaceFinding | null | undefined {
  const { writes, unique, start } = versions
  const blind = ({ role, operation }: Step) => role === 'write' && operation.sent === null
  if (!unique || start === absent || !writes.every(blind)) return undefined
  const all = new Map<Version, Zone>([[start, { from: -Infinity, to: -Infinity, first: null, last: null, maker: undefined }]])
  for (const step of writes) {
    if (step.outcome === 'refused' || (step.outcome === 'unknown' && versions.sightings[step.next] === undefined)) continue
    all.set(step.next, { from: step.end, to: step.call, first: step.operation, last: step.operation, maker: step })
  }
  for (const step of versions.reads) {
    const zone = all.get(step.next)!
    if (zone.maker !== undefined && step.end < zone.maker.call)
      return finding('order', `${step.operation.writer} saw ${told(versions, step.next)} before it can have been written`, [
        step.operation,
        zone.maker.operation,
      ])
    if (step.end < zone.from) [zone.from, zone.first] = [step.end, step.operation]
    if (step.call > zone.to) [zone.to, zone.last] = [step.call, step.operation]
  }
  return crossing([...all.values()], versions)
}

function crossing(all: readonly Zone[], versions: Versions): RaceFinding | null {
  const forward = all.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)
  const ends = forward.map(({ from }) => from)
  for (const [index, zone] of forward.entries()) {
    const before = forward[index - 1]
    if (before !== undefined && zone.from < before.to) return crossed(before, zone, versions)
  }
  for (const zone of all) {
    if (zone.from < zone.to) continue
    const around = forward[lastBelow(ends, zone.to)]
    if (around !== undefined && zone.from < around.to) return crossed(around, zone, versions)
  }
  return null
}

/** The index of the last number below the limit, in numbers that grow; -1 if there is none. */
function lastBelow(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** `outer` was the current value, then `inner`, then `outer` again. */
function crossed(outer: Zone, inner: Zone, versions: Versions): RaceFinding {
  const operations = [outer, inner].flatMap(({ first, last, maker }) => [first, last, maker?.operation])
  const { last: read } = outer
  const { maker } = inner
  const value = read?.shown?.value ?? ''
  if (read?.settled === true && maker?.outcome === 'done' && maker.end < read.call && !seen(versions, maker.next, maker.end))
    return finding(
      'not-carried-out',
      `${deed(maker.operation)} was acknowledged (${maker.operation.status}), but when all had ended ${read.writer} saw "${value}"`,
      operations,
    )
  return finding(
    'order',
    `${read?.writer} saw "${value}" again after ${inner.first === null ? 'it' : deed(inner.first)} had replaced it`,
    operations,
  )
}

/** Somebody saw that version after its write had ended. */
function seen({ reads }: Versions, version: Version, end: number): boolean {
  return reads.some((step) => step.next === version && step.call > end)
}
