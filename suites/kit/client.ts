import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { Pool } from 'undici'
import type { Content, Exchange, HeaderLine } from '../../reports/model.ts'
import type { TargetConfig } from '../target.ts'
import { Gate } from './gate.ts'
import type { Redactor } from './secrets.ts'
import { Inconclusive } from './verdict.ts'

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

/** After so many requests in a row without an answer none is sent any more. */
const patience = 20

/** How many characters of a body the report keeps. */
const kept = 16_000

/**
 * Sends requests exactly as they are: no redirects, no retries, no cache, no cookies, no decoding of what was not coded. Over undici
 * pools rather than fetch, which adds header fields of its own (`Cache-Control`, `Pragma`) where a request has a precondition.
 */
export class Client {
  readonly #target: TargetConfig
  readonly #redactor: Redactor
  readonly #gate: Gate
  readonly #pools: Map<string, Pool> = new Map()
  /** Requests in a row that had no answer. */
  #unanswered = 0

  constructor(target: TargetConfig, redactor: Redactor) {
    this.#target = target
    this.#redactor = redactor
    this.#gate = new Gate(target.limits)
  }

  /**
   * One exchange; it is given to `record` with its secrets replaced, also when it fails.
   * @throws Inconclusive when there is no whole answer: refused, reset, timed out, too long, no HTTP; on 429, 502, 503 and 504 too,
   *   which say nothing about the requirement.
   */
  async send(wire: Wire, purpose: string, record: (exchange: Exchange) => void, signal: AbortSignal): Promise<WireAnswer> {
    validate(wire.headers)
    // a dead target would else cost a time-out for every request of every check
    if (this.#unanswered >= patience) throw new Inconclusive(`${purpose}: not sent, since the last ${patience} requests had no answer`)
    return this.#gate.through(() => this.#exchange(wire, purpose, record, signal), signal)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()))
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
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(new Timeout()), this.#target.timeout)
    const interrupt = (): void => stop.abort(signal.reason)
    signal.addEventListener('abort', interrupt, { once: true })
    let head: { status: number; headers: HeaderLine[] } | undefined
    try {
      const response = await this.#pool(wire.url).request({
        method: wire.method,
        path: wire.url.pathname + wire.url.search,
        headers: wire.headers.flat(),
        body: wire.body ?? null,
        responseHeaders: 'raw',
        signal: stop.signal,
      })
      const lines = pairs(response.headers as unknown as string[])
      head = { status: response.statusCode, headers: lines }
      this.#unanswered = 0
      const bytes = await read(response.body, this.#target.limits.body)
      const plain = decoded(bytes, lines, this.#target.limits.body)
      const exchange = seal({ ...head, body: bytes.length === 0 ? null : content(plain, bytes.length) }, null)
      if ([429, 502, 503, 504].includes(head.status)) throw this.#busy(purpose, head)
      return { ...head, text: plain.toString(), exchange }
    } catch (error) {
      if (error instanceof Inconclusive) throw error
      const words = signal.aborted ? 'interrupted' : this.#words(error, wire.url)
      if (!head && !signal.aborted) this.#unanswered++
      seal(head ? { ...head, body: null } : null, words)
      throw new Inconclusive(`${purpose}: ${words}`)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupt)
    }
  }

  #pool(url: URL): Pool {
    let pool = this.#pools.get(url.origin)
    if (!pool) {
      const { limits, timeout } = this.#target
      // our own timer ends a request; undici's are there for what it cannot see
      const backstop = timeout + 5000
      pool = new Pool(url.origin, {
        connections: limits.concurrency,
        allowH2: false,
        headersTimeout: backstop,
        bodyTimeout: backstop,
        connect: { timeout },
      })
      this.#pools.set(url.origin, pool)
    }
    return pool
  }

  #busy(purpose: string, head: { status: number; headers: HeaderLine[] }): Inconclusive {
    const after = head.headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
    const ms = after === undefined ? undefined : /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now()
    if (ms !== undefined && ms > 0) this.#gate.rest(ms)
    const advice = head.status === 429 ? '; set limits.rate in the target file' : ''
    return new Inconclusive(`${purpose}: answered ${head.status}, which says nothing about the requirement${advice}`)
  }

  #words(error: unknown, url: URL): string {
    const { code, message } = causeOf(error)
    if (error instanceof Timeout || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
      return `no whole answer in ${this.#target.timeout / 1000} s`
    if (error instanceof TooLong) return `answered more than ${this.#target.limits.body / 1_000_000} MB`
    if (code === 'ECONNREFUSED') return `connection refused by ${url.host}`
    if (code === 'UND_ERR_CONNECT_TIMEOUT') return `no connection to ${url.host} in ${this.#target.timeout / 1000} s`
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no such host: ${url.hostname}`
    if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
      return 'the connection was closed before the answer was whole'
    if (code.startsWith('HPE_') || (error as Error).name === 'HTTPParserError') return `the answer is no HTTP: ${message}`
    return message || code || 'no answer'
  }
}

class Timeout extends Error {}
class TooLong extends Error {}

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

function pairs(raw: (string | Buffer)[]): HeaderLine[] {
  const text = (part: string | Buffer): string => (typeof part === 'string' ? part : part.toString('latin1'))
  return Array.from({ length: raw.length / 2 }, (_, at) => [text(raw[2 * at]!), text(raw[2 * at + 1]!)])
}

async function read(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > limit) throw new TooLong()
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
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
