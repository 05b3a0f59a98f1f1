import { curl } from './curl.ts'
import { overruledWords } from './overruled.ts'
import { fails } from './exit-code.ts'
import { factsByResource, inOneLine } from './facts.ts'
import type { FormatOptions } from './format.ts'
import { verdicts, type Exchange, type Leftover, type Race, type Report, type Result } from './model.ts'
import { painter, verdictStyle, type Paint } from './paint.ts'
import { raceClaims, raceLines } from './race.ts'
import { chosen, short } from './short.ts'
import { bySuite, claim, plural, summarise, unverified } from './summary.ts'
import { visible, visibleLines } from './visible.ts'
import { pad, wrap } from './wrap.ts'

interface Look {
  paint: Paint
  width: number
  secrets: readonly string[]
  verbose: boolean
  strict: boolean
}

/** Leftovers of one kind; `verbose` shows all. */
const mostLeftovers = 10

/** Exchanges of one result; `verbose` shows all. */
const mostExchanges = 6

/**
 * The report for a terminal: a table of counts, then every failure with what was expected and seen, why it matters, how to fix it and the
 * exchanges; then warnings, what could not be judged and what is told; then the skips by reason; last a line of counts and what the run may claim.
 * `curl` lines are neither indented after their first line nor wrapped, so that they can be copied.
 */
export function terminal(reports: readonly Report[], options: FormatOptions = {}): string {
  const look: Look = {
    paint: painter(options.colour ?? false),
    width: Math.min(options.width ?? 100, 120),
    secrets: options.secrets ?? [],
    verbose: options.verbose ?? false,
    strict: options.strict ?? false,
  }
  return reports.map((report) => one(report, look).join('\n') + '\n').join('\n')
}

function one(report: Report, look: Look): string[] {
  const { paint, strict } = look
  const of = (verdict: Result['verdict']) => report.results.filter((result) => result.verdict === verdict)
  const failed = [...of('fail'), ...of('warn').filter((result) => fails(result, { strict }))]
  const warned = of('warn').filter((result) => !fails(result, { strict }))
  const urls = report.target.urls.filter((url) => url !== report.target.name)
  return [
    paint('bold', visible(report.target.name)) + paint('gray', urls.map((url) => `  ${visible(url)}`).join('')),
    paint('gray', contractLine(report)),
    ...(report.insecure ? wrap(unverified, look.width).map((line) => paint(['bold', 'red'], line)) : []),
    '',
    ...table(report, look),
    ...section('Failed', failed, look, evidence),
    ...section('Warnings', warned, look, evidence),
    ...section('Could not be judged', of('inconclusive'), look, evidence),
    ...(look.verbose ? section('For information', of('info'), look, brief) : informed(of('info'), look)),
    ...skips(of('skip'), look),
    ...(look.verbose ? section('Passed', of('pass'), look, brief) : []),
    ...races(report.results, look),
    ...seenOf(report, look),
    ...leftBehind(report.leftovers, look),
    '',
    ending(report, look),
    ...wrap(visible(claim(report)), look.width).map((line) => paint('gray', line)),
  ]
}

function contractLine({ contract, tool }: Report): string {
  const dialects = contract.dialects.length === 0 ? '' : ` (${contract.dialects.join(', ')})`
  return visible(`${contract.title}: ${contract.file}${dialects}, digest ${contract.digest.slice(0, 12)}, ${tool.name} ${tool.version}`)
}

function table(report: Report, { paint }: Look): string[] {
  const suites = [...bySuite(report.results)]
  const first = Math.max(5, ...suites.map(([suite]) => visible(suite).length))
  const row = (name: string, cells: string[]) => `  ${pad(name, first)}${cells.join('')}`
  const cell = (verdict: Result['verdict'], count: number) => {
    const text = (count === 0 ? '·' : String(count)).padStart(verdict.length + 2)
    return paint(count === 0 ? 'gray' : verdictStyle[verdict], text)
  }
  const counts = (results: readonly Result[]) => verdicts.map((verdict) => cell(verdict, summarise(results)[verdict]))
  const heads = verdicts.map((verdict) => paint('gray', `  ${verdict}`))
  return [row('', heads), ...suites.map(([suite, results]) => row(visible(suite), counts(results))), row('total', counts(report.results))]
}

type Show = (result: Result, look: Look) => string[]

function section(title: string, results: readonly Result[], look: Look, show: Show): string[] {
  if (results.length === 0) return []
  return ['', look.paint('bold', `${title} (${results.length})`), ...results.flatMap((result) => show(result, look))]
}

function heading(result: Result, { paint }: Look): string {
  const where = result.resource === null ? '' : ` on ${visible(result.resource)}`
  const label = paint(['bold', verdictStyle[result.verdict]], result.verdict)
  return `  ${label}  ${paint('bold', visible(result.check))}${where}${paint('gray', `  ${result.level}, ${visible(result.source)}`)}`
}

function brief(result: Result, look: Look): string[] {
  const words = wrap(visibleLines(result.reason ?? result.title), look.width - 4)
  return [heading(result, look), ...words.map((part) => `    ${part}`), ...line('weighs', overruledWords(result), look)]
}

function raced({ reason, seen }: Result, race: Race, look: Look): string[] {
  return raceLines(race, `${reason} ${seen}`, look.width - 4, look.paint).map((text) => `    ${text}`)
}

function evidence(result: Result, look: Look): string[] {
  const shown = chosen(result.exchanges, look.verbose ? Infinity : mostExchanges)
  const left =
    shown.left === 0 ? [] : [look.paint('gray', `    … ${plural(shown.left, 'exchange')} more: --verbose, the JSON or the HTML report`)]
  const number = (exchange: Exchange) => result.exchanges.indexOf(exchange) + 1
  const show = (exchange: Exchange) => exchangeLines(exchange, number(exchange), look)
  return [
    '',
    heading(result, look),
    ...wrap(visible(result.title), look.width - 4).map((line) => `    ${line}`),
    ...line('reason', result.reason, look),
    ...line('weighs', overruledWords(result), look),
    ...line('expected', result.expected, look),
    ...line('seen', result.seen, look),
    ...line('why', result.why, look),
    ...line('fix', result.fix, look),
    ...line('more', `ifmatch explain ${result.check}`, look),
    ...(result.race === undefined ? [] : raced(result, result.race, look)),
    ...shown.first.flatMap(show),
    ...left,
    ...shown.last.flatMap(show),
  ]
}

function line(name: string, text: string | null, { paint, width }: Look): string[] {
  if (text === null || text === '') return []
  return wrap(visibleLines(text), width - 14).map((part, index) => `    ${paint('gray', pad(index === 0 ? name : '', 8))}  ${part}`)
}

function exchangeLines(exchange: Exchange, number: number, look: Look): string[] {
  const { paint, width, secrets } = look
  return [
    `    ${paint('gray', `${number}.`)} ${visible(exchange.purpose)}`,
    ...short(exchange, width - 12).flatMap((text) => wrap(text, width - 8).map((part) => paint('gray', `       ${part}`))),
    ...curl(exchange, secrets).replace(/^/, '       ').split('\n'),
  ]
}

/** What is told and accuses nobody: one entry a check, with the resources that it is true of; of what differs between them, the first. */
function informed(results: readonly Result[], look: Look): string[] {
  const entries = [...Map.groupBy(results, (result) => result.check).values()].flatMap((members) => {
    const kinds = Map.groupBy(members, ({ reason, seen }) => (seen === null ? reason : 'seen'))
    const told = [...kinds.values()].flatMap((alike) => {
      const first = alike[0]!
      const names = alike.flatMap(({ resource }) => (resource === null ? [] : [visible(resource)]))
      const where =
        alike.length > 1 && first.seen !== null ? `${names.join(', ')}; on ${names[0]}: ` : names.length > 0 ? `${names.join(', ')}: ` : ''
      return wrap(`${where}${visible(first.reason ?? first.title)}`, look.width - 4).map((line) => `    ${line}`)
    })
    return [heading({ ...members[0]!, resource: null }, look), ...told]
  })
  return results.length === 0 ? [] : ['', look.paint('bold', `For information (${results.length})`), ...entries]
}

/** Skips are never hidden and never passed: counted by reason; with `verbose` by name. */
function skips(results: readonly Result[], look: Look): string[] {
  const groups = [...Map.groupBy(results, (result) => result.reason ?? '')].sort(([, a], [, b]) => b.length - a.length)
  const lines = groups.flatMap(([reason, members]) => [
    ...wrap(visible(reason), look.width - 8).map((part, index) => `  ${(index === 0 ? String(members.length) : '').padStart(4)}  ${part}`),
    ...(look.verbose
      ? members.map(({ check, resource }) =>
          look.paint('gray', `        ${visible(check)}${resource === null ? '' : ` on ${visible(resource)}`}`),
        )
      : []),
  ])
  return results.length === 0 ? [] : ['', look.paint('bold', `Skipped (${results.length})`), ...lines]
}

/** What the races that found nothing may claim; with `verbose` which they are. */
function races(results: readonly Result[], { paint, width, verbose }: Look): string[] {
  const claims = raceClaims(results)
  const lines = claims.flatMap(({ claim, of }) => [
    ...wrap(visible(claim), width - 8).map((part, index) => `  ${(index === 0 ? String(of.length) : '').padStart(4)}  ${part}`),
    ...(verbose ? of.map((name) => paint('gray', `        ${visible(name)}`)) : []),
  ])
  return claims.length === 0 ? [] : ['', paint('bold', 'Races'), ...lines]
}

/** What was seen of each resource beside the verdicts, one entry a resource; only with `verbose`. */
function seenOf(report: Report, { paint, width, verbose }: Look): string[] {
  if (!verbose) return []
  const lines = [...factsByResource(report)].flatMap(([resource, facts]) =>
    wrap(visible(`${resource}: ${inOneLine(facts)}`), width - 4).map((part, index) => (index === 0 ? `  ${part}` : `    ${part}`)),
  )
  return lines.length === 0 ? [] : ['', paint('bold', 'What was seen'), ...lines]
}

/** What could not be deleted again, by resource and reason, with where it is. */
function leftBehind(leftovers: readonly Leftover[], { paint, width, verbose }: Look): string[] {
  const groups = [...Map.groupBy(leftovers, ({ resource, reason }) => `${resource}: ${reason}`)]
  const lines = groups.flatMap(([words, members]) => {
    const shown = verbose ? members : members.slice(0, mostLeftovers)
    const more = members.length - shown.length
    return [
      ...wrap(visible(words), width - 8).map((part, index) => `  ${(index === 0 ? String(members.length) : '').padStart(4)}  ${part}`),
      ...shown.map(({ url }) => paint('gray', `        ${visible(url)}`)),
      ...(more > 0 ? [paint('gray', `        … ${more} more: --verbose, or the JSON report`)] : []),
    ]
  })
  return leftovers.length === 0 ? [] : ['', paint('bold', `Left behind (${leftovers.length})`), ...lines]
}

function ending(report: Report, { paint }: Look): string {
  const summary = summarise(report.results)
  const counts = verdicts
    .filter((verdict) => summary[verdict] > 0)
    .map((verdict) => paint(verdictStyle[verdict], `${summary[verdict]} ${verdict}`))
  return `${paint('bold', visible(report.target.name))}: ${counts.length === 0 ? 'nothing was checked' : counts.join(', ')}`
}
