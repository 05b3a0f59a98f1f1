import { createHash } from 'node:crypto'
import { exitCode } from './exit-code.ts'
import type { FormatOptions } from './format.ts'
import { Markup, markup } from './html/markup.ts'
import { targetMatrix } from './html/matrix.ts'
import { outlines } from './html/outline.ts'
import { style } from './html/style.ts'
import { target, where } from './html/target.ts'
import { verdicts, type Report, type Verdict } from './model.ts'
import { plural, summarise } from './summary.ts'

/**
 * One page for one or more reports that needs nothing else: no script, no font, no request. It reads well without its style too, should a
 * server forbid that. The policy in its head allows the one style sheet by its hash, so that nothing from the wire can ever load or run.
 */
export function html(reports: readonly Report[], options: FormatOptions = {}): string {
  const all = outlines(reports)
  const several = reports.length > 1
  const names = several ? plural(reports.length, 'target') : (reports[0]?.target.name ?? 'nothing')
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${names}: ${outcome(reports, options)} (ifmatch)</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<p class="tool">ifmatch conflict report</p>
<h1>${names}</h1>
<p class="outcome">${outcome(reports, options)}</p>
${!several && reports.map(where)}
</header>
${filter(reports)}
<main>
${several && markup`<h2 class="part">Checks and targets</h2>${targetMatrix(all)}`}
${all.map((outline) => target(outline, !several, options))}
</main>
</body>
</html>
`.text
}

/** The run in a few words, as the exit code has it. */
function outcome(reports: readonly Report[], options: FormatOptions): string {
  const results = reports.flatMap((report) => report.results)
  const { fail, warn } = summarise(results)
  const code = exitCode(reports, options)
  if (code === 1) return `${plural(options.strict ? fail + warn : fail, 'failure')}`
  return code === 0 ? 'no failure in what was tried' : 'could not be judged'
}

/** How many results have each verdict; each is a switch that shows or hides them. What went well is hidden at first, unless there is nothing else. */
function filter(reports: readonly Report[]): Markup {
  const counts = summarise(reports.flatMap((report) => report.results))
  const findings = counts.fail + counts.warn + counts.inconclusive + counts.info > 0
  const shown = (verdict: Verdict) => counts[verdict] > 0 && (!findings || (verdict !== 'pass' && verdict !== 'skip'))
  const one = (verdict: Verdict) => {
    const state = [shown(verdict) && 'checked ', counts[verdict] === 0 && 'disabled']
    return markup`<label class="v ${verdict}"><input type="checkbox" id="show-${verdict}" autocomplete="off" ${state}> <b>${counts[verdict].toLocaleString('en-US')}</b> ${verdict}</label>
`
  }
  return markup`<fieldset class="filter"><legend>Results to show</legend>
${verdicts.map(one)}</fieldset>`
}
