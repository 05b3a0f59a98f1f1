import type { Race, RaceOperation, RaceRound } from '../model.ts'
import { plural } from '../summary.ts'
import { milliseconds, proofOf, timeline, type Lane } from '../timeline.ts'
import { markup, type Markup } from './markup.ts'

/** The picture's measures in its own units, which are pixels where there is room. */
const size = { width: 980, left: 340, right: 200, lane: 24, top: 26 }
const scale = size.width - size.left - size.right

/** The evidence of a race: what it may claim, a timeline of the round that decided, and the same as a table. `told` is what the page says anyway. */
export function race({ claim, shown }: Race, told: string, anchor: string): Markup {
  if (shown === null) return markup`<p class="race">${claim}</p>`
  const proofs = shown.findings.filter(({ words }) => !told.includes(words)).map(({ words }) => markup`<li>${words}</li>`)
  return markup`<figure class="race">
    <figcaption>Round ${shown.number}, ${shown.delivery}: who sent what when, and what was answered. <span class="quiet">${claim}</span></figcaption>
    ${proofs.length > 0 && markup`<ul class="proofs">${proofs}</ul>`}
    ${picture(shown, anchor)}
    <details><summary>The same as a table</summary>${table(shown)}</details>
  </figure>`
}

function picture(round: RaceRound, anchor: string): Markup {
  const { lanes, left, ticks } = timeline(round)
  const bottom = size.top + lanes.length * size.lane
  const height = bottom + (left > 0 ? size.lane : 4)
  const title = `${anchor}/timeline`
  const lines = ticks.map(({ at, ms }) => {
    const x = place(at)
    return markup`<line class="tick" x1="${x}" y1="${size.top - 6}" x2="${x}" y2="${bottom}"/><text class="quiet" x="${x}" y="14" text-anchor="middle">${milliseconds(ms)} ms</text>`
  })
  return markup`<div class="timeline" role="region" aria-label="Timeline" tabindex="0">
    <svg viewBox="0 0 ${size.width} ${height}" width="${size.width}" height="${height}" role="img" aria-labelledby="${title}">
    <title id="${title}">${describe(round)}</title>
    ${lines}${lanes.map(row)}
    ${left > 0 && markup`<text class="quiet" x="14" y="${bottom + 16}">${plural(left, 'operation')} more in the table</text>`}
    </svg></div>`
}

function row({ operation, what, token, answer, from, to, proof }: Lane, index: number): Markup {
  const top = size.top + index * size.lane
  const middle = top + size.lane / 2
  const [x, end] = [place(from), place(to)]
  const width = Math.max(4, end - x)
  const kind = operation.role === 'read' && operation.outcome === 'done' ? 'read' : operation.outcome
  return markup`<g class="${proof ? 'proof' : ''}">${proof && markup`<rect class="ground" x="0" y="${top}" width="${size.width}" height="${size.lane}" rx="4"/><path d="M3 ${middle} l4 -4 l4 4 l-4 4 z"/>`}
    <text x="14" y="${middle + 4}"><tspan class="who">${operation.writer}</tspan> ${what}</text>
    <text x="${size.left - 14}" y="${middle + 4}" text-anchor="end" class="quiet">${token}</text>
    <rect class="bar ${kind}" x="${x}" y="${top + (kind === 'read' ? 10 : 6)}" width="${width}" height="${size.lane - (kind === 'read' ? 20 : 12)}" rx="2"/>
    <text x="${size.width - size.right + 14}" y="${middle + 4}">${answer}</text></g>
`
}

function place(at: number): number {
  return Math.round((size.left + at * scale) * 10) / 10
}

/** What the picture shows, for who cannot see it. */
function describe({ number, operations, findings }: RaceRound): string {
  const done = operations.filter(({ role, outcome }) => role !== 'read' && outcome === 'done')
  const won = done.length === 0 ? 'nobody succeeded' : `${done.map(({ writer }) => writer).join(', ')} succeeded`
  const proof = findings.map(({ words }) => ` ${words}.`).join('')
  return `Timeline of round ${number}: ${plural(operations.length, 'operation')}, ${won}.${proof}`
}

function table({ operations, findings }: RaceRound): Markup {
  const proof = proofOf(findings)
  const several = operations.some(({ url }) => url !== undefined)
  const heads = ['writer', 'what', 'token sent', 'from', 'to (ms)', 'answer', 'showed', several && 'at'].filter((head) => head !== false)
  return markup`<div class="matrix" role="region" aria-label="Operations" tabindex="0"><table>
    <thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
    <tbody>${operations.map((operation) => line(operation, proof.has(operation.id), several))}</tbody>
  </table></div>`
}

function line(operation: RaceOperation, proof: boolean, several: boolean): Markup {
  const { writer, role, wrote, sent, call, end, outcome, status, shown, url } = operation
  const saw = shown === null ? '' : shown.exists ? [shown.value, shown.token].filter((part) => part !== null).join(', ') : 'not there'
  const what = `${operation.settled ? 'last ' : ''}${role}${wrote === null ? '' : ` ${wrote}`}`
  const cells = [what, sent, milliseconds(call), end === null ? '' : milliseconds(end), `${status ?? 'none'}, ${outcome}`, saw]
  return markup`<tr><th scope="row">${proof && '◆ '}${writer}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}${several && markup`<td>${url}</td>`}</tr>
`
}
