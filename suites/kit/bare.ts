import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange, HeaderLine } from '../../reports/model.ts'
import { Connection } from '../delivery/connection.ts'
import { messageOf } from '../delivery/message.ts'
import { parseAnswer } from '../delivery/response.ts'
import type { TargetConfig } from '../target.ts'
import type { Allowance } from './allowance.ts'
import type { Budget } from './budget.ts'
import { type Wire, type WireAnswer, validate } from './client.ts'
import { proxyFor, secured } from './connections.ts'
import { contentOf, sealing } from './exchange.ts'
import type { Gate } from './gate.ts'
import type { Redactor } from './secrets.ts'
import { silenceWords } from './silence.ts'
import { Inconclusive, Skip, Unsent } from './verdict.ts'

/** Milliseconds that the last line of a head is held back: time enough for a server to look at what it has. */
const held = 100

/** Milliseconds that the end of a connection is waited for after an answer. */
const linger = 500

/** One request for a bare connection. */
export interface Bare {
  make: () => Promise<Wire>
  purpose: string
  /** The field whose line goes out last, by itself, when all before it has been there for a while. */
  last: string | undefined
  /** Is given the exchange with its secrets replaced. */
  record: (exchange: Exchange) => void
  signal: AbortSignal
  allowance: Allowance | undefined
}

/**
 * Sends one request over a connection of its own and sees every byte that comes back: what a client library hides or mends.
 * It honours what the target says of TLS, but goes by no proxy.
 */
export class BareConnections {
  readonly #target: TargetConfig
  readonly #redactor: Redactor
  readonly #gate: Gate
  readonly #budget: Budget

  constructor(target: TargetConfig, redactor: Redactor, gate: Gate, budget: Budget) {
    this.#target = target
    this.#redactor = redactor
    this.#gate = gate
    this.#budget = budget
  }

  /**
   * @returns the answer, and the bytes that came behind it on its connection
   * @throws Inconclusive where there is no answer; Skip where the environment names a proxy that would have to be gone around
   */
  send(bare: Bare): Promise<{ answer: WireAnswer; after: Buffer }> {
    return this.#gate.through(() => this.#sent(bare), bare.signal, bare.allowance)
  }

  async #sent({ make, purpose, last, record, signal }: Bare): Promise<{ answer: WireAnswer; after: Buffer }> {
    const { headers, ...made } = await make()
    const proxy = proxyFor(made.url)
    if (proxy !== undefined) throw new Skip(`${proxy} names a proxy, which hides the bytes of the target`)
    this.#budget.take(purpose)
    const length: HeaderLine[] = made.body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(made.body))]]
    const isLast = ([name]: HeaderLine): boolean => name.toLowerCase() === last?.toLowerCase()
    const wire: Wire = { ...made, headers: [closes, ...length, ...headers.filter((line) => !isLast(line)), ...headers.filter(isLast)] }
    validate(wire.headers)
    const seal = sealing(purpose, wire, this.#redactor, record)
    let sent = false
    try {
      const { tls, timeout, limits } = this.#target
      const connection = await Connection.open(wire.url, tls && secured(tls), timeout)
      this.#budget.goes(wire.method)
      sent = true
      const { bytes, content } = messageOf(wire.method, wire.url, wire.headers, wire.body)
      const cut = last === undefined ? 0 : bytes.lastIndexOf('\r\n', content - 5) + 2
      connection.write(bytes.subarray(0, cut))
      if (cut > 0) await sleep(held, undefined, { signal })
      connection.write(bytes.subarray(cut))
      const parsed = parseAnswer(await connection.everything({ timeout, limit: limits.body, signal }, linger), true, wire.method === 'HEAD')
      if (!parsed) throw new Error('the connection was closed before the answer was whole')
      const { answer, after } = parsed
      this.#budget.came('answered')
      const { status, body } = answer
      const exchange = seal({ status, headers: answer.headers, body: body.length === 0 ? null : contentOf(body) }, null)
      return { answer: { status, headers: answer.headers, text: body.toString(), exchange }, after }
    } catch (error) {
      const words = signal.aborted ? 'interrupted' : silenceWords(error, wire.url, this.#target, this.#budget.hasMet)
      this.#budget.came('silent')
      seal(null, words)
      throw new (sent ? Inconclusive : Unsent)(`${purpose}: ${words}`)
    }
  }
}

const closes: HeaderLine = ['Connection', 'close']
