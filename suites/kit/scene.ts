import { isSafe } from '../../http/methods.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Timed } from '../facts/story.ts'
import type { Exchange, Leftover, Race } from '../../reports/model.ts'
import type { DeliveryName } from '../delivery/index.ts'
import type { Guard, Resource, Role, Token } from '../../spec/contract.ts'
import type { Allowance } from './allowance.ts'
import type { Answer } from './answer.ts'
import type { Check } from './check.ts'
import type { ItemState } from './item-state.ts'
import type { LockTurn } from './lock-turns.ts'
import { Made } from './made.ts'
import type { Bound } from './needs.ts'
import type { Request } from './request.ts'
import type { Met, Session } from './session.ts'
import { placesRead, placesSent, whereRead } from './token.ts'
import type { Trace } from './trace.ts'
import { Blocked, Inconclusive, Skip } from './verdict.ts'
import { prefixOf } from './prefix.ts'
import { type Source, Words } from './words.ts'

/** One check on one resource while it runs: what its fixtures, requests and expectations share. */
export class Scene {
  readonly session: Session
  readonly check: Check
  readonly resource: Resource
  readonly bound: Bound
  readonly signal: AbortSignal
  /** Where its fresh words come from. */
  words: Words
  readonly exchanges: Exchange[] = []
  /** What was answered, for the facts about the target; none from where requests met, since their order is not known. */
  readonly answered: Timed[] = []
  readonly notes: string[] = []
  /** What a race came to. */
  race: Race | undefined
  /** Which creates were sent, and what came of them. */
  readonly made: Made
  /** Everything that was created, in order. */
  readonly items: ItemState[] = []
  /** What differs between two reads of the resource with nothing between them. */
  volatile: Set<string> = new Set()
  /** What differed after a refused request, to be confirmed before it is found. */
  readonly traces: Trace[] = []
  /** What was made on the way and could not be deleted again. */
  readonly left: Leftover[] = []
  /** The time that the check may take. */
  allowance: Allowance | undefined
  /** Requests went other ways than through `send`: what came when is not known. */
  unordered = false
  /** When the last request that may have written was answered. */
  wrote = 0
  /** It only deletes what was made. */
  cleaning = false
  /** The next item that it asks for is the one at which all checks look that only read. */
  shares: boolean
  /** Is the item that it shares with others still the one that was shown to it? Undefined: it looked at none. */
  stands: (() => Promise<boolean>) | undefined
  /** It holds locks at a time when no other check does. */
  holdsAlone = false
  /** The time in which it holds locks; undefined: it has taken none. */
  lockTurn: Promise<LockTurn> | undefined
  /** Milliseconds to wait after each write, for a job of the target to be done with it. */
  jobs = 0
  /** How many expectations were held against the target. */
  proved = 0

  constructor(session: Session, check: Check, resource: Resource, bound: Bound, signal: AbortSignal) {
    this.session = session
    this.check = check
    this.resource = resource
    this.bound = bound
    this.signal = signal
    this.shares = check.reads === true
    this.made = new Made(this)
    this.words = new Words(session.target.seed, check.id, resource.name)
  }

  /** The guard that the check is about: the first that it needs. */
  get guard(): Guard | undefined {
    return this.bound.guards.values().next().value
  }

  /** The token that the check is about: its guard's, else the resource's. */
  tokenOf(resource: Resource): Token | undefined {
    return (resource === this.resource ? this.guard?.token : undefined) ?? resource.token
  }

  /** Fresh values for a resource: its words begin so that what was made can be told from what was there. */
  wordsFor(resource: Resource): Source {
    const { prefixes, target } = this.session
    const known = prefixes.get(resource.name) ?? prefixOf(resource, target.loaded, target.prefix)
    prefixes.set(resource.name, known)
    return this.words.beginning(known)
  }

  /** A request that belongs to the check; its exchange is evidence. */
  async send(request: Request): Promise<Answer> {
    this.spare(request)
    const record = (exchange: Exchange): void => void this.exchanges.push(exchange)
    const { signal, allowance, cleaning } = this
    const send = (whole: boolean): Promise<Answer> => this.session.send(request, { record, signal, allowance, cleaning, whole })
    if (cleaning) return send(false)
    const answer = await this.made.send(request, send)
    const ended = performance.now()
    if (!isSafe(request.method)) this.wrote = ended
    if (!this.check.races) this.answered.push({ answer, sent: ended - answer.exchange.ms, ended })
    if (this.jobs > 0 && answer.ok && !isSafe(request.method)) await sleep(this.jobs, undefined, { signal })
    return answer
  }

  /**
   * One request that stands for many. What they may make stands in the ledger before it goes.
   * @param part what one of them was answered with
   * @returns the answer to all, and those to each of them
   */
  async sendMany(
    request: Request,
    singles: readonly Request[],
    part: (answer: Answer, single: Request) => Answer,
  ): Promise<{ answer: Answer; each: Answer[] }> {
    const ready = singles.map(() => Promise.withResolvers<void>())
    const sent = Promise.all(ready.map(({ promise }) => promise)).then(() => this.send(request))
    const each = await Promise.allSettled(
      singles.map((single, at) =>
        this.made
          .send(single, async () => {
            ready[at]!.resolve()
            return part(await sent, single)
          })
          .finally(() => ready[at]!.reject(new Error('not sent'))),
      ),
    )
    return { answer: await sent, each: each.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])) }
  }

  /** Requests that belong to the check, sent so that they meet; their exchanges are evidence. @throws Unsent where none of them was sent */
  async meet(requests: readonly Request[], probe: Request, delivery: DeliveryName): Promise<Met[]> {
    const record = (exchange: Exchange): void => void this.exchanges.push(exchange)
    const { signal, allowance } = this
    for (const request of requests) this.spare(request)
    this.unordered = true
    // what may make something stands in the ledger before any of them goes
    const ready = requests.map(() => Promise.withResolvers<void>())
    const met = Promise.all(ready.map(({ promise }) => promise)).then(() =>
      this.session.meet(requests, probe, { delivery, record, signal, allowance }),
    )
    // told where it is given back, which may be later
    met.catch(() => {})
    await Promise.allSettled(
      requests.map((request, at) =>
        this.made
          .send(request, async () => {
            ready[at]!.resolve()
            const { answer, error } = (await met)[at]!
            if (!answer) throw error!
            return answer
          })
          .finally(() => ready[at]!.reject(new Error('not sent'))),
      ),
    )
    this.wrote = performance.now()
    return met
  }

  /** A check that says it only reads changes nothing that others look at. @throws Error where it would: a bug of the check */
  spare({ method, role, purpose, operation }: Request): void {
    // some APIs are read by POST
    const reads = (role === 'read' || role === 'list') && method === operation.method
    if (!this.check.reads || this.cleaning || isSafe(method) || reads || role === 'create' || role === 'arrange') return
    throw new Error(`a check that only reads would ${purpose}`)
  }

  /** A variable of the environment that the contract names. From now on its value is a secret. @throws Inconclusive where it is not set */
  variable(name: string): string {
    const value = process.env[name]
    if (value === undefined) throw new Inconclusive(`the contract asks for $env.${name}, but the environment has no ${name}; set it`)
    this.session.redactor.learn({ name, value, sentIn: [] }, { lasting: true })
    return value
  }

  /** A token that is not there. @throws Blocked by the check that asks for it where it was promised, else Skip. */
  noToken(token: Token | undefined): never {
    if (!token) throw new Skip('the contract names no token')
    const where = whereRead(token)
    if (token.promised) throw new Blocked(tokenCheck(token), `no token at ${where}`)
    throw new Skip(`reads carry no token at ${where}, and nobody promised one`)
  }

  /** A write with the current token that was refused. */
  guardFailed(guard: Guard, role: Role, seen: string): never {
    throw new Blocked(currentCheck(guard), `a ${role} with the current token is answered ${seen}`)
  }
}

/** The check that fails where a promised token is missing. */
export function tokenCheck(token: Token): string {
  const places = placesRead(token)
  const headers = places.filter((place) => place.part === 'header').map((place) => place.name.toLowerCase())
  if (places.some((place) => place.part === 'body')) return 'body-version/present'
  return headers.includes('last-modified') ? 'dates/last-modified-present' : 'entity-tags/present'
}

/** The check that fails where the current token is refused. */
export function currentCheck(guard: Guard): string {
  const headers = placesSent(guard)
    .filter((place) => place.part === 'header')
    .map((place) => place.name.toLowerCase())
  if (headers.includes('if-match')) return 'if-match/current-performed'
  return headers.includes('if-unmodified-since') ? 'dates/unmodified-performed' : 'body-version/current-performed'
}
