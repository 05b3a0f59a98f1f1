/** HTTP dates (RFC 9110 §5.6.7): all three formats are read, only the first is written. Whole seconds, always UTC. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const fullDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

const clock = '(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})'
const month = `(?<month>${months.join('|')})`
const imfFixdate = new RegExp(`^(?<name>${days.join('|')}), (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${clock} GMT$`)
const rfc850 = new RegExp(`^(?<name>${fullDays.join('|')}), (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${clock} GMT$`)
const asctime = new RegExp(`^(?<name>${days.join('|')}) ${month} (?<day>\\d{2}| \\d) ${clock} (?<year>\\d{4})$`)

/**
 * Reads an HTTP date in any of the three formats of RFC 9110 §5.6.7: IMF-fixdate, the obsolete RFC 850 format and asctime. It is strict
 * about everything that the grammar fixes (case, blanks, two digits, GMT), about days that do not exist and about the name of the day.
 *
 * @param text a field value
 * @param now the reader's clock, in milliseconds: a two-digit year that would lie more than 50 years ahead is in the past (§5.6.7)
 * @returns milliseconds since 1970, or undefined where the text is no HTTP date
 */
export function parseHttpDate(text: string, now: number = Date.now()): number | undefined {
  const found = imfFixdate.exec(text) ?? asctime.exec(text)
  if (found !== null) return instant(found.groups!, Number(found.groups!['year']))
  const old = rfc850.exec(text)
  if (old === null) return undefined
  const today = new Date(now).getUTCFullYear()
  let year = today - (today % 100) + 100 + Number(old.groups!['year'])
  while (year > today + 50) year -= 100
  return instant(old.groups!, year)
}

/**
 * Writes an HTTP date as IMF-fixdate, the only format that may be generated (RFC 9110 §5.6.7).
 *
 * @param ms milliseconds since 1970; what is below a second is cut off
 */
export function formatHttpDate(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second !== last.second) last = { second, text: new Date(ms).toUTCString() }
  return last.text
}

/** The date that was written last: servers write the same one often. */
let last = { second: Number.NaN, text: '' }

/** A leap second (§5.6.7 allows `60`) is the second after it. */
function instant(part: Record<string, string | undefined>, year: number): number | undefined {
  const [day, hour, minute, second] = ['day', 'hour', 'minute', 'second'].map((name) => Number(part[name])) as [
    number,
    number,
    number,
    number,
  ]
  const index = months.indexOf(part['month']!)
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, index, day)
  if (date.getUTCMonth() !== index || date.getUTCDate() !== day) return undefined
  if (days[date.getUTCDay()] !== part['name']!.slice(0, 3)) return undefined
  return date.setUTCHours(hour, minute, second, 0)
}
