import type { Exchange, Result } from '../reports/model.ts'
import type { Contract } from '../spec/contract.ts'
import { catalogue } from '../suites/index.ts'
import { builtIn, referenceContract, worlds } from '../test/suites/built-in.ts'

/** What a check sends to a server that does everything right, as one run against the mock showed it. */
export interface Steps {
  /** The resource that it was held against: `document`. */
  resource: string
  /** One line a request, in order: purpose, method, path template, conditions, status. */
  lines: string[]
  /** The lines are those of several rounds, each once. */
  rounds: boolean
  /** Why the mock is no server that it can be held against; else it passed. */
  skipped?: string
}

/** Fields that say under which conditions a request is to be carried out. */
const conditions = /^(?:if|if-(?:match|none-match|modified-since|unmodified-since|range)|idempotency-key|lock-token|prefer)$/i

/** Checks that are no races, but send requests beside each other: in which order they are answered is chance. */
const besideEachOther: ReadonlySet<string> = new Set(['patch/never-half-seen'])

/** Runs every check against the mock without faults; the first resource that it passes on speaks for it, else the one that it sent most to. By id. */
export async function stepsOfAll(): Promise<Map<string, Steps>> {
  const steps = new Map<string, Steps>()
  const skips = new Map<string, Steps>()
  for (const { dialects, document } of worlds) {
    const contract = await referenceContract(dialects, document)
    await using mock = await builtIn(dialects, [], document)
    const left = catalogue.filter(({ id }) => !steps.has(id))
    await Promise.all(
      left.map(async (check) => {
        const results = await mock.run(check)
        const passed = results.find(({ verdict }) => verdict === 'pass')
        const rounds = check.races ?? besideEachOther.has(check.id)
        if (passed) steps.set(check.id, stepsOf(passed, rounds, contract))
        const [tried] = results.toSorted((one, other) => other.exchanges.length - one.exchanges.length)
        if (tried?.reason && tried.exchanges.length > 0 && !skips.has(check.id))
          skips.set(check.id, { ...stepsOf(tried, rounds, contract), skipped: tried.reason })
      }),
    )
  }
  return new Map([...skips, ...steps])
}

function stepsOf({ resource, exchanges }: Result, rounds: boolean, contract: Contract): Steps {
  const lines: { text: string; statuses: (number | string)[] }[] = []
  for (const exchange of exchanges) {
    if (sometimes.test(exchange.purpose) || (rounds && inRaces.test(exchange.purpose))) continue
    const text = line(exchange, contract)
    const status = exchange.response?.status ?? 'no answer'
    const same = rounds ? lines.find((each) => each.text === text) : lines.at(-1)?.text === text ? lines.at(-1) : undefined
    if (same) same.statuses.push(status)
    else lines.push({ text, statuses: [status] })
  }
  return {
    resource: resource!,
    rounds,
    lines: lines.map(({ text, statuses }) => {
      // who wins a race is chance
      if (rounds) return text
      const times = statuses.length === 1 ? '' : ` (${statuses.length} times)`
      return `${text} → ${[...new Set(statuses)].toSorted().join(', ')}${times}`
    }),
  }
}

/** Reads by which the kit makes sure of what it saw: whether they are needed differs from run to run. */
const sometimes = /^(?:read again, since|see what differs between two reads)/

/** Requests that a race only needs where others were faster. */
const inRaces = /^(?:read the current version|the same again: )/

/** Of requests that are sent at once any may be the first to be answered: they are one line. */
const place = /^\d+ of (?=\d+ )|, \d+ of \d+$/

function line({ purpose, request }: Exchange, contract: Contract): string {
  const fields = request.headers.filter(([name]) => conditions.test(name)).map(([name, value]) => `\`${name}: ${shape(value)}\``)
  const call = `\`${request.method} ${template(new URL(request.url).pathname, contract)}\``
  const said = purpose.replace(place, '').replaceAll(/"[^"\s]*\d[^"\s]*"/g, '"…"')
  return `${said}: ${[call, ...fields].join(', ')}`
}

/** Of a condition what is the same in every run. */
function shape(value: string): string {
  const plain = value.replaceAll(/"[^"]*"/g, '"…"')
  return /^(?:\*|(?:W\/)?"…"(?:, *(?:W\/)?"…")*)$/.test(plain) ? plain : '…'
}

/** The path of the document that a URL is one of; a template with more fixed text is the better one. */
function template(path: string, { operations }: Contract): string {
  const fitting = operations
    .map((operation) => operation.path)
    .filter((each) => new RegExp(`^${each.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path))
    .toSorted((a, b) => a.split('{').length - b.split('{').length)
  return fitting[0] ?? '(a path that the document does not have)'
}
