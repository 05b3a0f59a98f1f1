import type { Json, Token } from '../spec/contract.ts'
import type { Answer } from './message.ts'

/** What a write gives a version. */
export interface Stamp {
  version: number
  tag: string
  modified: number
}

/** One version of an item, as the history keeps it. */
export interface Revision extends Stamp {
  value: Json | Buffer
  /** The version that the item began with. */
  born: number
  /** A hash of the content, where a token is made of it. */
  digest?: string | undefined
  /** Where tokens change at different writes: the last write that changed each. */
  since?: ReadonlyMap<Token, Stamp> | undefined
}

/** An item as it stands. Never changed in place: every write makes a new one. */
export interface Item {
  resource: string
  /** Its path parameters, in order, as one text. */
  key: string
  params: Record<string, string>
  /** The item itself: JSON without its tokens, or bytes. */
  value: Json | Buffer
  /** The media type of bytes. */
  mediaType: string | undefined
  /** Counts from 1 and goes on counting when the item is deleted and created again. */
  version: number
  /** Opaque, and never given twice while the mock runs. */
  tag: string
  /** Milliseconds since 1970. */
  created: number
  modified: number
  owner: string | undefined
  /** The body that its creator sent, parsed. */
  sent: Json | undefined
  /** Newest last, the present one included; bounded. */
  history: readonly Revision[]
  /** When it was made, among all: lists are in this order. */
  order: number
  /** How it reads as JSON, once somebody has asked. */
  memo: { text?: string }
  born: number
  digest?: string | undefined
  since?: ReadonlyMap<Token, Stamp> | undefined
}

/** Who keeps others from writing an item. */
export interface Hold {
  /** The lock of the contract that it is. */
  lock: string
  /** Undefined where the caller holds it. */
  token: string | undefined
  holder: string | undefined
  /** Milliseconds since 1970; undefined: until it is given back. */
  until: number | undefined
}

/** What is known of an idempotency key. */
export interface KeyEntry {
  fingerprint: string
  claimed: number
  /** Undefined while the first request is under way. */
  answer: Answer | undefined
  /** The first request was refused. */
  failed: boolean
  /** The item that it made or changed. */
  item: { resource: string; key: string } | undefined
}

/** An item as it is to be; the store gives it its version, its tag and its history. */
export type Draft = Omit<Item, 'version' | 'tag' | 'history' | 'order' | 'memo' | 'born' | 'since'> & {
  /** Whether this write changes the token. */
  bumps: boolean
  /** Where tokens change at different writes: those that this one changes. */
  changes?: readonly Token[] | undefined
  /** The version to begin with, where it is not the next. */
  version?: number
  /** The tag to carry, where it is not a new one. */
  tag?: string
}

/** One change. All changes of a request are made in one turn, or none. */
export type Write =
  | { kind: 'put'; item: Draft }
  | { kind: 'delete'; resource: string; key: string }
  | { kind: 'claim'; key: string; entry: KeyEntry }
  | { kind: 'settle'; key: string; answer: Answer; failed: boolean; item: KeyEntry['item'] }
  | { kind: 'release'; key: string }
  | { kind: 'hold'; resource: string; key: string; hold: Hold }
  | { kind: 'unhold'; resource: string; key: string }
  | { kind: 'arrange'; resource: string; key: string; rule: string; steps: number }

/** What can be seen of the store within one turn. */
export interface View {
  item(resource: string, key: string): Item | undefined
  /** In the order in which they were made. */
  items(resource: string): Item[]
  /** The items whose unique fields have this value. */
  holders(index: string, value: string): Item[]
  key(key: string): KeyEntry | undefined
  /** The lock that an item is under now. */
  hold(resource: string, key: string): Hold | undefined
  /** How many of the calls that described rules ask for were made of an item, by rule. */
  arranged(resource: string, key: string): ReadonlyMap<string, number> | undefined
  now(): number
}

/** A unique index: its name, and the value of an item in it (undefined: not in it). */
export interface Index {
  name: string
  resource: string
  of(item: Pick<Item, 'value' | 'params'>): string | undefined
}
