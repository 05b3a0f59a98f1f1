import type { HeaderLine } from '../../reports/model.ts'

/** An answer as it came over a bare connection. */
export interface RawAnswer {
  status: number
  headers: HeaderLine[]
  body: Buffer
}

/** An answer that is whole, and what the connection is good for after it. */
export interface Parsed {
  answer: RawAnswer
  /** Another request may be sent on it. */
  stays: boolean
  /** What came behind it. */
  after: Buffer
}

/**
 * The first final answer in the bytes; undefined while it is not whole (RFC 9112 §6.3).
 *
 * @param ended nothing more will come
 * @param toHead it answers HEAD: whatever length it tells, no content follows (RFC 9112 §6.3)
 * @throws Error that begins with `the answer is no HTTP`
 */
export function parseAnswer(bytes: Buffer, ended: boolean, toHead = false): Parsed | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) {
    if (bytes.length > 4 && !bytes.subarray(0, 5).equals(version)) throw noHttp(bytes.toString('latin1').split('\r\n', 1)[0]!)
    return undefined
  }
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1])
  if (!status) throw noHttp(first)
  const rest = bytes.subarray(end + 4)
  // 1xx is not the answer yet (RFC 9110 §15.2)
  if (status < 200) return parseAnswer(rest, ended, toHead)
  const headers = lines.map((line): HeaderLine => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
  const value = (name: string): string | undefined => headers.find(([field]) => field.toLowerCase() === name)?.[1]
  const bare = toHead || status === 204 || status === 304
  const read = bare ? nothing : content(rest, value('transfer-encoding'), value('content-length'), ended)
  if (!read) return undefined
  const closes = first.startsWith('HTTP/1.0') || /\bclose\b/i.test(value('connection') ?? '')
  // bytes that nobody asked for make the connection useless
  return {
    answer: { status, headers, body: read.body },
    stays: !ended && !closes && read.length === rest.length,
    after: rest.subarray(read.length),
  }
}

const version = Buffer.from('HTTP/')

function noHttp(first: string): Error {
  return new Error(`the answer is no HTTP: ${JSON.stringify(first.slice(0, 80))}`)
}

interface Read {
  body: Buffer
  /** How many bytes it took. */
  length: number
}

const nothing: Read = { body: Buffer.alloc(0), length: 0 }

function content(rest: Buffer, coding: string | undefined, length: string | undefined, ended: boolean): Read | undefined {
  if (coding?.toLowerCase().endsWith('chunked')) return chunks(rest)
  if (length !== undefined) {
    const whole = Number(length)
    return rest.length >= whole ? { body: rest.subarray(0, whole), length: whole } : undefined
  }
  return ended ? { body: rest, length: rest.length } : undefined
}

function chunks(bytes: Buffer): Read | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16)
    if (Number.isNaN(size)) throw new Error('the answer is no HTTP: a chunk has no size')
    if (size === 0) {
      // the trailer section, most often empty, ends with an empty line
      const last = bytes.indexOf('\r\n\r\n', end)
      return last < 0 ? undefined : { body: Buffer.concat(parts), length: last + 4 }
    }
    if (bytes.length < end + 2 + size + 2) return undefined
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}
