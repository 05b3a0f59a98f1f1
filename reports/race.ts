import type { Race, Result } from './model.ts'
import type { Paint } from './paint.ts'
import { proofOf, timeline } from './timeline.ts'
import { visible } from './visible.ts'
import { columns, pad, wrap } from './wrap.ts'

/** Columns that the bars of a picture take at least. */
const narrowest = 16

/**
 * The timeline of a race for a terminal, at most `width` columns wide where that leaves the bars some room: a line for each operation; full bars
 * succeeded, thin ones were refused or only read, dotted ones were never answered. What proves something is marked. `told` is what the
 * report says anyway.
 */
export function raceLines({ claim, shown }: Race, told: string, width: number, paint: Paint): string[] {
  if (shown === null) return wrap(visible(claim), width).map((line) => paint('gray', line))
  const { lanes, left } = timeline(shown)
  const rows = lanes.map((lane) => ({
    ...lane,
    who: visible(`${lane.operation.writer} ${lane.what}`),
    token: visible(lane.token),
    answer: visible(lane.answer),
  }))
  const widest = (name: 'who' | 'token' | 'answer') => Math.max(0, ...rows.map((row) => columns(row[name])))
  const [who, token, answer] = [widest('who'), widest('token'), widest('answer')]
  const room = Math.max(narrowest, width - who - token - answer - 8)
  const lines = rows.map((row) => {
    const bar = barOf(
      row.from,
      row.to,
      room,
      row.operation.role === 'read' && row.operation.outcome === 'done' ? 'read' : row.operation.outcome,
    )
    const line = `${row.proof ? '◆' : ' '} ${pad(row.who, who)}  ${pad(row.token, token)}  ${bar}  ${row.answer}`
    return row.proof ? paint('red', line) : line
  })
  const proof = proofOf(shown.findings)
  const proofs = shown.findings.flatMap(({ words, operations }) =>
    told.includes(words) ? [] : wrap(`${operations.every((id) => proof.has(id)) ? '◆' : '–'} ${visible(words)}`, width),
  )
  const more = left > 0 ? [paint('gray', `  … ${left} more in the HTML and the JSON report`)] : []
  return [paint('gray', `round ${shown.number}, ${visible(shown.delivery)}; ${visible(claim)}`), ...lines, ...more, ...proofs]
}

const strokes = { done: '━', refused: '─', read: '─', unknown: '╌' }

function barOf(from: number, to: number, room: number, kind: keyof typeof strokes): string {
  const begin = Math.min(room - 1, Math.floor(from * room))
  const end = Math.max(begin + 1, Math.min(room, Math.ceil(to * room)))
  return `${' '.repeat(begin)}${strokes[kind].repeat(end - begin)}${' '.repeat(room - end)}`
}

/** What races that found nothing may claim, each claim once with the checks and resources that it is made for. */
export function raceClaims(results: readonly Result[]): { claim: string; of: string[] }[] {
  const raced = results.filter(({ race }) => race?.losses === 0)
  const groups = Map.groupBy(raced, ({ race }) => race!.claim)
  return [...groups].map(([claim, members]) => ({
    claim,
    of: members.map(({ check, resource }) => (resource === null ? check : `${check} on ${resource}`)),
  }))
}
