import type { FormatOptions } from './format.ts'
import { painter } from './paint.ts'
import { plural, seconds } from './summary.ts'
import { visible } from './visible.ts'
import { pad, wrap } from './wrap.ts'

/** What one check on one resource would send, by method; counted where nothing is at stake. */
export interface PlannedCheck {
  check: string
  resource: string
  requests: Record<string, number>
  /** The check came to its end where it was counted; else it may well send more. */
  whole: boolean
}

/** What a run would do, before its first request. */
export interface Plan {
  target: { name: string; urls: string[] }
  limits: { rate: number | undefined; requests: number | undefined }
  readOnly: boolean
  planned: PlannedCheck[]
  skipped: { check: string; reason: string }[]
}

/** The order in which methods are shown; others follow. */
const usual = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The plan as a table: a line for each check on each resource, requests by method, the sums, and what the numbers rest on. */
export function planText({ target, limits, readOnly, planned, skipped }: Plan, options: FormatOptions = {}): string {
  const paint = painter(options.colour ?? false)
  const width = Math.min(options.width ?? 100, 120)
  const sent = new Set(planned.flatMap(({ requests }) => Object.keys(requests)))
  const methods = [...usual.filter((method) => sent.has(method)), ...[...sent].filter((method) => !usual.includes(method)).toSorted()]
  const names = planned.map(({ check, resource }) => visible(`${check} on ${resource}`))
  const first = Math.max(5, ...names.map((name) => name.length))
  const row = (name: string, cells: readonly string[]): string =>
    `  ${pad(name, first)}${[...methods, 'all'].map((method, at) => (cells[at] ?? '').padStart(Math.max(method.length, 5) + 2)).join('')}`
  const counted = (list: readonly PlannedCheck[], open = false): string[] => {
    const of = methods.map((method) => list.reduce((sum, { requests }) => sum + (requests[method] ?? 0), 0))
    const all = of.reduce((sum, one) => sum + one, 0)
    return [...of.map((one) => (one === 0 ? '·' : String(one))), `${open ? '≥' : ''}${all}`]
  }
  const all = planned.reduce((sum, { requests }) => sum + Object.values(requests).reduce((one, other) => one + other, 0), 0)
  const urls = target.urls.filter((url) => url !== target.name)
  const lines = [
    paint('bold', visible(target.name)) + paint('gray', urls.map((url) => `  ${visible(url)}`).join('')),
    '',
    ...(planned.length > 0 ? [paint('gray', row('requests, about', [...methods, 'all']))] : []),
    ...planned.map((one, at) => row(names[at]!, counted([one], !one.whole))),
    ...(planned.length > 0 ? [row('total', counted(planned))] : []),
    ...skips(skipped, paint, width),
    '',
    ...wrap(closing(all, planned, limits, readOnly), width).map((line) => paint('gray', line)),
  ]
  return `${lines.join('\n')}\n`
}

function skips(skipped: Plan['skipped'], paint: ReturnType<typeof painter>, width: number): string[] {
  if (skipped.length === 0) return []
  const groups = [...Map.groupBy(skipped, ({ reason }) => reason)].toSorted(([, a], [, b]) => b.length - a.length)
  const lines = groups.flatMap(([reason, members]) =>
    wrap(visible(reason), width - 8).map((part, at) => `  ${(at === 0 ? String(members.length) : '').padStart(4)}  ${part}`),
  )
  return ['', paint('bold', `Would not run (${skipped.length})`), ...lines]
}

function closing(all: number, planned: readonly PlannedCheck[], { rate, requests }: Plan['limits'], readOnly: boolean): string {
  const open = planned.some(({ whole }) => !whole)
  return [
    `About ${plural(all, 'request')}, those included that delete what was made: counted on a mock of the contract on this machine.`,
    'The API may need more where its reads lag behind its writes, where it says 429, or where a delete has to be tried twice.',
    open ? '≥: the check did not come to its end there.' : '',
    readOnly ? 'Read-only: nothing but GET, HEAD and OPTIONS would be sent.' : '',
    rate === undefined ? '' : `At ${rate} a second: about ${seconds((all / rate) * 1000)}.`,
    requests !== undefined && requests < all ? `No more than ${requests} would be sent: what is beyond could not be judged.` : '',
    'Nothing was sent to the API.',
  ]
    .filter(Boolean)
    .join(' ')
}
