import net from 'node:net'
import tls from 'node:tls'
import type { HeaderLine } from '../../reports/model.ts'

/** An answer as it came over a bare connection. */
export interface RawAnswer {
  status: number
  headers: HeaderLine[]
  body: Buffer
}

export interface RawOptions {
  /** Milliseconds until the whole answer must be there. */
  timeout: number
  /** Bytes of the answer at most. */
  limit: number
  signal?: AbortSignal
}

/**
 * Sends bytes as they are over a connection of their own and reads one answer: for what undici rightly refuses to send. Parts are
 * written one after the other, each when the one before is gone.
 * @throws Error when there is no whole answer: what the socket says, `no whole answer in …`, `answered more than …`, `no HTTP`
 */
export async function sendRaw(url: URL, parts: readonly (string | Buffer)[], { timeout, limit, signal }: RawOptions): Promise<RawAnswer> {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const socket =
    url.protocol === 'https:' ? tls.connect({ host, port, servername: net.isIP(host) ? '' : host }) : net.connect({ host, port })
  socket.setNoDelay(true)
  const late = setTimeout(() => socket.destroy(new Error(`no whole answer in ${timeout / 1000} s`)), timeout)
  const stop = (): void => void socket.destroy(new Error('interrupted'))
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for (const part of parts)
      await new Promise<void>((resolve, reject) => socket.write(part, (error) => (error ? reject(error) : resolve())))
    let bytes = Buffer.alloc(0)
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      bytes = Buffer.concat([bytes, chunk])
      if (bytes.length > limit) throw new Error(`answered more than ${limit} bytes`)
      const answer = parse(bytes, false)
      if (answer) return answer
    }
    const answer = parse(bytes, true)
    if (!answer) throw new Error('the connection was closed before the answer was whole')
    return answer
  } finally {
    clearTimeout(late)
    signal?.removeEventListener('abort', stop)
    socket.destroy()
  }
}

/** The first final answer in the bytes; undefined while it is not whole. `ended`: nothing more will come. */
function parse(bytes: Buffer, ended: boolean): RawAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1])
  if (!status) throw new Error(`the answer is no HTTP: ${JSON.stringify(first.slice(0, 80))}`)
  const rest = bytes.subarray(end + 4)
  // 1xx is not the answer yet (RFC 9110 §15.2)
  if (status < 200) return parse(rest, ended)
  const headers = lines.map((line): HeaderLine => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
  const value = (name: string): string | undefined => headers.find(([field]) => field.toLowerCase() === name)?.[1]
  const body = content(rest, status, value('transfer-encoding'), value('content-length'), ended)
  return body && { status, headers, body }
}

/** RFC 9112 §6.3. An answer to HEAD has to be read by who asked: the status alone does not tell. */
function content(rest: Buffer, status: number, coding: string | undefined, length: string | undefined, ended: boolean): Buffer | undefined {
  if (status === 204 || status === 304) return Buffer.alloc(0)
  if (coding?.toLowerCase().endsWith('chunked')) return chunks(rest)
  if (length !== undefined) return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined
  return ended ? rest : undefined
}

function chunks(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16)
    if (Number.isNaN(size)) throw new Error('the answer is no HTTP: a chunk has no size')
    if (size === 0) return bytes.includes('\r\n', end + 2) ? Buffer.concat(parts) : undefined
    if (bytes.length < end + 2 + size + 2) return undefined
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}
