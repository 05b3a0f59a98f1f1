import { markOf, markOfContainer } from '../../spec/marks.ts'
import { Problems } from '../../spec/problems.ts'
import { didYouMean } from '../../spec/spelling.ts'

/** A map that was read from a file and remembers where it stood. */
export type Part = Record<string, unknown>

/** Takes a file apart member by member and collects what is not as it must be, with its place. */
export class Shape {
  readonly #problems = new Problems()

  text(of: Part, key: string): string {
    return this.#take(of, key, (value) => typeof value === 'string', 'a text', '')
  }

  textOrNull(of: Part, key: string): string | null {
    return this.#take(of, key, (value) => value === null || typeof value === 'string', 'a text or null', null)
  }

  truth(of: Part, key: string): boolean {
    return this.#take(of, key, (value) => typeof value === 'boolean', 'true or false', false)
  }

  /** Not below `least`. */
  number(of: Part, key: string, least: number): number {
    return this.#take(of, key, (value) => Number.isFinite(value) && (value as number) >= least, `a number from ${least}`, least)
  }

  oneOf<T extends string>(of: Part, key: string, known: readonly T[]): T {
    const isKnown = (value: unknown) => (known as readonly unknown[]).includes(value)
    const given = of[key]
    const near = typeof given === 'string' && !isKnown(given) ? didYouMean(given, known) : undefined
    return this.#take(of, key, isKnown, `one of ${known.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`, known[0]!)
  }

  map(of: Part, key: string): Part {
    return this.#take(of, key, isMap, 'a map', {})
  }

  /** A list of at least so many maps. */
  maps(of: Part, key: string, least: number): Part[] {
    const fits = (value: unknown) => Array.isArray(value) && value.length >= least && value.every(isMap)
    return this.#take(of, key, fits, `a list of at least ${least} maps`, [])
  }

  /** @throws ContractError if anything was wrong. */
  check(): void {
    this.#problems.check()
  }

  /** The member if it fits; else what stands for it until `check` is called. */
  #take<T>(of: Part, key: string, fits: (value: unknown) => boolean, expected: string, instead: T): T {
    const value = of[key]
    if (fits(value)) return value as T
    const said = value === undefined ? `"${key}" is missing` : `"${key}" is ${JSON.stringify(value).slice(0, 80)}`
    this.#problems.error(value === undefined ? markOfContainer(of) : markOf(of, key), `${said}; it must be ${expected}`, value, expected)
    return instead
  }
}

function isMap(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
