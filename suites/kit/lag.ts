/** How far reads of a resource are behind its writes, as far as this run has seen: learnt by one check, counted on by the others. */
export class Lag {
  #longest = 0

  /** Milliseconds after which a write showed at the latest; Infinity: one did not show in all the time that was waited. */
  get longest(): number {
    return this.#longest
  }

  /** A read may show any older version, however long one waits. */
  get isEndless(): boolean {
    return this.#longest === Infinity
  }

  /** A write that was performed showed so late. */
  saw(ms: number): void {
    this.#longest = Math.max(this.#longest, ms)
  }
}
