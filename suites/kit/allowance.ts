/** Milliseconds of work that something may take: the clock stands still while it waits for its turn. */
export class Allowance {
  readonly #spent: () => void
  #left: number
  #timer: NodeJS.Timeout | undefined
  #since = 0
  #holds = 0

  /** @param spent called when nothing is left */
  constructor(ms: number, spent: () => void) {
    this.#left = ms
    this.#spent = spent
    this.#run()
  }

  /** Until as many `release()` no time passes. */
  hold(): void {
    if (this.#holds++ > 0) return
    clearTimeout(this.#timer)
    this.#left -= performance.now() - this.#since
  }

  release(): void {
    if (--this.#holds === 0) this.#run()
  }

  /** It is done, in time. */
  end(): void {
    this.#holds = Number.MAX_SAFE_INTEGER
    clearTimeout(this.#timer)
  }

  #run(): void {
    this.#since = performance.now()
    this.#timer = setTimeout(this.#spent, Math.max(0, this.#left))
  }
}
