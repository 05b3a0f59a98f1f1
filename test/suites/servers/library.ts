import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type Bug, type Habits, isCoded, isGerman, plain } from './habits.ts'
import { Shelving } from './shelving.ts'

/** What a request is answered. */
export interface Reply {
  status: number
  headers: { [name: string]: string }
  content: string
}

/** A request, its body read. */
export interface Question {
  method: string
  path: string[]
  headers: IncomingMessage['headers']
  content: string
}

export interface Library {
  server: Server
  url: string
  [Symbol.asyncDispose](): Promise<void>
}

/** The contract of the library. */
export const contractFile: string = fileURLToPath(new URL('library.openapi.yaml', import.meta.url))

/**
 * A library of books, shelves and loans on loopback, for tests of the suites. It shares no code with anything that it is used to test, so that
 * a rule that was understood wrongly is not understood wrongly twice.
 */
export async function openLibrary(changes: Partial<Habits> = {}, bug?: Bug): Promise<Library> {
  const habits = { ...plain, ...changes }
  const shelving = new Shelving(habits, bug)
  let requests = 0
  const reply = async (question: Question): Promise<Reply> => {
    if (habits.throttle > 0 && ++requests % habits.throttle === 0 && requests <= 3 * habits.throttle)
      return { status: 429, headers: { 'Retry-After': '0' }, content: 'later' }
    if (habits.credential !== undefined && question.headers.authorization !== habits.credential) return shelving.refuse(401, 'unauthorised')
    if (bug !== 'check-then-write' || question.method === 'GET' || question.method === 'HEAD') return shelving.answer(question)
    const checked = shelving.picture()
    await setTimeout(20)
    return shelving.answer(question, checked)
  }
  const server = createServer({ keepAliveTimeout: 65_000 }, async (request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname.split('/').slice(1).map(decodeURIComponent)
    const question = { method: request.method!, path, headers: request.headers, content: await text(request) }
    send(await reply(question), request, response, habits)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  shelving.base = url
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { server, url, [Symbol.asyncDispose]: close }
}

function send({ status, headers, content }: Reply, request: IncomingMessage, response: ServerResponse, habits: Habits): void {
  response.sendDate = habits.date
  if (habits.date) response.setHeader('Date', new Date(Date.now() + habits.clock).toUTCString())
  const coded = content !== '' && isCoded(request.headers, habits)
  const german = isGerman(request.headers, habits)
  const said = german ? `${content} ` : content
  const bytes = coded ? gzipSync(said) : Buffer.from(said)
  if (german) response.setHeader('Content-Language', 'de')
  if (coded) response.setHeader('Content-Encoding', 'gzip')
  if (habits.gzip === 'asked') response.setHeader('Vary', 'Accept-Encoding')
  if (habits.connection === 'close') response.setHeader('Connection', 'close')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  const bare = status === 204 || status === 304
  if (!bare && !habits.chunked) response.setHeader('Content-Length', bytes.length)
  response.writeHead(status)
  if (bare || request.method === 'HEAD') return void response.end()
  // in two pieces, so that a chunked answer really has chunks
  response.write(bytes.subarray(0, bytes.length / 2))
  response.end(bytes.subarray(bytes.length / 2))
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
