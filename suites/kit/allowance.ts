/** Milliseconds of work that something may take: the clock stands still while it waits for its turn. */
export class Allowance {
  readonly #spent: () => void
  /** What was left when the clock began to run, or stood still. */
  #kept: number
  #since = performance.now()
  #holds = 0
  #timer: NodeJS.Timeout | undefined

  /** @param spent called when nothing is left */
  constructor(ms: number, spent: () => void) {
    this.#kept = ms
    this.#spent = spent
    this.#look()
  }

  /** Until as many `release()` no time passes. */
  hold(): void {
    if (this.#holds++ === 0) this.#kept -= performance.now() - this.#since
  }

  release(): void {
    if (--this.#holds > 0) return
    this.#since = performance.now()
    if (!this.#timer) this.#look()
  }

  /** It is done, in time. */
  end(): void {
    this.#holds = Number.MAX_SAFE_INTEGER
    clearTimeout(this.#timer)
  }

  get #left(): number {
    return this.#holds > 0 ? this.#kept : this.#kept - (performance.now() - this.#since)
  }

  /** Looks when nothing can be left at the earliest. Each request holds the clock once: a timer for each would cost more than this. */
  #look(): void {
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        // the release looks again
        if (this.#holds > 0) return
        // timers may fire a little early
        if (this.#left < 1) this.#spent()
        else this.#look()
      },
      Math.max(0, this.#left),
    )
  }
}
