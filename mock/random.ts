import { createHash } from 'node:crypto'

/** Made-up values that come out the same for the same seed. */
export class Random {
  readonly #seed: string
  #count = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  /** 32 hexadecimal digits that this source has not given before. */
  hex(): string {
    this.#count += 1
    return createHash('sha256').update(`${this.#seed}:${this.#count}`).digest('hex').slice(0, 32)
  }

  /** A UUID, version 4 (RFC 9562 §5.4). */
  uuid(): string {
    const hex = this.hex()
    const variant = '89ab'[Number.parseInt(hex[16]!, 16) % 4]
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
}
