import { fails } from '../exit-code.ts'
import type { FormatOptions } from '../format.ts'
import { verdicts, type Report } from '../model.ts'
import { raceClaims } from '../race.ts'
import { claim, seconds, summarise, unverified } from '../summary.ts'
import { section } from './check.ts'
import { seen } from './facts.ts'
import { Markup, markup, type Part } from './markup.ts'
import { label, resourceMatrix } from './matrix.ts'
import type { Outline } from './outline.ts'

/** All about one target: what failed, the matrix, what the run may claim, every check. `alone`: the page has no other, and its head has the name. */
export function target(outline: Outline, alone: boolean, options: FormatOptions): Markup {
  const { report, anchor, entries } = outline
  const heading = (text: string) => new Markup(alone ? `<h2 class="part">${text}</h2>` : `<h3 class="part">${text}</h3>`)
  return markup`<section class="report" id="${anchor}">
    ${!alone && markup`<h2>${report.target.name}</h2>${where(report)}${counts(report)}`}
    ${!report.complete && markup`<p class="interrupted">This run was interrupted: what is not listed was not tried.</p>`}
    ${report.insecure && markup`<p class="interrupted">${unverified}</p>`}
    ${failures(outline, heading('What failed'), options)}
    ${report.results.length > 0 && markup`${heading('Checks and resources')}${resourceMatrix(outline)}`}
    ${heading('What this run may claim')}
    ${facts(report)}
    ${seen(report, heading('What was seen'))}
    ${leftBehind(report, heading('Left behind'))}
    ${heading('Results')}
    <p class="quiet hint">The switches at the top of the page choose what is listed here.</p>
    ${entries.map((entry) => section(entry, options.secrets ?? []))}
  </section>`
}

/** Where and when, in one line. */
export function where({ target, started, ms }: Report): Markup {
  // a target without a name of its own is called by its URL, which the heading says already
  const urls = target.urls.filter((url) => url !== target.name).map((url) => markup`<code>${url}</code> `)
  return markup`<p class="quiet where">${urls}<span>${started.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC')}, ${seconds(ms)}</span></p>`
}

function counts(report: Report): Markup {
  const summary = summarise(report.results)
  const given = verdicts.filter((verdict) => summary[verdict] > 0)
  return markup`<p class="counts">${given.map((verdict) => markup`<span class="v ${verdict}">${summary[verdict]} ${verdict}</span> `)}</p>`
}

/** One line for each failed check: what happened, and where. */
function failures({ entries }: Outline, heading: Markup, options: FormatOptions): Part {
  const failed = entries.filter(({ results }) => results.some(({ result }) => fails(result, options)))
  if (failed.length === 0) return null
  const items = failed.map(({ anchor, check, results, worst }) => {
    const bad = results.map(({ result }) => result).filter((result) => fails(result, options))
    const places = bad.map(({ resource }) => resource ?? 'whole target').join(', ')
    return markup`<li>${label(worst)} <span><a href="#${anchor}">${bad[0]!.reason}</a> <span class="quiet">${check} on ${places}</span></span></li>`
  })
  return markup`${heading}<ul class="failures">${items}</ul>`
}

/** What could not be deleted again. */
function leftBehind({ leftovers }: Report, heading: Markup): Part {
  if (leftovers.length === 0) return null
  const items = leftovers.map(
    ({ check, resource, url, reason }) =>
      markup`<li><code>${url}</code> <span>${resource}: ${reason}</span> <span class="quiet">${check}</span></li>`,
  )
  return markup`${heading}<ul class="failures">${items}</ul>`
}

function facts(report: Report): Markup {
  const { contract, tool, seed } = report
  const rows: [string, Part][] = [
    ['Contract', [contract.title, ', ', markup`<code>${contract.file}</code>`]],
    ['Dialects', contract.dialects.join(', ') || 'none'],
    ['Digest', markup`<code>${contract.digest}</code>`],
    ['Made by', `${tool.name} ${tool.version}, seed ${seed}`],
  ]
  const races = raceClaims(report.results).map(
    ({ claim, of }) => markup`<li><b>${claim}</b> <span class="quiet">${of.join(', ')}</span></li>`,
  )
  return markup`<p class="claim">${claim(report)}</p>
    ${races.length > 0 && markup`<p class="claim">Races, each round of which can miss what the next one finds:</p><ul class="races">${races}</ul>`}
    <dl class="facts">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}
