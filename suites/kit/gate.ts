import { setTimeout as sleep } from 'node:timers/promises'
import type { Limits } from '../target.ts'
import type { Allowance } from './allowance.ts'
import { Unsent } from './verdict.ts'

/** What time is for a gate; tests have their own. Milliseconds. */
export interface Clock {
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
}

/**
 * Lets requests through one after the other as the limits allow: so many at once, so many a second, none while the target asked for rest.
 * A target that says "too many" gets fewer from then on, and step by step more again after a while in which it does not say so.
 */
export class Gate {
  /** Milliseconds without a "too many" after which there may be more. */
  static readonly #calm = 5000
  /** From then on a fifth more, at least one a second, for every so many milliseconds. */
  static readonly #step = 1000
  readonly #limits: Limits
  readonly #clock: Clock
  readonly #waiting: { places: number; go: () => void }[] = []
  /** When the last answers came that were no refusal for their number. */
  #answered: number[] = []
  /** So many of them are looked through for those that are too long ago. */
  #enough = 1000
  #rate: number
  #under = 0
  #next = 0
  #restUntil = 0
  #slowedAt = Number.NEGATIVE_INFINITY
  #raisedAt = Number.NEGATIVE_INFINITY

  constructor(limits: Limits, clock: Clock = systemClock) {
    this.#limits = limits
    this.#clock = clock
    this.#rate = limits.rate ?? Number.POSITIVE_INFINITY
  }

  /** So many requests may be sent in one moment. */
  get room(): number {
    return Math.min(this.#limits.concurrency, Math.max(1, Math.floor(this.#rate)))
  }

  /**
   * Runs `work` when there is room; a signal ends the wait, which costs nothing of the allowance.
   * @param places how many requests it sends at once: no more than there is room for
   * @throws Unsent where the target asked for a longer rest than the limits allow to wait for
   */
  async through<T>(work: () => Promise<T>, signal: AbortSignal, allowance?: Allowance, places: number = 1): Promise<T> {
    allowance?.hold()
    let held = true
    const go = (): void => {
      if (held) allowance?.release()
      held = false
    }
    try {
      const entry = this.#enter(places)
      if (entry) await entry
      try {
        await this.#turn(signal, places)
        go()
        return await work()
      } finally {
        this.#leave(places)
      }
    } finally {
      go()
    }
  }

  /** So many requests more (or, negative, less) went out than were asked for. */
  passed(requests: number): void {
    if (this.#rate < Number.POSITIVE_INFINITY) this.#next += (requests * 1000) / this.#rate
  }

  /** An answer came that did not speak of too many requests. */
  answered(): void {
    const now = this.#clock.now()
    this.#raise(now)
    this.#answered.push(now)
    if (this.#answered.length < this.#enough) return
    this.#answered = this.#answered.filter((at) => at > now - 1000)
    this.#enough = 1000 + this.#answered.length * 2
  }

  /** Nothing more for so many milliseconds: the target asked for it. Can it be waited for? */
  rest(ms: number): boolean {
    this.#restUntil = Math.max(this.#restUntil, this.#clock.now() + ms)
    return this.#isBearable()
  }

  /** The target said "too many requests": from now on a little fewer a second than it answered in the last one. */
  slow(): void {
    const now = this.#clock.now()
    // what was under way together is refused together, and is one reason
    if (now - this.#slowedAt < 1000) return
    this.#slowedAt = now
    const lately = this.#answered.filter((at) => at > now - 1000).length
    this.#rate = Math.min(this.#rate, Math.max(1, Math.floor(lately * 0.8)))
  }

  /** First come, first served: who needs many places is not passed by those that need few. */
  #enter(places: number): Promise<void> | undefined {
    if (this.#waiting.length > 0 || this.#under + places > this.#limits.concurrency)
      return new Promise<void>((go) => this.#waiting.push({ places, go }))
    this.#under += places
    return undefined
  }

  #leave(places: number): void {
    this.#under -= places
    for (let next = this.#waiting[0]; next && this.#under + next.places <= this.#limits.concurrency; next = this.#waiting[0]) {
      this.#waiting.shift()
      // taken here and now, so nobody can slip in between
      this.#under += next.places
      next.go()
    }
  }

  /** Step by step up again, so that one busy minute does not slow down all that comes after it. */
  #raise(now: number): void {
    const wasSlowed = this.#slowedAt > Number.NEGATIVE_INFINITY
    if (!wasSlowed || now - this.#slowedAt < Gate.#calm || now - this.#raisedAt < Gate.#step) return
    this.#raisedAt = now
    this.#rate = Math.min(Math.max(this.#rate + 1, this.#rate * 1.2), this.#limits.rate ?? Number.POSITIVE_INFINITY)
  }

  async #turn(signal: AbortSignal, places: number): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      if (!this.#isBearable()) {
        const seconds = Math.ceil((this.#restUntil - this.#clock.now()) / 1000)
        throw new Unsent(
          `rate-limited: the target asks for a rest of ${seconds} s, longer than the ${this.#limits.wait / 1000} s of limits.wait`,
        )
      }
      const now = this.#clock.now()
      const start = Math.max(now, this.#next, this.#restUntil)
      if (start <= now) {
        if (this.#rate < Number.POSITIVE_INFINITY) this.#next = now + (places * 1000) / this.#rate
        return
      }
      await this.#clock.sleep(start - now, signal)
    }
  }

  #isBearable(): boolean {
    return this.#restUntil - this.#clock.now() <= this.#limits.wait
  }
}
