import type { Verdict } from '../model.ts'
import { markup, type Markup } from './markup.ts'
import type { Entry, Outline } from './outline.ts'

/** A verdict as a word in its colour. */
export function label(verdict: Verdict): Markup {
  return markup`<span class="v ${verdict}">${verdict}</span>`
}

function cell(verdict: Verdict | undefined, anchor: string, what: string): Markup {
  if (verdict === undefined) return markup`<td></td>`
  return markup`<td><a class="v ${verdict}" href="#${anchor}" title="${what}">${verdict}</a></td>`
}

/** Checks in rows by suite, resources in columns, a linked verdict in each cell. */
export function resourceMatrix({ suites, resources, report }: Outline): Markup {
  const rows = [...suites].map(
    ([suite, entries]) =>
      markup`<tbody>
        <tr class="suite">
          <th scope="rowgroup" colspan="${resources.length + 1}">${suite}</th>
        </tr>
        ${entries.map((entry) => resourceRow(entry, resources))}
      </tbody>`,
  )
  return table(
    `Checks by resource, ${report.target.name}`,
    'check',
    resources.map((name) => name ?? 'whole target'),
    rows,
  )
}

function resourceRow(entry: Entry, resources: (string | null)[]): Markup {
  const cells = resources.map((resource) => {
    const found = entry.results.find(({ result }) => result.resource === resource)
    return cell(found?.result.verdict, found?.anchor ?? '', `${entry.check} on ${resource ?? 'the whole target'}`)
  })
  return markup`<tr>
    <th scope="row"><a href="#${entry.anchor}">${entry.check.slice(entry.check.indexOf('/') + 1)}</a></th>
    ${cells}
  </tr> `
}

/** Checks in rows, targets in columns, the worst verdict of all resources in each cell. */
export function targetMatrix(all: readonly Outline[]): Markup {
  const checks = new Set(all.flatMap(({ report }) => report.results.map(({ check }) => check)))
  const rows = [...checks].map((check) => {
    const cells = all.map(({ report, entries }) => {
      const entry = entries.find((each) => each.check === check)
      return cell(entry?.worst, entry?.anchor ?? '', `${check} on ${report.target.name}`)
    })
    return markup`<tr>
      <th scope="row">${check}</th>
      ${cells}
    </tr> `
  })
  return table(
    'Checks by target',
    'check',
    all.map(({ report }) => report.target.name),
    [
      markup`<tbody>
        ${rows}
      </tbody>`,
    ],
  )
}

function table(caption: string, corner: string, columns: readonly string[], rows: readonly Markup[]): Markup {
  return markup`<div class="matrix" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">${corner}</th>
          ${columns.map((name) => markup`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      ${rows}
    </table>
  </div>`
}
