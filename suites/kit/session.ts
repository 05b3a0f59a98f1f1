import type { Exchange, HeaderLine, Leftover } from '../../reports/model.ts'
import { isSafe } from '../../http/methods.ts'
import type { Credential, Target } from '../target.ts'
import { Answer } from './answer.ts'
import { type Bare, BareConnections } from './bare.ts'
import { Budget } from './budget.ts'
import { Client, type Sending, type Wire, type WireAnswer } from './client.ts'
import { written } from './content.ts'
import { Credentials } from './credentials.ts'
import { isDeclared } from './declared.ts'
import { Gate } from './gate.ts'
import type { ItemState } from './item-state.ts'
import { Lag } from './lag.ts'
import { Ledger } from './ledger.ts'
import { type Meeting, Meetings } from './meeting.ts'
import type { Brought } from './once.ts'
import { LockTurns } from './lock-turns.ts'
import type { Request } from './request.ts'
import { Redactor } from './secrets.ts'
import type { Seen } from './seen.ts'
import { Inconclusive, Skip } from './verdict.ts'

/** What came of a request that met others. */
export interface Met {
  request: Request
  /** Undefined: what was asked for may have been done, or may still be. */
  answer: Answer | undefined
  /** Why there is no answer. */
  error: Inconclusive | undefined
  /** Milliseconds of one monotonic clock: before the first byte left; after the last one of the answer was there (Infinity: never). */
  called: number
  returned: number
  exchange: Exchange
}

/** What the checks of one run share: connections, limits, credentials, and what was learnt about the target. */
export class Session {
  readonly target: Target
  readonly redactor: Redactor
  /** By resource: members of the payload that differ between two reads with nothing between them. */
  readonly volatile: Map<string, Promise<Set<string>>> = new Map()
  /** By resource: does a tag that is weak at first turn strong when its version is a second old? */
  readonly turnsStrong: Map<string, boolean> = new Map()
  /** By resource: milliseconds after which a job is done with what was written. */
  readonly jobs: Map<string, Promise<number>> = new Map()
  /** By resource: how far reads are behind writes. */
  readonly #lags: Map<string, Lag> = new Map()
  /** By resource: what reads of a new item carry; undefined where that could not be seen. */
  readonly seen: Map<string, Promise<Seen | undefined>> = new Map()
  /** By name, resource and way: what was brought about for several checks; undefined where it failed. */
  readonly brought: Map<string, Promise<Brought | undefined>> = new Map()
  /** How often each of these was tried. */
  readonly tried: Map<string, number> = new Map()
  /** Deletes what several checks share; returns what is left. */
  readonly atEnd: (() => Promise<Leftover[]>)[] = []
  /** By resource: with what its fresh words begin. */
  readonly prefixes: Map<string, string> = new Map()
  /** By resource: where an item is that was there before, for runs that only read. */
  readonly existing: Map<string, Promise<Record<string, string>>> = new Map()
  /** Which checks hold locks. */
  readonly lockTurns: LockTurns = new LockTurns()
  /** What could not be deleted again. */
  readonly leftovers: Leftover[] = []
  /** What of that belongs to no check, as it is told at the end. */
  readonly behind: Leftover[] = []
  /** What was made and is not deleted yet. */
  readonly ledger: Ledger
  /** The node that was asked last whether anybody is there. */
  node: string
  readonly #budget: Budget
  readonly #client: Client
  readonly #meetings: Meetings
  readonly #bare: BareConnections
  readonly #credentials: Credentials
  #turn = 0

  constructor(target: Target) {
    this.target = target
    this.node = target.urls[0]!
    this.redactor = new Redactor(target.secrets)
    this.ledger = new Ledger(target, (text) => this.redactor.text(text))
    const gate = new Gate(target.limits)
    // to delete something takes a read and a delete
    this.#budget = new Budget(target.limits, () => (target.forgets ? 0 : this.ledger.open * 2))
    this.#client = new Client(target, this.redactor, gate, this.#budget)
    this.#meetings = new Meetings(target, this.redactor, gate, this.#budget)
    this.#bare = new BareConnections(target, this.redactor, gate, this.#budget)
    this.#credentials = new Credentials(target, this.redactor, (url, headers, body) => this.#client.post(url, headers, body))
  }

  /**
   * Sends a request: to one node after the other, path, query and credentials filled in, the body written for its media type. Once more
   * with another access token where one was refused.
   * @throws Inconclusive when there is no whole answer.
   */
  async send(request: Request, sending: Omit<Sending, 'purpose'>): Promise<Answer> {
    let token: string | undefined
    const make = async (): Promise<Wire> => {
      const base = this.target.urls[this.#turn++ % this.target.urls.length]!
      const done = await this.#credentials.completed(this.#wire(request, base), request.as)
      token = done.token
      return done.wire
    }
    const { purpose } = request
    if (this.target.readOnly && !isSafe(request.method)) throw new Skip(`read-only: the check sends ${request.method}`)
    const resource = this.target.loaded.resources.get(request.resource)
    const answerOf = (wire: WireAnswer): Answer => new Answer(request, wire.exchange, wire.status, wire.headers, wire.text)
    const meant = (wire: WireAnswer): boolean => resource !== undefined && isDeclared(answerOf(wire), resource)
    let answer = await this.#client.send(make, { ...sending, purpose, meant })
    if (await this.#credentials.another(request.as, token, answer.status)) {
      answer = await this.#client.send(make, { ...sending, meant, purpose: `${purpose} (again, with a new access token)` })
      if (answer.status !== 401) await this.#credentials.another(request.as, token, answer.status)
    }
    return answerOf(answer)
  }

  /**
   * Sends a request over a bare connection of its own, to the first node.
   * @returns the answer, and the bytes that came behind it
   * @throws Inconclusive when there is no answer; Skip behind a proxy
   */
  async bare(request: Request, bare: Omit<Bare, 'make' | 'purpose'>): Promise<{ answer: Answer; after: Buffer }> {
    if (this.target.readOnly && !isSafe(request.method)) throw new Skip(`read-only: the check sends ${request.method}`)
    const make = async (): Promise<Wire> => (await this.#credentials.completed(this.#wire(request, this.target.urls[0]!), request.as)).wire
    const { answer, after } = await this.#bare.send({ ...bare, make, purpose: request.purpose })
    return { answer: new Answer(request, answer.exchange, answer.status, answer.headers, answer.text), after }
  }

  /** How far reads of a resource are behind its writes. */
  lagOf(resource: string): Lag {
    const known = this.#lags.get(resource) ?? new Lag()
    this.#lags.set(resource, known)
    return known
  }

  /** How many requests may be sent at once. */
  get room(): number {
    return this.#meetings.room
  }

  /** Can requests meet over HTTP/2? */
  multiplexes(): Promise<boolean> {
    return this.#meetings.multiplexes()
  }

  /**
   * Sends requests so that they meet: to one node after the other, as `send` does. Nothing is sent again.
   * @param probe a safe request, for connections that are not warm and to keep the target at work
   * @throws Unsent where none of them was sent
   */
  async meet(requests: readonly Request[], probe: Request, meeting: Omit<Meeting, 'guests' | 'probes'>): Promise<Met[]> {
    if (this.target.readOnly) throw new Skip('read-only: the check writes')
    const { urls } = this.target
    const guests = requests.map((request) => {
      const base = urls[this.#turn++ % urls.length]!
      const make = async (): Promise<Wire> => (await this.#credentials.completed(this.#wire(request, base), request.as)).wire
      return { make, purpose: request.purpose }
    })
    const probes = urls.map((base) => async () => (await this.#credentials.completed(this.#wire(probe, base), probe.as)).wire)
    const met = await this.#meetings.hold({ ...meeting, guests, probes })
    return met.map(({ answer, ...one }, at) => ({
      ...one,
      request: requests[at]!,
      answer: answer && new Answer(requests[at]!, answer.exchange, answer.status, answer.headers, answer.text),
    }))
  }

  /** How many requests went out, by method. */
  get requests(): ReadonlyMap<string, number> {
    return this.#budget.requests
  }

  #wire(request: Request, base: string): Wire {
    const credential = this.#credentials.of(request.as)
    const own = new Set(request.headers.map(([name]) => name.toLowerCase()))
    const headers = withCookies([
      ...credential.headers.filter(([name]) => isCookie(name) || !own.has(name.toLowerCase())),
      ...request.headers,
    ])
    const has = (name: string): boolean => headers.some(([field]) => field.toLowerCase() === name)
    if (!has('accept-encoding')) headers.push(['Accept-Encoding', 'identity'])
    if (!has('user-agent')) headers.push(['User-Agent', 'ifmatch'])
    return { method: request.method, url: this.url(request, credential, base), headers, body: request.raw ?? written(request) }
  }

  /** Is anybody there? Asks every base URL; every answer will do. @throws Inconclusive when there is none */
  async knock(signal: AbortSignal): Promise<void> {
    for (const base of this.target.urls) {
      this.node = base
      await this.#knockAt(base, signal)
    }
  }

  async #knockAt(base: string, signal: AbortSignal): Promise<void> {
    const headers: HeaderLine[] = [
      ['Accept', '*/*'],
      ['User-Agent', 'ifmatch'],
    ]
    const wire = { method: 'GET', url: new URL(base), headers, body: undefined }
    let answered = false
    const record = (exchange: Exchange): void => void (answered = exchange.response !== null)
    await this.#client
      .send(async () => wire, { purpose: 'ask the base URL whether anybody is there', record, signal })
      .catch((error) => {
        if (!answered) throw error
      })
  }

  /** Where a request goes: the base URL, the path template filled in, all query parameters. */
  url(
    request: Request,
    credential: Pick<Credential, 'query'> = this.#credentials.of(request.as),
    base: string = this.target.urls[0]!,
  ): URL {
    const path = request.operation.path.replace(/\{([^}]+)\}/g, (whole, name: string) => {
      const value = request.path[name]
      if (value === undefined) throw new Inconclusive(`${request.purpose}: no value is known for the path parameter ${whole}`)
      return encodeURIComponent(value)
    })
    const url = new URL(base.replace(/\/$/, '') + path.replace(/[?#]/g, encodeURIComponent))
    for (const [name, value] of [...credential.query, ...request.query]) url.searchParams.append(name, value)
    return url
  }

  /** Where an item is. */
  item({ resource, path }: Pick<ItemState, 'resource' | 'path'>): string {
    const template = resource.item ?? resource.operations.get('read')?.operation.path ?? resource.collection ?? ''
    const filled = template.replace(/\{([^}]+)\}/g, (whole, name: string) =>
      path[name] === undefined ? whole : encodeURIComponent(path[name]),
    )
    return this.target.urls[0]!.replace(/\/$/, '') + filled
  }

  /** Ends it: deletes what several checks shared, and closes all connections. Returns what of that is left. */
  async close(): Promise<Leftover[]> {
    const left = [...this.behind, ...(await Promise.all(this.atEnd.map((end) => end()))).flat()]
    this.leftovers.push(...left)
    this.#meetings.close()
    await Promise.all([this.#client.close(), this.ledger.close()])
    return left
  }
}

function isCookie(name: string): boolean {
  return name.toLowerCase() === 'cookie'
}

/** All cookies in one line, where RFC 6265 §5.4 wants them. */
function withCookies(headers: HeaderLine[]): HeaderLine[] {
  const cookies = headers.filter(([name]) => isCookie(name)).map(([, value]) => value)
  if (cookies.length < 2) return headers
  return [...headers.filter(([name]) => !isCookie(name)), ['Cookie', cookies.join('; ')]]
}
