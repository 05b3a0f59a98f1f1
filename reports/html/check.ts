import { curl } from '../curl.ts'
import { overruledWords } from '../overruled.ts'
import type { Exchange, Result, Verdict } from '../model.ts'
import { chosen } from '../short.ts'
import { plural, seconds } from '../summary.ts'
import { oneLine, panes } from './exchange.ts'
import { markup, type Markup, type Part } from './markup.ts'
import { label } from './matrix.ts'
import type { Entry } from './outline.ts'
import { race } from './race.ts'

/** Exchanges of one result that the page shows; the JSON report has all. */
const mostExchanges = 12

/** One check: what it asks, why, how to fix it, and what it found on each resource. Failures are open, the rest unfolds. */
export function section({ anchor, check, results, worst }: Entry, secrets: readonly string[]): Markup {
  const { title, level, source, why, fix } = results[0]!.result
  const has = [...new Set(results.map(({ result }) => `has-${result.verdict}`))].join(' ')
  const advice = markup`<dl class="advice">
    <div><dt>Why it matters</dt><dd>${why}</dd></div>
    <div><dt>How to fix it</dt><dd>${fix}</dd></div>
    <div><dt>More</dt><dd><code>ifmatch explain ${check}</code></dd></div>
  </dl>`
  return markup`<section class="check ${has}" id="${anchor}">
    <h3>${label(worst)} ${title}</h3>
    <p class="about"><code>${check}</code> <span>${level}</span> <span>${citation(source)}</span></p>
    ${isBad(worst) ? advice : markup`<details class="more"><summary>Why it matters</summary>${advice}</details>`}
    ${results.map(({ anchor, result }) => finding(anchor, result, secrets))}
  </section>`
}

/** Somebody must look at it: why it matters and how to fix it stand open. */
function isBad(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'warn' || verdict === 'inconclusive'
}

/** Sections of RFCs become links; they are followed only if somebody clicks. */
function citation(source: string): Part {
  const [, rfc, section] = /^RFC (\d{3,5})(?: §([\d.]*\d))?/.exec(source) ?? []
  if (rfc === undefined) return source
  const place = section === undefined ? '' : `#section-${section}`
  return markup`<a rel="noreferrer" href="https://www.rfc-editor.org/rfc/rfc${rfc}${place}">${source}</a>`
}

function finding(anchor: string, result: Result, secrets: readonly string[]): Markup {
  const { verdict, resource, reason, ms, exchanges } = result
  const head = markup`${label(verdict)} <b>${resource ?? 'whole target'}</b> <span class="reason">${reason}</span>`
  const amount = markup`<span class="quiet">${exchanges.length > 0 && `${plural(exchanges.length, 'exchange')}, `}${seconds(ms)}</span>`
  const raced = result.race === undefined ? [] : [race(result.race, `${result.reason} ${result.seen}`, anchor)]
  const words = overruledWords(result)
  const weighs = words === null ? [] : [markup`<p class="quiet">${words}</p>`]
  const body = [...weighs, ...comparison(result), ...raced, ...evidence(result, secrets)]
  if (body.length === 0) return markup`<div class="result ${verdict}" id="${anchor}"><p class="head">${head}</p></div>`
  return markup`<details class="result ${verdict}" ${verdict === 'fail' && 'open'}>
    <summary>${head} ${amount}</summary>
    <div id="${anchor}">${body}</div>
  </details>`
}

function comparison({ expected, seen }: Result): Markup[] {
  const sides = [
    expected !== null && markup`<div><dt>Expected</dt><dd>${expected}</dd></div>`,
    seen !== null && markup`<div class="seen"><dt>Seen</dt><dd>${seen}</dd></div>`,
  ].filter((side) => side !== false)
  return sides.length === 0 ? [] : [markup`<dl class="compare">${sides}</dl>`]
}

function evidence({ exchanges, verdict }: Result, secrets: readonly string[]): Markup[] {
  if (exchanges.length === 0) return []
  const whole = verdict !== 'pass' && verdict !== 'skip'
  const shown = chosen(exchanges, mostExchanges)
  const item = (exchange: Exchange) => (whole ? panes(exchange, curl(exchange, secrets)) : oneLine(exchange))
  const left = shown.left > 0 && markup`<li class="left">${plural(shown.left, 'exchange')} more in the JSON report</li>`
  return [markup`<ol class="${whole ? 'exchanges' : 'lines'}">${shown.first.map(item)}${left}${shown.last.map(item)}</ol>`]
}
