import type { Race } from '../../reports/model.ts'
import type { Contract, Guard, Idempotency, Json, Lock, OutcomeName, Resource, Reveal, Role, Rule, Unique } from '../../spec/contract.ts'
import type { DeliveryName } from '../delivery/index.ts'
import type { Lag } from './lag.ts'
import type { Racing, Target } from '../target.ts'
import type { Answer } from './answer.ts'
import type { Need } from './check.ts'
import type { ActOptions, CreateOptions, ListOptions, ReadOptions, RemoveOptions, RequestOptions, WriteOptions } from './options.ts'
import type { Identity, Request } from './request.ts'
import type { Met } from './session.ts'

/**
 * A token as it was read: text from a header, text or number from a body; of a token of several parts a map of all of them. Opaque: one
 * version has one token, and two are compared as a whole (`sameToken`).
 */
export type TokenValue = string | number | { readonly [part: string]: string | number }

/** An item as one read showed it. */
export interface Snapshot {
  answer: Answer
  /** The read was answered 2xx. */
  exists: boolean
  /** The token that the check is about, if the answer had one. Opaque: compare with `sameToken`, never take apart. */
  token: TokenValue | undefined
  /** The item as it lies in the answer (JSON, or the text of another media type). */
  payload: Json | undefined
  /** The value at the marker. */
  marker: Json | undefined
}

/** An item that the check created. It remembers what was last read of it and is deleted when the check ends. */
export interface Item {
  readonly resource: ResourceKit
  /** Values of the path parameters of `item`. */
  readonly path: Record<string, string>
  /** The value of its own (last) path parameter. */
  readonly id: string
  /** The answer to the create. */
  readonly created: Answer
  /** The payload that was sent to create it. */
  readonly sent: Json | undefined
  /** As last read. */
  readonly last: Snapshot
  /** The token as last read. None there: promised → blocked by the check that asks for it; else skip. */
  readonly token: TokenValue
  /** Reads it; a 404 is a snapshot too (`exists: false`). */
  read(options?: ReadOptions): Promise<Snapshot>
  /**
   * Changes it. Without `token`: a step of the set-up, with the current token where the contract asks for one; it must succeed and be
   * stored (it is read back), else the check is inconclusive. With `token`: a probe, any answer comes back.
   */
  write(options?: WriteOptions): Promise<Answer>
  /** The same write, any answer; with the current token as a well-behaved client sends it, unless `token` says otherwise (`null`: none). */
  tryWrite(options?: WriteOptions): Promise<Answer>
  /** Deletes it; the same rule as for `write`. */
  remove(options?: RemoveOptions): Promise<Answer>
  tryRemove(options?: RemoveOptions): Promise<Answer>
  /** Calls an action (`ship`); it must succeed, else the check is inconclusive. With `token`: a probe. */
  act(action: Role, options?: ActOptions): Promise<Answer>
  tryAct(action: Role, options?: ActOptions): Promise<Answer>
  /** Takes a lock; any answer. What it tells as the lock's token goes with all that is written from then on. */
  acquire(lock: Lock, options?: RequestOptions): Promise<Answer>
  /** Gives it back; any answer. */
  release(lock: Lock, options?: RequestOptions): Promise<Answer>
  /** The token of the lock that we hold. */
  readonly lock: Json | undefined
  /** One of many items, as `bulk.as` shapes it: a write of this item with the current token, or the one that is said. */
  entry(role: Role, options?: WriteOptions): Promise<BulkEntry>
  /** The request of a role (`'write'`: that of `write()`) for this item, whole but not sent: to derive an odd one from and give to `kit.send`. */
  request(role: Role, options?: WriteOptions): Promise<Request>
  /** The same item through another identity's credentials. */
  as(identity: Identity): Item
}

/** One item of a bulk request. */
export interface BulkEntry {
  shape: Json
  /** The value that it writes at the marker. */
  marker: string | undefined
  /** The single request that it stands for; by it what is made is known, and cleaned up. */
  single?: Request
}

/** The answer to a bulk request, item by item. */
export interface BulkAnswer {
  answer: Answer
  /** In the order of the items; a status that is not told is undefined. */
  results: { status: number | undefined; body: Json }[]
}

/** A collection as one read showed it. */
export interface Listing {
  answer: Answer
  items: Json[]
}

/** The fixture: one resource of the target, as its contract describes it. */
export interface ResourceKit {
  readonly name: string
  readonly spec: Resource
  /** Creates an item (parents first) and reads it; must succeed, else the check is inconclusive. */
  create(options?: CreateOptions): Promise<Item>
  /** The same request, any answer. What it creates is cleaned up all the same. */
  tryCreate(options?: CreateOptions): Promise<Answer>
  /** The item that a 2xx answer to a create speaks of (its id found as the contract says); undefined if the answer names none. */
  found(answer: Answer): Promise<Item | undefined>
  /** A payload that create accepts, with fresh values. */
  sample(): Promise<Json | undefined>
  /** Reads the collection. */
  list(options?: ListOptions): Promise<Listing>
  /** The request of a collection role (create, list, or read of an item that does not exist), whole but not sent. */
  request(role: Role, options?: CreateOptions): Promise<Request>
  /** One of many items that are to be made, as `bulk.as.create` shapes it. */
  entry(options?: CreateOptions): Promise<BulkEntry>
  /** Sends many items in one request; any answer. What it creates is cleaned up all the same. */
  bulk(entries: readonly BulkEntry[], options?: RequestOptions): Promise<BulkAnswer>
  /** Another resource of the same contract: a parent, a child. */
  other(name: string): ResourceKit
}

/** What is true, to hold an answer's reveals against; only those that the contract declares and the answer has are compared. */
export type Truth = Partial<Record<Reveal, Json>>

type Owner = { name: string; outcomes: Resource['outcomes'] }

/** Expectations, named for what they prove. Each throws a `Finding` in plain words. */
export interface Prove {
  /** Anything else: `prove.that(a === b, 'the copy differs', 'equal copies', seen)`. */
  that(holds: boolean, reason: string, expected: string, seen: string): void
  /** A refused write left no trace: payload and token are as before (members that differ between reads anyway left out). */
  unchanged(before: Snapshot, after: Snapshot): void
  /** The value at the marker is another one. */
  changed(before: Snapshot, after: Snapshot): void
  /** The value is what the reads give back at the marker. */
  stored(after: Snapshot, marker: string | undefined): void
  /** The item is there / is not there (404 or 410). */
  exists(snapshot: Snapshot): void
  absent(snapshot: Snapshot): void
  /** Another version, another token. Both must have one. */
  tokenChanged(before: Snapshot, after: Snapshot): void
  tokenUnchanged(before: Snapshot, after: Snapshot): void
  /**
   * The answer is the named outcome: an allowed status, its `where` facts; and what it reveals of `truth` is true. Not promised by
   * the mechanism (`of`; default: the one the check needs): only noted, the check ends in `info`.
   */
  outcome(answer: Answer, name: OutcomeName, options?: { of?: Owner; truth?: Truth }): void
  /** What the answer reveals as the outcome declares it, in order; empty if nothing is declared or there. */
  revealed(answer: Answer, name: OutcomeName, reveal: Reveal, of?: Owner): Json[]
  /** A 4xx. */
  refused(answer: Answer): void
  /** A 2xx. */
  succeeded(answer: Answer): void
  status(answer: Answer, ...allowed: number[]): void
}

/** What a check gets. */
export interface Kit {
  readonly contract: Contract
  readonly target: Target
  readonly resource: ResourceKit
  readonly prove: Prove
  /** The guard that the check needs (the first, if it needs several). */
  readonly guard: Guard
  /** The guard that was found for one of several needs: `guardOf('guard.fresh')`. */
  guardOf(need: Need): Guard
  /** That guard, and all others that are promised and would do for the need on this role. */
  guardsOf(need: Need, role: Role): Guard[]
  /** The role that changes an item: the one that the check needs or its guard is for. */
  readonly role: 'replace' | 'patch'
  /** The uniqueness rules of the resource: the promised ones, else (the check ends in `info`) the unpromised. */
  readonly uniques: Unique[]
  readonly idempotency: Idempotency
  /** The lock that the check needs. */
  readonly lock: Lock
  /** The rule of a kind that the check needs. */
  rule<K extends Rule['kind']>(kind: K): Extract<Rule, { kind: K }>
  /** All rules of a kind: the promised ones, else (the check ends in `info`) the unpromised. */
  rules<K extends Rule['kind']>(kind: K): Extract<Rule, { kind: K }>[]
  /** All rules that a need may mean, in the same way: `rulesFor('rule.override')`. */
  rulesFor(need: Need): Rule[]
  /** Sends a request as it is. */
  send(request: Request): Promise<Answer>
  /**
   * Sends a request over a bare connection of its own, and tells the bytes that came behind the answer: what a client library hides.
   * @param last the field whose line goes out last and by itself, when all before it has been there for a while
   */
  bare(request: Request, last?: string): Promise<{ answer: Answer; after: Buffer }>
  /**
   * Sends requests so that they meet at the target, once each. A request without an answer may have been carried out, or may still be.
   * @param probe a safe request, for connections that are not warm and to keep the target at work
   */
  meet(requests: readonly Request[], probe: Request, delivery: DeliveryName): Promise<Met[]>
  /**
   * Sends a request and goes away without reading the answer: it may have been carried out, or may still be. Its repeat is what tells.
   * @param probe a safe request, for a connection that is not warm
   * @returns to be called with the answer to a repeat that speaks of the same item
   */
  abandon(request: Request, probe: Request): Promise<(repeat: Answer) => void>
  /** How many requests may be sent at once. */
  readonly room: number
  /** How far reads of the resource are behind its writes. */
  readonly lag: Lag
  /** Can requests meet as streams of one HTTP/2 connection? Found out once, in a handshake. */
  multiplexes(): Promise<boolean>
  /** How many rounds a race has, and how many requests meet in each. */
  readonly racing: Racing
  /**
   * Marks the present: what is made and recorded from now on can be put aside again, so that a long check leaves no more behind than a short one.
   * @returns to be called when it is of no use any more: deletes what was made and forgets what was recorded
   */
  aside(): () => Promise<void>
  /**
   * What several checks only look at, brought about once a resource and run; its exchanges are evidence of each of them.
   * @param bring gets a kit of its own; what it makes is deleted when it ends, so it gives back answers, never items
   */
  once<T>(name: string, bring: (kit: Kit) => Promise<T>): Promise<T>
  /** What a race came to; its evidence. */
  raced(race: Race): void
  /** Ends the check with a warning, whatever the severity of the check: something is odd, but nothing was lost. */
  doubt(reason: string, expected: string, seen: string): never
  /** Positive control: what must hold for the probe to mean anything; else the check is inconclusive. */
  control(holds: boolean, reason: string): void
  /** Something worth telling that is no fault; a check that else passes ends in `info`. */
  note(text: string): void
  /** Ends the check: the requirement does not apply. */
  skip(reason: string): never
  /** Ends the check: something promised is missing, and the check of that id is the one that fails for it. */
  blocked(by: string, missing: string): never
  /** Ends the check: nothing can be proved either way. */
  inconclusive(reason: string): never
  /** A fresh word (letters and digits), reproducible by the run's seed. */
  fresh(): string
  /** Waits; ends early when the run is interrupted. */
  pause(ms: number): Promise<void>
  readonly signal: AbortSignal
}
