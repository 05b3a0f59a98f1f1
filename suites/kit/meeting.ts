import { type DeliveryName, gather, type Landing } from '../delivery/index.ts'
import { Lines } from '../delivery/lines.ts'
import type { Exchange, HeaderLine } from '../../reports/model.ts'
import type { TargetConfig } from '../target.ts'
import type { Allowance } from './allowance.ts'
import type { Budget } from './budget.ts'
import { mayRepeat, validate, type Wire, type WireAnswer } from './client.ts'
import { proxyFor } from './connections.ts'
import { contentOf, decoded, sealed } from './exchange.ts'
import type { Gate } from './gate.ts'
import type { Redactor } from './secrets.ts'
import { silenceWords } from './silence.ts'
import { Inconclusive, Skip, Unsent } from './verdict.ts'

/** More decoys than these help no more. */
const mostDecoys = 8

/** Requests that are to meet at the target. */
export interface Meeting {
  guests: readonly { make: () => Promise<Wire>; purpose: string }[]
  /** A safe request to each node. */
  probes: readonly (() => Promise<Wire>)[]
  delivery: DeliveryName
  /** Is given each exchange with its secrets replaced. */
  record: (exchange: Exchange) => void
  /** Ends the wait for a turn; what is under way is not interrupted. */
  signal: AbortSignal
  allowance?: Allowance
}

/** What came of one of them. */
export interface Guest {
  answer: WireAnswer | undefined
  error: Inconclusive | undefined
  called: number
  returned: number
  exchange: Exchange
}

/** Lets requests meet, within the limits of the target. */
export class Meetings {
  readonly #target: TargetConfig
  readonly #redactor: Redactor
  readonly #gate: Gate
  readonly #budget: Budget
  readonly #lines: Lines

  constructor(target: TargetConfig, redactor: Redactor, gate: Gate, budget: Budget) {
    this.#target = target
    this.#redactor = redactor
    this.#gate = gate
    this.#budget = budget
    this.#lines = new Lines(target)
  }

  /** How many requests may be sent at once. */
  get room(): number {
    return this.#gate.room
  }

  /** Does every node speak HTTP/2? @throws Skip where a proxy stands in between */
  async multiplexes(): Promise<boolean> {
    const urls = this.#target.urls.map((url) => new URL(url))
    this.#mustReach(urls)
    return (await Promise.all(urls.map((url) => this.#lines.multiplexes(url)))).every(Boolean)
  }

  /** @throws Unsent where none of them was sent */
  hold(meeting: Meeting): Promise<Guest[]> {
    const { guests, delivery, signal, allowance } = meeting
    this.#mustReach(this.#target.urls.map((url) => new URL(url)))
    const decoys = delivery === 'last-byte' ? Math.max(0, Math.min(mostDecoys, this.room - guests.length)) : 0
    return this.#gate.through(() => this.#held(meeting, decoys), signal, allowance, guests.length + decoys)
  }

  #mustReach(urls: readonly URL[]): void {
    const proxy = urls.map((url) => proxyFor(url)).find(Boolean)
    if (proxy !== undefined) throw new Skip(`${proxy} names a proxy, which would keep requests apart that are to meet`)
  }

  async #held({ guests, probes, delivery, record }: Meeting, decoys: number): Promise<Guest[]> {
    const { purpose } = guests[0]!
    // a connection that is not warm takes one more
    const most = (guests.length + decoys) * 2
    this.#budget.take(purpose, { requests: most })
    let sent = 0
    const goes = ({ method }: Wire): void => {
      sent++
      this.#budget.goes(method)
    }
    try {
      const [wires, nodes] = await Promise.all([
        Promise.all(guests.map(({ make }) => make())),
        Promise.all(probes.map((make) => make())),
      ]).catch((error) => {
        throw error instanceof Inconclusive ? new Unsent(error.message) : error
      })
      for (const { headers } of [...wires, ...nodes]) validate(headers)
      const gathering = {
        delivery,
        requests: wires,
        decoys: Array.from({ length: decoys }, (_, at) => nodes[at % nodes.length]!),
        probe: (url: URL): Wire => nodes.find((node) => node.url.origin === url.origin)!,
        goes,
        timeout: this.#target.timeout,
        limit: this.#target.limits.body,
      }
      const started = new Date()
      const landings = await gather(gathering, this.#lines).catch((error) => {
        this.#budget.came('silent')
        throw new Unsent(`${purpose}: ${this.#words(error, wires[0]!.url)}`)
      })
      return landings.map((landing, at) => this.#guest({ purpose: guests[at]!.purpose, wire: wires[at]!, landing, started, record }))
    } finally {
      this.#budget.giveBack(most - sent)
      this.#gate.passed(sent - guests.length - decoys)
    }
  }

  #guest(one: { purpose: string; wire: Wire; landing: Landing; started: Date; record: Meeting['record'] }): Guest {
    const { purpose, wire, landing, started, record } = one
    const { called, returned, answer: raw } = landing
    let { error } = landing
    let text = ''
    let response: Exchange['response'] = null
    this.#budget.came(raw ? 'answered' : 'silent')
    if (raw) {
      const headers = raw.headers as HeaderLine[]
      try {
        const plain = decoded(raw.body, headers, this.#target.limits.body)
        text = plain.toString()
        response = { status: raw.status, headers, body: raw.body.length === 0 ? null : contentOf(plain, raw.body.length) }
      } catch (undecoded) {
        error = undecoded as Error
      }
    }
    const words = error ? this.#words(error, wire.url) : null
    const ms = Math.min(returned, performance.now()) - called
    const exchange = sealed({ purpose, wire, response, error: words, started, ms }, this.#redactor)
    record(exchange)
    if (!raw || words !== null)
      return { answer: undefined, error: new Inconclusive(`${purpose}: ${words}`), called, returned: Number.POSITIVE_INFINITY, exchange }
    const answer: WireAnswer = { status: raw.status, headers: raw.headers, text, exchange }
    if (raw.status === 429 || raw.status === 503) mayRepeat(answer, this.#gate)
    else this.#gate.answered()
    return { answer, error: undefined, called, returned, exchange }
  }

  #words(error: unknown, url: URL): string {
    return silenceWords(error, url, this.#target, this.#budget.hasMet)
  }

  close(): void {
    this.#lines.close()
  }
}
