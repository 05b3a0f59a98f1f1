import net from 'node:net'
import tls from 'node:tls'
import type { Secured } from '../kit/connections.ts'
import { type Patience, patiently } from './patience.ts'
import { parseAnswer, type RawAnswer } from './response.ts'

/** An answer, and when its last byte was there (ms of `performance.now()`). */
export interface Arrived extends RawAnswer {
  at: number
}

/**
 * A bare HTTP/1.1 connection: bytes go out as they are, one write after the other, so that a request can be held anywhere. It carries one
 * request at a time and stays open for the next where the server lets it.
 */
export class Connection {
  readonly #socket: net.Socket
  #bytes: Buffer = Buffer.alloc(0)
  /** The request that is under way is a HEAD; undefined: none is. */
  #toHead: boolean | undefined
  #ended = false
  #broken: Error | undefined
  #notify: () => void = () => {}
  /** When it was last known to work (ms of `performance.now()`). */
  used: number = performance.now()
  /** The server has not closed it, and did not say that it will. */
  isOpen = true

  private constructor(socket: net.Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
      this.#notify()
    })
    const ended = (): void => {
      this.#ended = true
      this.isOpen = false
      this.#notify()
    }
    socket.on('end', ended)
    socket.on('close', ended)
    socket.on('error', (error) => {
      this.#broken = error
      ended()
    })
  }

  /**
   * Connects; over TLS with what the target says of it.
   *
   * @param ms until the connection must be there
   * @throws what the socket says, or `no connection to … in …`
   */
  static async open(origin: URL, secured: Secured | undefined, ms: number): Promise<Connection> {
    const host = origin.hostname.replace(/^\[|\]$/g, '')
    const isSecure = origin.protocol === 'https:'
    const port = Number(origin.port) || (isSecure ? 443 : 80)
    const socket = isSecure
      ? tls.connect({ host, port, servername: net.isIP(host) ? '' : host, ALPNProtocols: ['http/1.1'], ...secured })
      : net.connect({ host, port })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const late = setTimeout(() => reject(new Error(`no connection to ${origin.host} in ${ms / 1000} s`)), ms)
    socket.once(isSecure ? 'secureConnect' : 'connect', resolve)
    socket.once('error', reject)
    try {
      await promise
      return new Connection(socket)
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      clearTimeout(late)
      socket.off('error', reject)
    }
  }

  /** Another request may be sent on it: it is open, and nothing came that nobody asked for. */
  get isIdle(): boolean {
    return this.isOpen && this.#bytes.length === 0
  }

  /** Hands bytes to the operating system now. What becomes of them shows in `answer()`. */
  write(bytes: Buffer): void {
    this.#toHead ??= bytes.subarray(0, 5).toString('latin1') === 'HEAD '
    if (!this.#socket.destroyed && bytes.length > 0) this.#socket.write(bytes)
  }

  /**
   * Waits for one whole answer.
   *
   * @throws Error when there is none: what the socket says, `no whole answer in …`, `answered more than …`, `the answer is no HTTP: …`,
   *   `the connection was closed before the answer was whole`, `interrupted`
   */
  async answer(patience: Patience): Promise<Arrived> {
    try {
      return await patiently<Arrived>(patience, (resolve, reject) => {
        this.#notify = () => {
          try {
            const arrived = this.#arrived(patience.limit)
            if (arrived) resolve(arrived)
          } catch (error) {
            reject(error as Error)
          }
        }
        this.#notify()
      })
    } catch (error) {
      this.destroy()
      throw error
    } finally {
      this.#notify = () => {}
      this.#bytes = Buffer.alloc(0)
      this.#toHead = undefined
      if (!this.isOpen) this.destroy()
    }
  }

  /** The answer, if it is whole. @throws Error where it cannot be any more */
  #arrived(limit: number): Arrived | undefined {
    if (this.#bytes.length > limit) throw new Error(`answered more than ${limit} bytes`)
    const parsed = parseAnswer(this.#bytes, this.#ended, this.#toHead)
    if (!parsed) {
      if (this.#broken) throw this.#broken
      if (this.#ended) throw new Error('the connection was closed before the answer was whole')
      return undefined
    }
    const at = performance.now()
    this.used = at
    this.isOpen &&= parsed.stays
    return { ...parsed.answer, at }
  }

  /**
   * All that comes until the server closes the connection: for what is there and should not be. Once there is a head, the end is waited for
   * so many milliseconds only.
   *
   * @throws Error as `answer` does, where not even a head came
   */
  async everything({ timeout, limit, signal }: Patience, linger: number): Promise<Buffer> {
    const { promise, resolve } = Promise.withResolvers<void>()
    let late = setTimeout(resolve, timeout)
    let begun = false
    const look = (): void => {
      if (this.#ended || this.#bytes.length > limit) resolve()
      if (begun || !this.#bytes.includes('\r\n\r\n')) return
      begun = true
      clearTimeout(late)
      late = setTimeout(resolve, linger)
    }
    signal?.addEventListener('abort', () => resolve(), { once: true })
    this.#notify = look
    look()
    await promise
    clearTimeout(late)
    this.#notify = () => {}
    this.destroy()
    if (begun) return this.#bytes
    throw (
      this.#broken ??
      new Error(this.#ended ? 'the connection was closed before the answer was whole' : `no whole answer in ${timeout / 1000} s`)
    )
  }

  /** Goes away without a word: what was sent may or may not be carried out. */
  destroy(): void {
    this.isOpen = false
    this.#socket.destroy()
  }
}
