import { createHash } from 'node:crypto'

/** One step of a pattern: characters of which one stands there, so often. */
interface Step {
  of: string
  least: number
  most: number
}

const lower = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
const alphabet = lower + lower.toUpperCase() + digits

/** `[…]`, `\d`, `\w`, `.`, an escaped or a plain character; then how often. */
const step = /(?:\[([^\]^\\][^\]\\]*)\]|\\([dw])|\\([^A-Za-z0-9])|(\.)|([^\\^$.*+?()[\]{}|]))(?:\{(\d+)(,(\d*))?\}|([*+?]))?/y

/**
 * A text of a simple pattern (ECMA-262; no groups, no alternatives, no classes that leave out), the same for the same seed, as long as it
 * may be so that other seeds give others. Undefined where the pattern is more than that.
 */
export function textOf(pattern: string, seed: string, longest: number): string | undefined {
  const steps = stepsOf(pattern.replace(/^\^/, '').replace(/\$$/, ''))
  if (!steps) return undefined
  let room = longest - steps.reduce((sum, { least }) => sum + least, 0)
  if (room < 0) return undefined
  const numbers = numbersOf(seed)
  return steps
    .map(({ of, least, most }) => {
      const more = Math.min(most - least, 12, room)
      room -= more
      return Array.from({ length: least + more }, () => of[numbers.next().value! % of.length]).join('')
    })
    .join('')
}

function stepsOf(pattern: string): Step[] | undefined {
  const steps: Step[] = []
  for (let at = 0; at < pattern.length; at = step.lastIndex) {
    step.lastIndex = at
    const found = step.exec(pattern)
    if (!found) return undefined
    const [, set, letter, escaped, any, plain, least, range, most, sign] = found
    const of = set !== undefined ? charactersOf(set) : letter === 'd' ? digits : letter === 'w' || any ? alphabet : (escaped ?? plain!)
    const from = sign === undefined ? Number(least ?? 1) : sign === '+' ? 1 : 0
    const open = sign === '*' || sign === '+' || (range !== undefined && most === '')
    steps.push({ of, least: from, most: open ? Infinity : sign === '?' ? 1 : Number(most || from) })
  }
  return steps
}

function charactersOf(set: string): string {
  return set.replace(/(.)-(.)/g, (_, from: string, to: string) =>
    Array.from({ length: Math.max(0, to.charCodeAt(0) - from.charCodeAt(0) + 1) }, (_unused, at) =>
      String.fromCharCode(from.charCodeAt(0) + at),
    ).join(''),
  )
}

function* numbersOf(seed: string): Generator<number, never> {
  for (let round = 0; ; round++) yield* createHash('sha256').update(`${seed}\n${round}`).digest()
}
