import { randomBytes } from 'node:crypto'

/** A seed where nobody gave one: short enough to be typed. */
export function randomSeed(): string {
  return randomBytes(6).toString('hex')
}
