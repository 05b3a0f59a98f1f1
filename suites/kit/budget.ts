import type { Limits } from '../target.ts'
import { Unsent } from './verdict.ts'

/** After so many requests in a row without an answer none is sent any more. */
const patience = 20

/** Counts what goes out, and says when nothing may go out any more. */
export class Budget {
  readonly #most: number
  /** How many requests are kept for deleting what was made. */
  readonly #kept: () => number
  #sent = 0
  /** Requests in a row that had no answer. */
  #unanswered = 0
  /** Somebody has answered. */
  hasMet = false
  /** How many requests went out, by method. */
  readonly requests: Map<string, number> = new Map()

  constructor({ requests = Number.POSITIVE_INFINITY }: Pick<Limits, 'requests'>, kept: () => number) {
    this.#most = requests
    this.#kept = kept
  }

  /**
   * Takes so many requests out.
   * @param cleaning they delete what was made: there must be requests left for them
   * @throws Unsent where they may not be sent
   */
  take(purpose: string, { requests = 1, cleaning = false }: { requests?: number; cleaning?: boolean } = {}): void {
    // a dead target would else cost a time-out for every request of every check
    if (this.#unanswered >= patience) throw new Unsent(`${purpose}: not sent, since the last ${patience} requests had no answer`)
    if (this.#sent + requests - 1 + (cleaning ? 0 : this.#kept()) >= this.#most)
      throw new Unsent(`${purpose}: not sent, since no more than ${this.#most} requests may be sent (limits.requests, --max-requests)`)
    this.#sent += requests
  }

  /** So many that were taken were not needed. */
  giveBack(requests: number): void {
    this.#sent -= requests
  }

  /** One of those that were taken goes out. */
  goes(method: string): void {
    this.requests.set(method, (this.requests.get(method) ?? 0) + 1)
  }

  /** What became of it. */
  came(answer: 'answered' | 'silent'): void {
    if (answer === 'silent') return void this.#unanswered++
    this.#unanswered = 0
    this.hasMet = true
  }
}
