import type { RaceOperation, RaceRound } from './model.ts'

/** One operation of a race as a line of its picture. */
export interface Lane {
  operation: RaceOperation
  /** `write "w3"`, `read`. */
  what: string
  /** The token that it sent; empty: none. */
  token: string
  /** `200 done`, `412 refused`, `no answer`, `200 saw "w3"`. */
  answer: string
  /** Where it begins and ends, from 0 to 1; without an end it goes on to 1. */
  from: number
  to: number
  /** It belongs to the proof. */
  proof: boolean
}

/** A race, arranged as a picture for any report. */
export interface Timeline {
  /** In the order of their calls. */
  lanes: Lane[]
  /** Operations that have no lane: too many. */
  left: number
  /** Some of the moments at which something began or ended, in milliseconds, and where they are. */
  ticks: { at: number; ms: number }[]
}

/** Characters of a token or a value that a picture shows. */
const longest = 16

/** Lanes of one picture; what proves something always has one. */
const mostLanes = 24

/**
 * Arranges a round as a picture. Time is squeezed, never turned round: the longer nothing begins or ends, the less room each millisecond gets, so that a
 * request that timed out after seconds does not hide what happened within one.
 */
export function timeline({ operations, findings }: RaceRound): Timeline {
  const proof = proofOf(findings)
  const ordered = operations.toSorted((a, b) => a.call - b.call || a.id - b.id)
  const others = ordered.filter(({ id }) => !proof.has(id))
  const room = Math.max(0, mostLanes - proof.size)
  // Of those that prove nothing the last ones stay too: they show how it ended.
  const hidden = new Set(others.slice(Math.ceil(room / 2), others.length - Math.floor(room / 2)))
  const shown = ordered.filter((operation) => !hidden.has(operation))
  const place = squeezed(shown.flatMap(({ call, end }) => (end === null ? [call] : [call, end])))
  const lanes = shown.map((operation): Lane => ({
    operation,
    what: operation.wrote === null ? operation.role : `${operation.role} ${short(`"${operation.wrote}"`)}`,
    token: operation.sent === null ? '' : short(operation.sent),
    answer: answerOf(operation),
    from: place.get(operation.call)!,
    to: operation.end === null ? 1 : place.get(operation.end)!,
    proof: proof.has(operation.id),
  }))
  return { lanes, left: hidden.size, ticks: ticks(place) }
}

/** The operations that a picture marks: the fewest that prove something by themselves, else that make doubtful. */
export function proofOf(findings: RaceRound['findings']): Set<number> {
  const proved = findings.filter(({ severity }) => severity === 'fail')
  const [smallest] = (proved.length > 0 ? proved : findings).toSorted((a, b) => a.operations.length - b.operations.length)
  return new Set(smallest?.operations)
}

/** What came of an operation, in a few words. */
function answerOf({ role, outcome, status, shown }: RaceOperation): string {
  const number = status === null ? 'no answer' : String(status)
  if (outcome === 'unknown') return status === null ? number : `${number} unknown`
  const saw = shown === null ? '' : shown.exists ? (shown.value ?? shown.token) : 'nothing'
  if (role === 'read') return saw === null ? number : `${number} saw ${shown?.value == null ? short(saw) : short(`"${saw}"`)}`
  return `${number} ${outcome}`
}

/** A long text without its middle: how it begins and, better told apart, how it ends. */
function short(text: string): string {
  const characters = [...text]
  return characters.length <= longest ? text : [...characters.slice(0, 5), '…', ...characters.slice(6 - longest)].join('')
}

/** Where each moment stands, from 0 to 1. */
function squeezed(times: readonly number[]): Map<number, number> {
  const moments = [...new Set(times)].sort((a, b) => a - b)
  const gaps = moments.slice(1).map((moment, index) => moment - moments[index]!)
  // No clock tells less than a microsecond.
  const middle = Math.max(0.001, gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 1)
  const widths = gaps.map((gap) => Math.log2(1 + gap / middle))
  const total = widths.reduce((sum, width) => sum + width, 0) || 1
  let at = 0
  return new Map(moments.map((moment, index) => [moment, index === 0 ? 0 : Math.min(1, (at += widths[index - 1]! / total))]))
}

/** Moments that are far enough from each other to be named. */
function ticks(place: ReadonlyMap<number, number>): Timeline['ticks'] {
  const chosen: Timeline['ticks'] = []
  for (const [ms, at] of place) if (at - (chosen.at(-1)?.at ?? -1) >= 0.16) chosen.push({ at, ms })
  return chosen
}

/** Milliseconds of a race for reading: `0.42`, `12.3`, `10,004`. */
export function milliseconds(ms: number): string {
  return ms.toLocaleString('en-US', { maximumFractionDigits: ms < 10 ? 2 : ms < 100 ? 1 : 0 })
}
