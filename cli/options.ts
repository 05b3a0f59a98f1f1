import { wrongUsage } from './failure.ts'

/** Collects the values of an option that may be given again and again. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value]
}

/** Collects the values of an option that may be given again and again, each read in its own way. */
export function eachOf<T>(read: (value: string) => T): (value: string, before?: T[]) => T[] {
  return (value, before = []) => [...before, read(value)]
}

/** Reads a whole number of an option that lies in a range; anything else is wrong usage. */
export function wholeNumber(option: string, least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= least && number <= most) return number
    throw wrongUsage(`${option} ${value}: expected a whole number from ${least} to ${most}`)
  }
}

/** Reads a number above 0 of an option; anything else is wrong usage. */
export function positiveNumber(option: string, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN
    if (number > 0 && number <= most) return number
    throw wrongUsage(`${option} ${value}: expected a number above 0, at most ${most}`)
  }
}

/** Splits `NAME=VALUE` (or with another separator) at the first separator; both must be there. A secret one is not told again. */
export function pair(
  option: string,
  value: string,
  separator: string,
  form: string,
  { secret = false }: { secret?: boolean } = {},
): [string, string] {
  const at = value.indexOf(separator)
  const name = value.slice(0, at).trim()
  const rest = value.slice(at + separator.length).trim()
  if (at < 1 || name === '' || rest === '') throw wrongUsage(`${option}${secret ? '' : ` ${value}`}: expected ${form}`)
  return [name, rest]
}
