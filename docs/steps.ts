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
}

/** Fields that say under which conditions a request is to be carried out. */
const conditions = /^(?:if|if-(?:match|none-match|modified-since|unmodified-since|range)|idempotency-key|lock-token|prefer)$/i

/** Runs every check against the mock without faults; the first resource that it passes on speaks for it. By id. */
export async function stepsOfAll(): Promise<Map<string, Steps>> {
  const steps = new Map<string, Steps>()
  for (const { dialects, document } of worlds) {
    const contract = await referenceContract(dialects, document)
    await using mock = await builtIn(dialects, [], document)
    for (const results of await Promise.all(catalogue.map((check) => mock.run(check)))) {
      const passed = results.find(({ verdict, check }) => verdict === 'pass' && !steps.has(check))
      if (passed) steps.set(passed.check, stepsOf(passed, contract))
    }
  }
  return steps
}

function stepsOf({ resource, exchanges }: Result, contract: Contract): Steps {
  const lines: { text: string; statuses: number[] }[] = []
  for (const exchange of exchanges) {
    if (exchange.purpose.startsWith(lag)) continue
    const text = line(exchange, contract)
    const status = exchange.response!.status
    const last = lines.at(-1)
    if (last?.text === text) last.statuses.push(status)
    else lines.push({ text, statuses: [status] })
  }
  return {
    resource: resource!,
    lines: lines.map(({ text, statuses }) => {
      const times = statuses.length === 1 ? '' : ` (${statuses.length} times)`
      return `${text} → ${[...new Set(statuses)].toSorted().join(', ')}${times}`
    }),
  }
}

/** How often a read waits for what was written differs from run to run. */
const lag = 'read again, since'

/** Of requests that are sent at once any may be the first to be answered: they are one line. */
const place = /, \d+ of \d+$/

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
