import type { Draft, Hold, Index, Item, KeyEntry, Revision, View, Write } from './kept.ts'

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
  #arranged = new Map<string, ReadonlyMap<string, number>>()
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
      arranged: (resource, key) => this.#arranged.get(`${resource} ${key}`),
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
      arranged: new Map(this.#arranged),
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
        this.#arranged = before.arranged
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
    this.#arranged = new Map()
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
      case 'arrange': {
        const key = `${write.resource} ${write.key}`
        this.#arranged.set(key, new Map([...(this.#arranged.get(key) ?? []), [write.rule, write.steps]]))
        return undefined
      }
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
    this.#arranged.delete(`${resource} ${key}`)
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
