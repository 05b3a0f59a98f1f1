import { readFileSync } from 'node:fs'
import { constants, createSecureServer, type Http2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { type Asked, type Atomic, content, Notes, type Reply } from './atomic.ts'

/** A server that speaks HTTP/2, and HTTP/1.1 to whoever asks for that, and what it saw. */
export interface Multiplexing extends Atomic {
  /** How many requests came by each version of HTTP. */
  requests: Record<string, number>
  /** Writes that began in the same turn of the event loop as the one before. */
  together: number
}

interface Ways {
  /** Compares the version, lets others have their turn, and writes whatever is there by then. */
  careless?: boolean
  /** Every stream of HTTP/2 is reset. */
  offersInVain?: boolean
  /** Called before each answer to a write: what goes wrong on the way. */
  breaks?: (session: Http2Session | undefined) => boolean
}

const pem = (name: string): string => readFileSync(new URL(`../../suites/tls/${name}`, import.meta.url), 'utf8')

/** Starts it on a free port, with the certificate that the tests trust. */
export async function multiplexingServer({
  careless = false,
  offersInVain = false,
  breaks = () => false,
}: Ways = {}): Promise<Multiplexing> {
  const notes = new Notes()
  const seen: Pick<Multiplexing, 'requests' | 'together'> = { requests: {}, together: 0 }
  let inTurn = 0
  const sessions = new Set<Http2Session>()
  const server = createSecureServer({ key: pem('server.key'), cert: pem('server.pem'), allowHTTP1: true }, async (request, response) => {
    const { method, url, headers, httpVersion } = request
    seen.requests[httpVersion] = (seen.requests[httpVersion] ?? 0) + 1
    // undefined: whoever asked is gone
    const body = await content(request).catch(() => undefined)
    if (body === undefined) return
    if (method !== 'GET') {
      if (inTurn++ === 0) setImmediate(() => (inTurn = 0))
      else seen.together++
    }
    const asked = { method: method!, url: url!, headers }
    const reply = careless ? await carelessly(notes, asked, body) : notes.answer(asked, body)
    if (method !== 'GET' && breaks(request.httpVersionMajor === 2 ? request.stream.session : undefined)) return
    const text = reply.body === undefined ? '' : JSON.stringify(reply.body)
    response.writeHead(reply.status, { ...reply.headers, ...(text !== '' && { 'content-type': 'application/json' }) })
    response.end(text)
  })
  server.on('session', (session) => {
    if (offersInVain) session.on('stream', (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
    sessions.add(session)
    session.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    for (const session of sessions) session.destroy()
    await new Promise<void>((resolve) => void server.close(() => resolve()))
    notes.close()
  }
  return Object.assign(seen, { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, close })
}

async function carelessly(notes: Notes, asked: Asked, body: string): Promise<Reply> {
  const { 'if-match': sent, ...headers } = asked.headers
  if (sent === undefined) return notes.answer(asked, body)
  const current = notes.answer({ ...asked, method: 'GET' }, '')
  if (current.headers?.['ETag'] !== sent) return { status: 412 }
  await new Promise((resolve) => setImmediate(resolve))
  return notes.answer({ ...asked, headers }, body)
}
