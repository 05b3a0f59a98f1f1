import { factsByResource } from '../facts.ts'
import type { Fact, Report } from '../model.ts'
import { markup, type Markup, type Part } from './markup.ts'

/** What was seen of each resource beside the verdicts, and in which check; nothing where nothing was. */
export function seen(report: Report, heading: Markup): Part {
  const resources = [...factsByResource(report)]
  if (resources.length === 0) return null
  return markup`${heading}
    <p class="quiet">Facts about the target that its answers showed on the way: no verdicts. They tell what clients may reckon with.</p>
    ${resources.map(([name, facts]) => folded(name, facts, resources.length === 1))}`
}

function folded(name: string, facts: readonly Fact[], open: boolean): Markup {
  return markup`<details class="seen-of" ${open && 'open'}>
      <summary><b>${name}</b> <span class="quiet">${facts
        .slice(0, 3)
        .map(({ words }) => words)
        .join('; ')}</span></summary>
      <table aria-label="What was seen of ${name}">
        <thead><tr><th scope="col">about</th><th scope="col">seen</th><th scope="col">in</th></tr></thead>
        <tbody>${facts.map(row)}</tbody>
      </table>
    </details>`
}

function row({ name, words, check, purpose }: Fact): Markup {
  return markup`<tr><th scope="row">${name}</th><td>${words}</td><td class="quiet"><code>${check}</code>: ${purpose}</td></tr>`
}
