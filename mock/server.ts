import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isSafe } from '../http/methods.ts'
import type { Cors } from './cors.ts'
import type { Engine } from './engine.ts'
import { headerOf, type Answer, type HeaderLines, type Request } from './message.ts'
import { reject } from './decision.ts'
import { rejection } from './rejection.ts'
import type { Result } from './turns.ts'

/** What a server needs beside its engine. */
export interface ServerOptions {
  /** Bytes of content that are read; more is 413. */
  limit: number
  log: ((line: string) => void) | undefined
  reset(): void
}

/** A mock on a socket. */
export interface Listening {
  url: string
  /** Ends everything, open connections too. */
  close(): Promise<void>
}

/** The path that puts the data back. */
export const resetPath = '/__ifmatch/reset'

/**
 * Carries an engine on node:http.
 *
 * @param port 0 picks a free one
 * @throws what node:net says where the address cannot be had (`EADDRINUSE`, `EACCES`)
 */
export async function listen(
  engine: Engine,
  cors: Cors,
  where: { port: number; host: string },
  options: ServerOptions,
): Promise<Listening> {
  const carrier = new Carrier(engine, cors, options, ++listeners)
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => carrier.serve(request, response, false))
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => carrier.serve(request, response, true))
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  await new Promise<void>((resolve, fail) => {
    server.once('error', fail)
    server.listen(where.port, where.host, () => {
      server.off('error', fail)
      resolve()
    })
  })
  const { address, family, port } = server.address() as AddressInfo
  return { url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`, close: () => close(server) }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** How many listeners there were, to tell them apart. */
let listeners = 0

class Carrier {
  readonly #listener: number
  readonly #engine: Engine
  readonly #cors: Cors
  readonly #options: ServerOptions
  /** By path, where a fault keeps others out: the end of the last write. */
  readonly #ends = new Map<string, Promise<unknown>>()

  constructor(engine: Engine, cors: Cors, options: ServerOptions, listener: number) {
    this.#listener = listener
    this.#engine = engine
    this.#cors = cors
    this.#options = options
  }

  /** @param expects the client waits for a word before it sends the content (RFC 9110 §10.1.1) */
  serve(incoming: IncomingMessage, response: ServerResponse, expects: boolean): void {
    if (!this.#engine.isPossessive) return this.#serve(incoming, response, expects)
    const [path] = incoming.url!.split('?', 1)
    const before = this.#ends.get(path!) ?? Promise.resolve()
    if (!isSafe(incoming.method!)) {
      const { promise, resolve } = Promise.withResolvers<void>()
      response.once('close', resolve)
      this.#ends.set(
        path!,
        before.then(() => promise),
      )
    }
    void before.then(() => this.#serve(incoming, response, expects))
  }

  #serve(incoming: IncomingMessage, response: ServerResponse, expects: boolean): void {
    const request: Request = {
      method: incoming.method!,
      target: incoming.url!,
      headers: linesOf(incoming.rawHeaders),
      body: undefined,
      listener: this.#listener,
    }
    const direct = this.#direct(this.#engine.perceived(request))
    if (direct !== undefined) return this.#end(request, response, { answer: direct, transport: undefined }, incoming)
    const length = incoming.headers['content-length']
    if (length !== undefined && Number(length) > this.#options.limit)
      return this.#end(request, response, { answer: this.#tooLarge(request), transport: undefined }, incoming)
    const hasContent = (length !== undefined && length !== '0') || incoming.headers['transfer-encoding'] !== undefined
    if (!hasContent) return this.#answer({ ...request, body: noContent }, response, incoming)
    if (this.#engine.isHasty) {
      const refused = this.#engine.early(request)
      return this.#read({ ...request, isChecked: true }, incoming, response, refused)
    }
    if (expects) {
      const early = this.#engine.early(request)
      if (early !== undefined) return this.#end(request, response, { answer: early, transport: undefined }, incoming)
      response.writeContinue()
    }
    this.#read(request, incoming, response)
  }

  /** @param decided the answer, if it does not depend on the content */
  #read(request: Request, incoming: IncomingMessage, response: ServerResponse, decided?: Answer): void {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= this.#options.limit) chunks.push(chunk)
      else if (!response.headersSent) this.#end(request, response, { answer: this.#tooLarge(request), transport: undefined }, incoming)
    })
    incoming.on('end', () => {
      if (size > this.#options.limit) return
      if (decided !== undefined) this.#end({ ...request, body: noContent }, response, { answer: decided, transport: undefined }, incoming)
      else this.#answer({ ...request, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }, response, incoming)
    })
    // a client that goes away before its request is whole has asked for nothing
    incoming.on('error', () => response.destroy())
  }

  #answer(request: Request, response: ServerResponse, incoming: IncomingMessage): void {
    try {
      const result = this.#engine.handle(request)
      if (result instanceof Promise)
        result
          .then((late) => this.#end(request, response, late, incoming))
          .catch((error: unknown) => this.#failed(request, response, error, incoming))
      else this.#end(request, response, result, incoming)
    } catch (error) {
      this.#failed(request, response, error, incoming)
    }
  }

  /** What needs no engine: OPTIONS, and the mock's own path. */
  #direct(request: Request): Answer | undefined {
    if (request.target === resetPath) {
      if (request.method === 'OPTIONS')
        return { status: 204, headers: [['Allow', 'POST, OPTIONS'], ...this.#cors.preflight(request.headers, ['POST'])], body: '' }
      if (request.method !== 'POST') {
        return rejection(
          { ...reject(405, 'RFC 9110 §15.5.6', `${resetPath} takes POST`), headers: [['Allow', 'POST, OPTIONS']] },
          undefined,
        )
      }
      this.#options.reset()
      return { status: 204, headers: [], body: '' }
    }
    if (request.method !== 'OPTIONS' || this.#engine.operation(request) !== undefined) return undefined
    const methods = request.target === '*' ? [] : this.#engine.methods(request.target)
    if (methods === undefined) return undefined
    return { status: 204, headers: [['Allow', methods.join(', ')], ...this.#cors.preflight(request.headers, methods)], body: '' }
  }

  #tooLarge({ target, method }: Request): Answer {
    const text = `the content is larger than ${this.#options.limit} bytes`
    return rejection(reject(413, 'RFC 9110 §15.5.14', text), this.#engine.operation({ method, target }))
  }

  #failed(request: Request, response: ServerResponse, error: unknown, incoming: IncomingMessage): void {
    const text = `the mock itself failed: ${error instanceof Error ? error.message : String(error)}`
    this.#options.log?.(error instanceof Error ? (error.stack ?? text) : text)
    if (!response.headersSent)
      this.#end(request, response, { answer: rejection(reject(500, 'internal', text), undefined), transport: undefined }, incoming)
  }

  #end(request: Request, response: ServerResponse, { answer, transport }: Result, incoming: IncomingMessage): void {
    if (transport?.kind === 'delay') {
      setTimeout(() => this.#end(request, response, { answer, transport: undefined }, incoming), transport.ms).unref()
      return
    }
    this.#log(request, answer)
    if (response.destroyed || response.headersSent) return
    if (transport?.kind === 'drop') return void incoming.socket.destroy()
    const headers: string[] = []
    const lines: HeaderLines = [...answer.headers, ...this.#cors.headers(headerOf(request.headers, 'origin'))]
    for (const [name, value] of this.#engine.sentLines(lines, answer.status)) headers.push(name, value)
    const bare = answer.status === 204 || answer.status === 304
    const length = Buffer.isBuffer(answer.body) ? answer.body.length : Buffer.byteLength(answer.body)
    if (!bare) headers.push('Content-Length', String(length))
    // content that was not read would be taken for the next request
    if (!incoming.complete && request.body === undefined) headers.push('Connection', 'close')
    response.writeHead(answer.status, headers)
    if (transport?.kind === 'truncate') {
      response.write(Buffer.from(answer.body).subarray(0, transport.bytes), () => incoming.socket.destroy())
      return
    }
    if (transport?.kind === 'trail') return this.#trailed(response, transport.text)
    response.end(request.method === 'HEAD' || bare ? undefined : answer.body)
  }

  /** Content where HTTP allows none: only a fault asks for it, and node:http would not send it. */
  #trailed(response: ServerResponse, text: string): void {
    const { socket } = response
    response.flushHeaders()
    socket?.write(text)
    response.end()
  }

  #log({ method, target }: Request, answer: Answer): void {
    if (this.#options.log === undefined) return
    const why = headerOf(answer.headers, 'ifmatch-decision')
    this.#options.log(`${method} ${target} ${answer.status}${why === undefined ? '' : ` ${why}`}`)
  }
}

const noContent = Buffer.alloc(0)

function linesOf(raw: string[]): HeaderLines {
  const lines: HeaderLines = []
  for (let at = 0; at < raw.length; at += 2) lines.push([raw[at]!, raw[at + 1]!])
  return lines
}
