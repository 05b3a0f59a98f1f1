import { hash } from 'node:crypto'

/** Where fresh values come from. */
export type Source = Pick<Words, 'word' | 'uuid'>

/** Fresh values of one check on one resource: the same for the same seed, others for every call. */
export class Words {
  readonly #root: string
  #count = 0

  constructor(seed: string, check: string, resource: string) {
    this.#root = `${seed}\n${check}\n${resource}\n`
  }

  /** The same values in turn, but words begin with a prefix. */
  beginning(prefix: string): Source {
    return { word: () => prefix + this.word(), uuid: () => this.uuid() }
  }

  /** A word of twelve letters and digits; the first is a letter, and all are lower case. */
  word(): string {
    const digest = this.#digest()
    const number = BigInt(`0x${digest.slice(0, 32)}`)
    return `w${number.toString(36).padStart(11, '0').slice(-11)}`
  }

  /** A UUID (version 4 in form, RFC 9562 §5.4). */
  uuid(): string {
    const hex = this.#digest()
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }

  #digest(): string {
    return hash('sha256', `${this.#root}${this.#count++}`, 'hex')
  }
}
