import { isSafe } from '../../http/methods.ts'
import type { Dispatcher } from 'undici'
import { parseRetryAfter } from '../../http/retry-after.ts'
import type { Exchange, HeaderLine } from '../../reports/model.ts'
import type { TargetConfig } from '../target.ts'
import type { Allowance } from './allowance.ts'
import { Budget } from './budget.ts'
import { connect } from './connections.ts'
import { contentOf, decoded, sealing } from './exchange.ts'
import { Gate } from './gate.ts'
import { type Head, receive, type Waiting } from './receive.ts'
import type { Redactor } from './secrets.ts'
import { reached, silenceWords } from './silence.ts'
import { Inconclusive, Unsent } from './verdict.ts'

/** A request as it goes out: absolute URL, all header lines, the bytes of the body. */
export interface Wire {
  method: string
  url: URL
  headers: HeaderLine[]
  body: string | undefined
}

/** A whole response. */
export interface WireAnswer {
  status: number
  headers: HeaderLine[]
  text: string
  exchange: Exchange
}

/** How a request is sent. */
export interface Sending {
  /** What the check wants with it. */
  purpose: string
  /** Is given the exchange with its secrets replaced, also when it fails. */
  record: (exchange: Exchange) => void
  signal: AbortSignal
  /** Of the check: waiting for a turn costs nothing of it. */
  allowance?: Allowance
  /** Once it is under way it is not interrupted: what it made is to be known. */
  whole?: boolean
  /** Is an answer of a status that mostly speaks of load the API's own word on the request? */
  meant?: (answer: WireAnswer) => boolean
  /** It deletes what was made: there must be requests left for it. */
  cleaning?: boolean
}

/** Statuses that speak of the server's state alone. */
export const busy: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** The rest after "too many requests", in milliseconds, where the target does not say. */
const usualRest = 1000

/**
 * Sends requests exactly as they are: no redirects, no cache, no cookies, no decoding of what was not coded. It repeats only what had no
 * effect: once, after the rest that was asked for, what was answered 429, and what is safe and was answered 503 with `Retry-After`.
 */
export class Client {
  readonly #target: TargetConfig
  readonly #redactor: Redactor
  readonly #gate: Gate
  readonly #connections: Dispatcher
  readonly #budget: Budget

  constructor(
    target: TargetConfig,
    redactor: Redactor,
    gate: Gate = new Gate(target.limits),
    budget: Budget = new Budget(target.limits, () => 0),
  ) {
    this.#target = target
    this.#redactor = redactor
    this.#gate = gate
    this.#budget = budget
    this.#connections = connect(target)
  }

  /**
   * @param make the request, made anew for each time that it is sent
   * @throws Inconclusive when there is no whole answer: refused, reset, timed out, too long, no HTTP; on 429, 502, 503 and 504 too,
   *   which say nothing about the requirement; when nothing may be sent any more.
   */
  async send(make: () => Promise<Wire>, sending: Sending): Promise<WireAnswer> {
    const first = await this.#once(make, sending, sending.purpose)
    const says = (answer: WireAnswer): boolean => !busy.has(answer.status) || sending.meant?.(answer) === true
    if (says(first)) return first
    if (!mayRepeat(first, this.#gate)) throw refused(first, sending.purpose)
    const purpose = `${sending.purpose} (again, since it was answered ${first.status})`
    const second = await this.#once(make, sending, purpose)
    if (says(second)) return second
    mayRepeat(second, this.#gate)
    throw refused(second, purpose)
  }

  /** A form to another service, such as one that gives out tokens: nothing of it is recorded or counted. @throws Inconclusive without an answer */
  async post(url: URL, headers: HeaderLine[], form: string): Promise<{ status: number; text: string }> {
    try {
      let status = 0
      const wire: Wire = { method: 'POST', url, headers, body: form }
      const bytes = await receive(this.#connections, dispatched(wire), this.#waiting(), (head) => (status = head.status))
      return { status, text: bytes.toString() }
    } catch (error) {
      throw new Inconclusive(`${url.origin}${url.pathname}: ${silenceWords(error, url, this.#target, this.#budget.hasMet)}`)
    }
  }

  async close(): Promise<void> {
    await this.#connections.destroy()
  }

  #once(make: () => Promise<Wire>, sending: Sending, purpose: string): Promise<WireAnswer> {
    const { signal, allowance, record, cleaning = false, whole = false } = sending
    const send = async (): Promise<WireAnswer> => {
      this.#budget.take(purpose, { cleaning })
      let wire: Wire
      try {
        wire = await make()
        validate(wire.headers)
      } catch (error) {
        this.#budget.giveBack(1)
        throw error instanceof Inconclusive ? new Unsent(error.message) : error
      }
      this.#budget.goes(wire.method)
      const answer = await this.#exchange(wire, purpose, record, whole ? new AbortController().signal : signal)
      if (answer.status !== 429) this.#gate.answered()
      return answer
    }
    return this.#gate.through(send, signal, allowance)
  }

  async #exchange(wire: Wire, purpose: string, record: (exchange: Exchange) => void, signal: AbortSignal): Promise<WireAnswer> {
    const seal = sealing(purpose, wire, this.#redactor, record)
    let head: Head | undefined
    try {
      const bytes = await receive(this.#connections, dispatched(wire), this.#waiting(signal), (begun) => {
        head = begun
        this.#budget.came('answered')
      })
      if (!head) throw new Error('the answer has no head')
      const plain = decoded(bytes, head.headers, this.#target.limits.body)
      const exchange = seal({ ...head, body: bytes.length === 0 ? null : contentOf(plain, bytes.length) }, null)
      return { ...head, text: plain.toString(), exchange }
    } catch (error) {
      if (error instanceof Inconclusive) throw error
      const words = signal.aborted ? 'interrupted' : silenceWords(error, wire.url, this.#target, this.#budget.hasMet)
      if (!head && !signal.aborted) this.#budget.came('silent')
      seal(head ? { ...head, body: null } : null, words)
      throw new (reached(error) ? Inconclusive : Unsent)(`${purpose}: ${words}`)
    }
  }

  #waiting(signal?: AbortSignal): Waiting {
    return { timeout: this.#target.timeout, limit: this.#target.limits.body, signal }
  }
}

/** Rests as the answer asks. May the request be sent once more after that? */
export function mayRepeat({ status, headers, exchange }: Pick<WireAnswer, 'status' | 'headers' | 'exchange'>, gate: Gate): boolean {
  const said = headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
  if (status === 429) gate.slow()
  const rest = (said === undefined ? undefined : parseRetryAfter(said)) ?? (status === 429 ? usualRest : undefined)
  if (rest === undefined || !gate.rest(rest)) return false
  return status === 429 || (status === 503 && isSafe(exchange.request.method))
}

/** An answer that says nothing about the requirement. */
function refused({ status }: WireAnswer, purpose: string): Inconclusive {
  if (status === 429)
    return new Unsent(`${purpose}: rate-limited: answered 429, which says nothing about the requirement; set limits.rate (--rps)`)
  return new Inconclusive(`${purpose}: answered ${status}, which says nothing about the requirement`)
}

/** A request as undici takes it. */
function dispatched({ method, url, headers, body }: Wire): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    method: method as Dispatcher.HttpMethod,
    path: url.pathname + url.search,
    // as pairs: of a flat list a proxy would get the last line of each name only
    headers: headers.values(),
    body: body ?? null,
  }
}

/** A pool with `connections` loses a slot for each request that undici refuses as invalid: so none may reach it. */
export function validate(headers: HeaderLine[]): void {
  for (const [name, value] of headers) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new Inconclusive(`no field can be named ${JSON.stringify(name)}`)
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new Inconclusive(`the field ${name} cannot carry ${JSON.stringify(value)}`)
  }
}
