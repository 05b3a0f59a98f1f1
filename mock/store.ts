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
  now(): number
}

/** A unique index: its name, and the value of an item in it (undefined: not in it). */
export interface Index {
  name: string
  resource: string
  of(item: Pick<Item, 'value' | 'params'>): string | undefined
}

const keptRevisions = 50

/** What the mock remembers, in memory. `commit` is the only way to change it. */
export class Store {
  readonly #indexes: Index[]
  readonly #clock: () => number
  readonly #mark: string
  #items = new Map<string, Map<string, Item>>()
  #held = new Map<string, Map<string, Set<string>>>()
  #counters = new Map<string, number>()
  #keys = new Map<string, KeyEntry>()
  #holds = new Map<string, Hold>()
  #serial = 0
  #order = 0
  readonly #view: View

  /**
   * @param mark stands in every tag, so that the tags of two runs differ
   * @param clock milliseconds since 1970
   */
  constructor(indexes: Index[], mark: string, clock: () => number) {
    this.#indexes = indexes
    this.#mark = mark
    this.#clock = clock
    this.#view = {
      item: (resource, key) => this.#items.get(resource)?.get(key),
      items: (resource) => [...(this.#items.get(resource)?.values() ?? [])].sort((a, b) => a.order - b.order),
      holders: (index, value) => this.#holders(index, value),
      key: (key) => this.#keys.get(key),
      hold: (resource, key) => this.#hold(resource, key),
      now: clock,
    }
  }

  /** Looks without changing anything. */
  look<T>(turn: (view: View) => T): T {
    return turn(this.#view)
  }

  /**
   * The one atomic commit: looks, decides and writes in one turn of the event loop, so that nothing comes between. `turn` must be
   * synchronous; what it throws leaves everything as it was.
   *
   * @returns what `turn` returned, and the items as they were written, in the order of the writes
   */
  commit<T>(turn: (view: View) => { writes: Write[]; result: T }): { result: T; written: Item[] } {
    const { writes, result } = turn(this.#view)
    const written: Item[] = []
    for (const write of writes) {
      const item = this.#apply(write)
      if (item !== undefined) written.push(item)
    }
    return { result, written }
  }

  /**
   * Several commits that all stay, or none: what was written is taken back where `all` says so.
   *
   * @param all synchronous; returns whether everything is to stay
   */
  together(all: () => boolean): void {
    const copy = <V>(map: Map<string, V>, inner: (value: V) => V): Map<string, V> =>
      new Map([...map].map(([key, value]) => [key, inner(value)]))
    const before = {
      items: copy(this.#items, (items) => new Map(items)),
      held: copy(this.#held, (held) => copy(held, (keys) => new Set(keys))),
      counters: new Map(this.#counters),
      keys: new Map(this.#keys),
      holds: new Map(this.#holds),
    }
    let stays = false
    try {
      stays = all()
    } finally {
      if (!stays) {
        this.#items = before.items
        this.#held = before.held
        this.#counters = before.counters
        this.#keys = before.keys
        this.#holds = before.holds
      }
    }
  }

  /** Forgets all items and keys. Tags given before are not given again. */
  clear(): void {
    this.#items = new Map()
    this.#held = new Map()
    this.#counters = new Map()
    this.#keys = new Map()
    this.#holds = new Map()
  }

  #apply(write: Write): Item | undefined {
    switch (write.kind) {
      case 'put':
        return this.#put(write.item)
      case 'delete':
        return this.#delete(write.resource, write.key)
      case 'claim':
        this.#keys.set(write.key, write.entry)
        return undefined
      case 'settle': {
        const entry = this.#keys.get(write.key)
        if (entry !== undefined) this.#keys.set(write.key, { ...entry, answer: write.answer, failed: write.failed, item: write.item })
        return undefined
      }
      case 'release':
        this.#keys.delete(write.key)
        return undefined
      case 'hold':
        this.#holds.set(`${write.resource} ${write.key}`, write.hold)
        return undefined
      case 'unhold':
        this.#holds.delete(`${write.resource} ${write.key}`)
        return undefined
    }
  }

  #put({ bumps, changes, version: begins, tag: carried, ...draft }: Draft): Item {
    const items = this.#items.get(draft.resource) ?? new Map<string, Item>()
    this.#items.set(draft.resource, items)
    const before = items.get(draft.key)
    const counter = `${draft.resource} ${draft.key}`
    const renew = bumps || before === undefined
    const version = begins ?? (renew ? (this.#counters.get(counter) ?? 0) + 1 : before.version)
    this.#counters.set(counter, Math.max(version, this.#counters.get(counter) ?? 0))
    const tag = carried ?? (renew ? this.#tag(version) : before.tag)
    const { modified, value, digest } = draft
    const born = before?.born ?? version
    const since = changes && new Map([...(before?.since ?? []), ...changes.map((token) => [token, { version, tag, modified }] as const)])
    const revision: Revision = { version, tag, modified, value, born, digest, since }
    const past = before?.history ?? []
    const history = past.slice(Math.max(0, past.length + 1 - keptRevisions), renew ? undefined : -1)
    history.push(revision)
    const item: Item = {
      ...draft,
      version,
      tag,
      history,
      born,
      since,
      memo: {},
      order: before?.order ?? (this.#order += 1),
    }
    if (before !== undefined) this.#unindex(before)
    items.set(item.key, item)
    for (const index of this.#indexes) {
      const value = index.resource === item.resource ? index.of(item) : undefined
      if (value === undefined) continue
      const held = this.#held.get(index.name) ?? new Map<string, Set<string>>()
      this.#held.set(index.name, held)
      held.set(value, (held.get(value) ?? new Set()).add(item.key))
    }
    return item
  }

  #delete(resource: string, key: string): undefined {
    const item = this.#items.get(resource)?.get(key)
    if (item === undefined) return
    this.#unindex(item)
    this.#items.get(resource)!.delete(key)
    this.#holds.delete(`${resource} ${key}`)
  }

  #unindex(item: Item): void {
    for (const index of this.#indexes) {
      const value = index.resource === item.resource ? index.of(item) : undefined
      if (value === undefined) continue
      const keys = this.#held.get(index.name)?.get(value)
      keys?.delete(item.key)
      if (keys?.size === 0) this.#held.get(index.name)!.delete(value)
    }
  }

  #holders(name: string, value: string): Item[] {
    const resource = this.#indexes.find((index) => index.name === name)?.resource
    const keys = this.#held.get(name)?.get(value)
    if (resource === undefined || keys === undefined) return []
    return [...keys].map((key) => this.#items.get(resource)?.get(key)).filter((item) => item !== undefined)
  }

  #hold(resource: string, key: string): Hold | undefined {
    const hold = this.#holds.size === 0 ? undefined : this.#holds.get(`${resource} ${key}`)
    return hold?.until !== undefined && hold.until <= this.#clock() ? undefined : hold
  }

  #tag(version: number): string {
    this.#serial += 1
    return `v${version}-${this.#mark}${this.#serial.toString(36)}`
  }

  /** Milliseconds since 1970, by the clock that the store was given. */
  now(): number {
    return this.#clock()
  }
}
