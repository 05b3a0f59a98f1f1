import { setTimeout as sleep } from 'node:timers/promises'
import type { Limits } from '../target.ts'

/** Lets requests through one after the other as the target's limits allow: so many at once, so many a second, none while it asked for rest. */
export class Gate {
  readonly #limits: Limits
  readonly #waiting: (() => void)[] = []
  #under = 0
  #next = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Runs `work` when there is room; a signal ends the wait. */
  async through<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#under >= this.#limits.concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#under++
    try {
      const now = Date.now()
      const start = Math.max(now, this.#next)
      if (this.#limits.rate) this.#next = start + 1000 / this.#limits.rate
      if (start > now) await sleep(start - now, undefined, { signal })
      signal.throwIfAborted()
      return await work()
    } finally {
      // the place goes to the next one that waits, so nobody can slip in between
      const next = this.#waiting.shift()
      if (next) next()
      else this.#under--
    }
  }

  /** Nothing more until then: the target said `Retry-After`. At most a minute. */
  rest(ms: number): void {
    this.#next = Math.max(this.#next, Date.now() + Math.min(ms, 60_000))
  }
}
