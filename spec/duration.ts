import { markOf } from './marks.ts'
import type { Problems } from './problems.ts'

const pattern = /^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/** The ISO 8601 duration at a key, in milliseconds (a month has 30 days, a year 365); undefined if nothing is said, or no duration. */
export function readDuration(holder: Record<string, unknown>, key: string, problems: Problems): number | undefined {
  const said = holder[key]
  if (typeof said !== 'string') return undefined
  const parts = pattern.exec(said)
  if (!parts) {
    problems.error(
      markOf(holder, key),
      `${said} is no duration of ISO 8601; a day is PT24H or P1D, a quarter of an hour PT15M`,
      said,
      'PT24H',
    )
    return undefined
  }
  const seconds = [365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1]
  return seconds.reduce((sum, length, at) => sum + Number(parts[at + 1] ?? 0) * length, 0) * 1000
}
