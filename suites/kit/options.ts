import type { Fact, Guard, Json, Mechanism, Place } from '../../spec/contract.ts'
import type { Item, TokenValue } from './kit.ts'
import type { Identity, Request } from './request.ts'

/** What every request may say. */
export interface RequestOptions {
  /** Whose credentials (default: the item's, else `a`). */
  as?: Identity
  /** What the check wants with it, for the report; by default named after the role. */
  purpose?: string
  /** The idempotency key; `null`: none; default: a fresh one where one is required. */
  key?: string | null
  /** The token of a lock to send; `null`: none; default: that of the lock that we hold. */
  lock?: Json | null
}

/** What every request but a read may say beside. */
export interface SayingOptions extends RequestOptions {
  /** Facts that are made true in the request when all else stands, names filled in. */
  with?: readonly Fact[]
}

export interface ReadOptions extends RequestOptions {
  accept?: string
  /** The tag is judged as a strong one: where it is weak, it is waited once whether it turns. Checks with a guard that compares strongly need not say so. */
  strong?: boolean
}

export interface ListOptions extends RequestOptions {
  /** The collection is the one in which this create makes its item: of the same parent. Default: that of a new parent, where there are parents. */
  of?: Request
}

export interface CreateOptions extends SayingOptions {
  /** A mechanism that must be in force: its `when` is made true. */
  under?: Mechanism
  /** The whole payload, in place of the sample. */
  body?: Json
  /** Members laid over the payload, by JSON Pointer. */
  set?: Record<string, Json>
  /** Values of path parameters, where the client chooses them. */
  path?: Record<string, string>
  /** Items to stand in, by resource, in place of parents created for it. */
  parents?: Record<string, Item>
}

export interface WriteOptions extends SayingOptions {
  /** Send this token, or (`null`) none. Saying it makes the write a probe: any answer comes back. */
  token?: TokenValue | null
  /** The guard that the token is for; default: the one that the check is about. */
  guard?: Guard
  /** Where the token goes, of several places; default: the first that the document declares. */
  at?: Place
  /** Default: the role the check needs or its guard is for, else replace, else patch. */
  role?: 'replace' | 'patch'
  /** The value to write at the marker; default: a fresh one. */
  marker?: string
  /** The whole payload, in place of what was read with a new marker. */
  body?: Json
  /** Members laid over the payload, by JSON Pointer. */
  set?: Record<string, Json>
}

export interface RemoveOptions extends SayingOptions {
  token?: TokenValue | null
  /** As in `WriteOptions`. */
  guard?: Guard
  at?: Place
}

export interface ActOptions extends SayingOptions {
  token?: TokenValue | null
  body?: Json
}
