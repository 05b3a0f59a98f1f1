import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { parseRetryAfter } from '../../http/retry-after.ts'
import type { Content, Exchange, HeaderLine } from '../../reports/model.ts'
import type { TargetConfig } from '../target.ts'
import type { Allowance } from './allowance.ts'
import { connect, proxyVariable } from './connections.ts'
import { Gate } from './gate.ts'
import { type Head, receive, Timeout, TooLong, type Waiting } from './receive.ts'
import type { Redactor } from './secrets.ts'
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
  /** It deletes what was made: there must be requests left for it. */
  cleaning?: boolean
}

/** After so many requests in a row without an answer none is sent any more. */
const patience = 20

/** How many characters of a body the report keeps. */
const kept = 16_000

/** Statuses that speak of the server's state alone. */
const busy = new Set([429, 502, 503, 504])

/** Does a method ask for no change (RFC 9110 §9.2.1)? */
export function isSafe(method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method)
}

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
  /** Requests in a row that had no answer. */
  #unanswered = 0
  #met = false
  /** How many requests went out, by method. */
  readonly requests: Map<string, number> = new Map()
  #sent = 0
  /** How many requests are kept for deleting what was made. */
  readonly #kept: () => number

  constructor(target: TargetConfig, redactor: Redactor, kept: () => number = () => 0) {
    this.#kept = kept
    this.#target = target
    this.#redactor = redactor
    this.#gate = new Gate(target.limits)
    this.#connections = connect(target)
  }

  /**
   * @param make the request, made anew for each time that it is sent
   * @throws Inconclusive when there is no whole answer: refused, reset, timed out, too long, no HTTP; on 429, 502, 503 and 504 too,
   *   which say nothing about the requirement; when nothing may be sent any more.
   */
  async send(make: () => Promise<Wire>, sending: Sending): Promise<WireAnswer> {
    const first = await this.#once(make, sending, sending.purpose)
    if (!busy.has(first.status)) return first
    if (!this.#mayRepeat(first)) throw refused(first, sending.purpose)
    const purpose = `${sending.purpose} (again, since it was answered ${first.status})`
    const second = await this.#once(make, sending, purpose)
    if (!busy.has(second.status)) return second
    this.#mayRepeat(second)
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
      throw new Inconclusive(`${url.origin}${url.pathname}: ${this.#words(error, url)}`)
    }
  }

  async close(): Promise<void> {
    await this.#connections.destroy()
  }

  #once(make: () => Promise<Wire>, sending: Sending, purpose: string): Promise<WireAnswer> {
    const { signal, allowance, record, cleaning = false, whole = false } = sending
    const send = async (): Promise<WireAnswer> => {
      // a dead target would else cost a time-out for every request of every check
      if (this.#unanswered >= patience) throw new Unsent(`${purpose}: not sent, since the last ${patience} requests had no answer`)
      const { requests = Number.POSITIVE_INFINITY } = this.#target.limits
      if (this.#sent + (cleaning ? 0 : this.#kept()) >= requests)
        throw new Unsent(`${purpose}: not sent, since no more than ${requests} requests may be sent (limits.requests, --max-requests)`)
      this.#sent++
      let wire: Wire
      try {
        wire = await make()
        validate(wire.headers)
      } catch (error) {
        this.#sent--
        throw error instanceof Inconclusive ? new Unsent(error.message) : error
      }
      this.requests.set(wire.method, (this.requests.get(wire.method) ?? 0) + 1)
      const answer = await this.#exchange(wire, purpose, record, whole ? new AbortController().signal : signal)
      if (answer.status !== 429) this.#gate.answered()
      return answer
    }
    return this.#gate.through(send, signal, allowance)
  }

  /** Rests as the answer asks. May the request be sent once more after that? */
  #mayRepeat({ status, headers, exchange }: WireAnswer): boolean {
    const said = headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
    if (status === 429) this.#gate.slow()
    const rest = (said === undefined ? undefined : parseRetryAfter(said)) ?? (status === 429 ? usualRest : undefined)
    if (rest === undefined || !this.#gate.rest(rest)) return false
    return status === 429 || (status === 503 && isSafe(exchange.request.method))
  }

  async #exchange(wire: Wire, purpose: string, record: (exchange: Exchange) => void, signal: AbortSignal): Promise<WireAnswer> {
    const started = new Date()
    const begin = performance.now()
    const request = {
      method: wire.method,
      url: wire.url.href,
      headers: wire.headers,
      body: wire.body === undefined ? null : content(Buffer.from(wire.body)),
    }
    const seal = (response: Exchange['response'], error: string | null): Exchange => {
      const ms = Math.round((performance.now() - begin) * 10) / 10
      const whole = this.#redactor.exchange({ purpose, request, response, error, started: started.toISOString(), ms })
      // cut only now, so that no half of a secret is left at the end
      const exchange = { ...whole, request: cut(whole.request), response: whole.response && cut(whole.response) }
      record(exchange)
      return exchange
    }
    let head: Head | undefined
    try {
      const bytes = await receive(this.#connections, dispatched(wire), this.#waiting(signal), (begun) => {
        head = begun
        this.#unanswered = 0
        this.#met = true
      })
      if (!head) throw new Error('the answer has no head')
      const plain = decoded(bytes, head.headers, this.#target.limits.body)
      const exchange = seal({ ...head, body: bytes.length === 0 ? null : content(plain, bytes.length) }, null)
      return { ...head, text: plain.toString(), exchange }
    } catch (error) {
      if (error instanceof Inconclusive) throw error
      const words = signal.aborted ? 'interrupted' : this.#words(error, wire.url)
      if (!head && !signal.aborted) this.#unanswered++
      seal(head ? { ...head, body: null } : null, words)
      throw new (reached(error) ? Inconclusive : Unsent)(`${purpose}: ${words}`)
    }
  }

  /** Since TLS 1.3 a server that misses a certificate just closes (RFC 8446 §4.4.2.4). */
  #hint({ protocol }: URL): string {
    const bare = protocol === 'https:' && !this.#met && this.#target.tls?.cert === undefined
    return bare ? '; does it ask for a client certificate (tls.cert, tls.key)?' : ''
  }

  #waiting(signal?: AbortSignal): Waiting {
    return { timeout: this.#target.timeout, limit: this.#target.limits.body, signal }
  }

  #words(error: unknown, url: URL): string {
    const { code, message } = causeOf(error)
    const certificate = certificateWords(code, url.host)
    if (certificate) return certificate
    const variable = proxyVariable()
    const by = variable === undefined ? '' : ` (${variable} names a proxy)`
    if (error instanceof Timeout || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
      return `no whole answer in ${this.#target.timeout / 1000} s`
    if (error instanceof TooLong) return `answered more than ${this.#target.limits.body / 1_000_000} MB`
    if (code === 'ECONNREFUSED') return `connection refused by ${url.host}${by}`
    if (code === 'UND_ERR_CONNECT_TIMEOUT') return `no connection to ${url.host} in ${this.#target.timeout / 1000} s${by}`
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no such host: ${url.hostname}${by}`
    if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
      return `the connection was closed before the answer was whole${this.#hint(url)}`
    if (code.startsWith('HPE_') || (error as Error).name === 'HTTPParserError') return `the answer is no HTTP: ${message}`
    return message || code || 'no answer'
  }
}

/** What is wrong with who answered, and the remedy; undefined where that is not it. */
function certificateWords(code: string, host: string): string | undefined {
  const not = `the certificate of ${host} cannot be verified`
  if (/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/.test(code))
    return `${not}: nobody trusted signed it (${code}); name its CA with --ca or tls.ca`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `${not}: it was made out for another name (${code})`
  if (code.startsWith('CERT_')) return `${not} (${code})`
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return `${host} does not speak TLS; is its URL http://…?`
  if (/^ERR_SSL_TLSV1.*CERTIFICATE_REQUIRED$|ALERT_(?:HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA)$/.test(code))
    return `${host} refuses the handshake (${code}); does it ask for a client certificate (tls.cert, tls.key)?`
  return undefined
}

/** An answer that says nothing about the requirement. */
function refused({ status }: WireAnswer, purpose: string): Inconclusive {
  if (status === 429)
    return new Unsent(`${purpose}: rate-limited: answered 429, which says nothing about the requirement; set limits.rate (--rps)`)
  return new Inconclusive(`${purpose}: answered ${status}, which says nothing about the requirement`)
}

/** Did the request get as far as the target, for all that is known? */
function reached(error: unknown): boolean {
  const { code } = causeOf(error)
  return !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code) && certificateWords(code, '') === undefined
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

function causeOf(error: unknown): { code: string; message: string } {
  const at = error as { code?: unknown; message?: unknown; cause?: unknown; errors?: unknown[] }
  const inner = at?.errors?.[0] ?? at?.cause
  if (typeof at?.code === 'string') return { code: at.code, message: typeof at.message === 'string' ? at.message : '' }
  return inner ? causeOf(inner) : { code: '', message: error instanceof Error ? error.message : String(error) }
}

/** A pool with `connections` loses a slot for each request that undici refuses as invalid: so none may reach it. */
function validate(headers: HeaderLine[]): void {
  for (const [name, value] of headers) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new Inconclusive(`no field can be named ${JSON.stringify(name)}`)
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new Inconclusive(`the field ${name} cannot carry ${JSON.stringify(value)}`)
  }
}

/** Asked for `identity`, some servers send a coded body all the same. */
function decoded(bytes: Buffer, headers: HeaderLine[], limit: number): Buffer {
  const coding = headers
    .find(([name]) => name.toLowerCase() === 'content-encoding')?.[1]
    .trim()
    .toLowerCase()
  const decode = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync }[coding ?? '']
  try {
    return decode && bytes.length > 0 ? decode(bytes, { maxOutputLength: limit }) : bytes
  } catch {
    throw new Error(`the content is not ${coding}, as its Content-Encoding says, or longer than ${limit} bytes`)
  }
}

function content(bytes: Buffer, onWire: number = bytes.length): Content {
  const text = bytes.toString()
  const isText = Buffer.from(text).equals(bytes)
  return { text: isText ? text : bytes.toString('base64'), encoding: isText ? 'utf8' : 'base64', bytes: onWire, truncated: false }
}

function cut<M extends { body: Content | null }>(message: M): M {
  const { body } = message
  return body && body.text.length > kept ? { ...message, body: { ...body, text: body.text.slice(0, kept), truncated: true } } : message
}
