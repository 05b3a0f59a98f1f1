import { type Secured, secured } from '../kit/connections.ts'
import type { TargetConfig } from '../target.ts'
import { Connection } from './connection.ts'
import type { Patience } from './patience.ts'
import type { Message, Outgoing } from './message.ts'
import { Streams } from './streams.ts'

/** Milliseconds after which a connection that nobody used is asked whether it still works, before anything is sent that counts. */
const fresh = 1000

/** The bare connections to the nodes of a target, kept from one volley to the next. */
export class Lines {
  readonly #secured: Secured | undefined
  readonly #timeout: number
  readonly #idle: Map<string, Connection[]> = new Map()
  /** By origin: does it speak HTTP/2? */
  readonly #multiplexes: Map<string, Promise<boolean>> = new Map()
  /** By origin: its HTTP/2 connection. */
  readonly #streams: Map<string, Streams> = new Map()

  constructor({ tls, timeout }: Pick<TargetConfig, 'tls' | 'timeout'>) {
    this.#secured = tls && secured(tls)
    this.#timeout = timeout
  }

  /**
   * A connection that is known to work: what is new, or was not used lately, carries a safe request first.
   *
   * @param onWarm told of each request that this takes
   * @throws what the socket says where there is none to be had
   */
  async take(url: URL, warm: Message, patience: Patience, onWarm: () => void): Promise<Connection> {
    const idle = this.#idle.get(url.origin) ?? []
    for (let known = idle.pop(); known; known = idle.pop()) {
      if (known.isIdle && performance.now() - known.used < fresh) return known
      known.destroy()
    }
    for (let attempt = 0; attempt < 2; attempt++) {
      const made = await Connection.open(url, this.#secured, this.#timeout)
      made.write(warm.bytes)
      onWarm()
      await made.answer(patience)
      if (made.isIdle) return made
    }
    // a server that closes after each answer: cold, but it carries one request
    return Connection.open(url, this.#secured, this.#timeout)
  }

  /** Back from a volley. What cannot be used again is closed. */
  give(url: URL, connection: Connection): void {
    if (!connection.isIdle) return connection.destroy()
    this.#idle.set(url.origin, [...(this.#idle.get(url.origin) ?? []), connection])
  }

  /** Does it speak HTTP/2? Asked once; where that cannot be told, it does not. */
  multiplexes({ origin }: URL): Promise<boolean> {
    const asked =
      this.#multiplexes.get(origin) ??
      this.#open(origin).then(
        (streams) => {
          streams?.destroy()
          return streams !== undefined
        },
        () => false,
      )
    this.#multiplexes.set(origin, asked)
    return asked
  }

  /**
   * The HTTP/2 connection to a node. What is new, or was not used lately, carries a safe request first.
   *
   * @throws what the socket says where there is none to be had; then it counts as speaking none from now on
   */
  async streams(url: URL, warm: Outgoing, patience: Patience, onWarm: () => void): Promise<Streams> {
    const known = this.#streams.get(url.origin)
    if (known?.isOpen && performance.now() - known.used < fresh) return known
    known?.destroy()
    try {
      const made = await this.#open(url.origin)
      if (!made) throw new Error(`${url.host} does not speak HTTP/2`)
      this.#streams.set(url.origin, made)
      const first = made.begin(warm)
      first.release()
      onWarm()
      await first.answer(patience)
      return made
    } catch (error) {
      this.#multiplexes.set(url.origin, Promise.resolve(false))
      throw error
    }
  }

  #open(origin: string): Promise<Streams | undefined> {
    return Streams.open(new URL(origin), this.#secured, this.#timeout)
  }

  close(): void {
    for (const connection of [...this.#idle.values()].flat()) connection.destroy()
    this.#idle.clear()
    for (const streams of this.#streams.values()) streams.destroy()
    this.#streams.clear()
  }
}
