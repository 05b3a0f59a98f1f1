import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import type { HeaderLine } from '../../reports/model.ts'
import type { Secured } from '../kit/connections.ts'
import type { Arrived } from './connection.ts'
import { counted, type Outgoing } from './message.ts'
import { type Patience, patiently } from './patience.ts'

/** Fields that belong to one connection of HTTP/1.1, or that HTTP/2 says in another way (RFC 9113 §8.2.2, §8.3.1). */
const foreign = new Set(['connection', 'host', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'])

/** One HTTP/2 connection (RFC 9113). Each request is a stream of it, whose end can be held back. */
export class Streams {
  readonly #session: ClientHttp2Session
  /** When it was last known to work (ms of `performance.now()`). */
  used: number = performance.now()

  private constructor(session: ClientHttp2Session) {
    this.#session = session
    // what breaks shows in the answers
    session.on('error', () => {})
  }

  /**
   * Asks in the handshake for HTTP/2, beside HTTP/1.1 (ALPN, RFC 7301). To a server that chooses anything else nothing is said.
   *
   * @param ms until it must be there
   * @returns undefined where HTTP/2 was not chosen
   * @throws what the socket says, or `no connection to … in …`
   */
  static async open(origin: URL, secured: Secured | undefined, ms: number): Promise<Streams | undefined> {
    if (origin.protocol !== 'https:') return undefined
    const host = origin.hostname.replace(/^\[|\]$/g, '')
    const servername = net.isIP(host) ? '' : host
    const socket = tls.connect({ host, port: Number(origin.port) || 443, servername, ALPNProtocols: ['h2', 'http/1.1'], ...secured })
    const { promise, resolve, reject } = Promise.withResolvers<Streams | undefined>()
    const late = setTimeout(() => reject(new Error(`no connection to ${origin.host} in ${ms / 1000} s`)), ms)
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      if (socket.alpnProtocol !== 'h2') return resolve(undefined)
      socket.setNoDelay(true)
      const session = http2.connect(origin, { createConnection: () => socket, settings: { enablePush: false } })
      const streams = new Streams(session)
      // how many streams it takes at once is known from its settings on
      session.once('remoteSettings', () => resolve(streams))
      session.once('close', () => reject(new Error('the connection was closed')))
    })
    try {
      const streams = await promise
      if (!streams) socket.destroy()
      return streams
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  /** Streams may be added to it. */
  get isOpen(): boolean {
    return !this.#session.closed && !this.#session.destroyed
  }

  /** Begins a request: all of it but the last byte of its content goes out, and not its end. */
  begin({ method, url, headers, body }: Outgoing): Held {
    const content = Buffer.from(body ?? '')
    const fields: OutgoingHttpHeaders = { ':method': method, ':path': `${url.pathname}${url.search}` }
    const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
    fields[':authority'] = host ?? url.host
    // several lines are one list (RFC 9110 §5.3)
    for (const [name, value] of headers) {
      const field = name.toLowerCase()
      if (!foreign.has(field)) fields[field] = field in fields ? `${String(fields[field])}, ${value}` : value
    }
    if (content.length > 0 || counted.has(method)) fields['content-length'] ??= String(content.length)
    const stream = this.#session.request(fields, { endStream: false })
    if (content.length > 1) stream.write(content.subarray(0, -1))
    return new Held(stream, content.subarray(-1))
  }

  /** Waits until all that was sent has been read; for so many milliseconds at most. */
  async arrived(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const late = setTimeout(resolve, ms)
    try {
      this.#session.ping(() => resolve())
      await promise
    } catch {
      // a connection that is gone shows in the answers
    } finally {
      clearTimeout(late)
    }
  }

  destroy(): void {
    this.#session.destroy()
  }
}

/** A request that is sent but for its end. */
export class Held {
  readonly #stream: ClientHttp2Stream
  readonly #last: Buffer
  readonly #parts: Buffer[] = []
  #length = 0
  #status: number | undefined
  #headers: HeaderLine[] = []
  /** When the last byte of its answer was there. */
  #at: number | undefined
  #error: Error | undefined
  #closed = false
  #notify: () => void = () => {}

  constructor(stream: ClientHttp2Stream, last: Buffer) {
    this.#stream = stream
    this.#last = last
    stream.on('response', (fields) => {
      this.#status = fields[':status']
      this.#headers = Object.entries(fields).flatMap(([name, value]) =>
        name.startsWith(':') ? [] : [value ?? ''].flat().map((one): HeaderLine => [name, String(one)]),
      )
    })
    stream.on('data', (chunk: Buffer) => {
      this.#parts.push(chunk)
      this.#length += chunk.length
      this.#notify()
    })
    stream.on('end', () => (this.#at = performance.now()))
    stream.on('error', (error) => (this.#error = error))
    stream.on('close', () => {
      this.#closed = true
      this.#notify()
    })
  }

  /** Lets it end. What ends in one turn goes out in one write. */
  release(): void {
    if (!this.#stream.destroyed) this.#stream.end(this.#last)
  }

  /**
   * Waits for the whole answer.
   *
   * @throws Error where there is none: `no whole answer in …`, `answered more than …`, `interrupted`, or how the stream or the connection ended
   */
  async answer(patience: Patience): Promise<Arrived> {
    try {
      return await patiently<Arrived>(patience, (resolve, reject) => {
        this.#notify = () => {
          if (this.#length > patience.limit) return reject(new Error(`answered more than ${patience.limit} bytes`))
          if (!this.#closed) return
          const status = this.#status
          // a stream that was reset may have had less than all of its content (RFC 9113 §5.4.2)
          const isWhole = this.#at !== undefined && this.#stream.rstCode === http2.constants.NGHTTP2_NO_ERROR && !this.#error
          if (isWhole && status !== undefined) resolve({ status, headers: this.#headers, body: Buffer.concat(this.#parts), at: this.#at! })
          else reject(this.#error ?? new Error('the connection was closed before the answer was whole'))
        }
        this.#notify()
      })
    } catch (error) {
      this.#stream.close(http2.constants.NGHTTP2_CANCEL)
      throw error
    } finally {
      this.#notify = () => {}
    }
  }
}
