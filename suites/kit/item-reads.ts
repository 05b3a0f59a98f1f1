import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './answer.ts'
import type { ItemState } from './item-state.ts'
import type { Snapshot } from './kit.ts'
import type { ReadOptions } from './options.ts'
import { withHeader } from './request.ts'
import type { Scene } from './scene.ts'
import { settled } from './settled.ts'
import { snapshotOf } from './snapshot.ts'
import { learnVolatile } from './volatile.ts'
import { finishRequest, type Making, startRequest } from './whole.ts'

/** How long a write may take to show in reads, in steps of milliseconds: HTTP promises nobody that they read what they wrote (RFC 9110 §9.3.4). */
const patience = [20, 50, 200, 500, 1000]

/** Milliseconds that are waited at most for what a refused write may show. */
const longest = 2000

/** Reads of an item: each waits until what was written is there to see, and what it shows is what is known of the item from then on. */
export class ItemReads {
  readonly #scene: Scene
  readonly #state: ItemState
  readonly #making: (options: ReadOptions) => Making

  /** @param making of what a read is made */
  constructor(scene: Scene, state: ItemState, making: (options: ReadOptions) => Making) {
    this.#scene = scene
    this.#state = state
    this.#making = making
  }

  async read({ strong = false, ...options }: ReadOptions = {}): Promise<Snapshot> {
    const { session, signal } = this.#scene
    const lag = session.lagOf(this.#state.resource.name)
    // nobody knows what a refused write would show: it is given half as much again as performed ones took at most
    const due = this.#scene.wrote + Math.min(lag.longest * 1.5, longest) - performance.now()
    if (lag.longest > 0 && due > 0 && this.#state.dirty && !this.#state.shows) await sleep(due, undefined, { signal })
    let snapshot = await this.#look(options)
    let late = false
    for (const ms of this.#state.resource.reads === 'latest' ? [] : patience) {
      if (!this.#lags(snapshot)) break
      await sleep(ms, undefined, { signal })
      late = true
      snapshot = await this.#look({ ...options, purpose: 'read again, since the last write does not show yet' })
    }
    if (late && !this.#lags(snapshot)) lag.saw(performance.now() - this.#scene.wrote)
    // what does not show by now never will
    this.#state.shows = undefined
    return this.#seen(snapshot, strong, options)
  }

  /** What a read of the item that was sent by somebody else was answered with: as if it were the first here. */
  seen(answer: Answer): Promise<Snapshot> {
    return this.#seen(snapshotOf(this.#scene, this.#state.resource, answer), false, {})
  }

  async #seen(first: Snapshot, strong: boolean, options: Omit<ReadOptions, 'strong'>): Promise<Snapshot> {
    const snapshot = await settled(this.#scene, this.#state.resource, first, strong, () =>
      this.#look({ ...options, purpose: 'read again, since the tag was weak: some turn strong when the version is a second old' }),
    )
    if (!snapshot.exists) return snapshot
    Object.assign(this.#state, { last: snapshot, dirty: false, seen: true })
    await this.#learnVolatile(snapshot)
    return snapshot
  }

  /** One read, whatever it shows. */
  async #look(options: Omit<ReadOptions, 'strong'>): Promise<Snapshot> {
    const making = this.#making(options)
    const request = finishRequest(startRequest(making), making)
    const answer = await this.#scene.send(options.accept ? withHeader(request, 'Accept', options.accept) : request)
    return snapshotOf(this.#scene, this.#state.resource, answer)
  }

  /** Is this how it was before the last write? */
  #lags(read: Snapshot): boolean {
    const { gone, seen, shows } = this.#state
    if (!read.exists) return !seen && !gone && read.answer.status === 404
    return gone || shows?.(read) === false
  }

  /** The first read of a run is made twice: what differs between the two differs by itself. */
  async #learnVolatile(first: Snapshot): Promise<void> {
    if (this.#scene.cleaning) return
    const { resource } = this.#state
    const { volatile } = this.#scene.session
    if (!volatile.has(resource.name))
      volatile.set(
        resource.name,
        learnVolatile(first, () => this.#look({ purpose: 'see what differs between two reads anyway' })),
      )
    const found = await volatile.get(resource.name)!
    if (resource === this.#scene.resource) this.#scene.volatile = found
  }
}
