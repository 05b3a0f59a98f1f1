import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Desk, Question, Reply } from './desk.ts'
import { Files } from './files.ts'
import { Folders } from './folders.ts'
import { type Bug, type Habits, plain } from './habits.ts'
import { Notes } from './notes.ts'
import { Payments } from './payments.ts'
import { Labels, Users } from './users.ts'

export interface Office {
  url: string
  [Symbol.asyncDispose](): Promise<void>
}

/** The contract of the office. */
export const contractFile: string = fileURLToPath(new URL('office.openapi.yaml', import.meta.url))

/** Who may come in. */
export const badges: { [token: string]: string } = { 'badge-of-anna': 'anna', 'badge-of-ben': 'ben' }

/**
 * An office of users, labels, payments, notes, folders and files on loopback, for tests of the suites: unique values, keys, states, merges, locks.
 * It shares no code with anything that it is used to test, so that a rule that was understood wrongly is not understood wrongly twice.
 */
export async function openOffice(changes: Partial<Habits> = {}, bug?: Bug): Promise<Office> {
  const habits = { ...plain, ...changes }
  const desks: { [name: string]: Desk & { answer(question: Question): Reply | Promise<Reply> } } = {
    users: new Users('users', habits, bug),
    labels: new Labels('labels', habits, bug),
    payments: new Payments('payments', habits, bug),
    notes: new Notes('notes', habits, bug),
    folders: new Folders('folders', habits, bug),
    files: new Files('files', habits, bug),
  }
  let requests = 0
  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost')
    const path = pathname.split('/').slice(1).map(decodeURIComponent)
    const caller = badges[String(request.headers.authorization).replace('Bearer ', '')]
    const content = await text(request)
    if (caller === undefined) return { status: 401, headers: { 'WWW-Authenticate': 'Bearer' }, content: 'who are you?' }
    const desk = desks[path[0]!]
    const may = desk && methods(path)
    if (!may) return { status: 404, headers: {}, content: 'no such place' }
    const head = request.method === 'HEAD'
    const method = head ? 'GET' : request.method!
    if (method === 'OPTIONS') return { status: 204, headers: { Allow: may.join(', ') }, content: '' }
    if (!may.includes(method)) return { status: 405, headers: { Allow: may.join(', ') }, content: 'not here' }
    const type = request.headers['content-type']?.split(';')[0]
    const wanted = path[0] === 'files' ? 'text/plain' : 'application/json'
    const bodied = method === 'PUT' || (method === 'POST' && path[2] !== 'refund' && path[2] !== 'lock')
    if (bodied && type !== wanted) return { status: 415, headers: {}, content: `send ${wanted}` }
    const owner = desk.things.get(path[1] ?? '')?.owner
    if (habits.ownersOnly && method !== 'GET' && owner !== undefined && owner !== caller)
      return { status: 403, headers: {}, content: 'not yours' }
    return desk.answer({ method, path, query: searchParams, headers: request.headers, content, caller })
  }
  const server = createServer({ keepAliveTimeout: 65_000 }, async (request, response) => {
    const { status, headers, content } = await answer(request)
    response.setHeader('X-Request-Id', String(++requests))
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const bare = status === 204
    if (!bare) response.setHeader('Content-Length', Buffer.byteLength(content))
    response.writeHead(status)
    response.end(bare || request.method === 'HEAD' ? undefined : content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close }
}

/** What may be asked for at a path; undefined: there is no such path. */
function methods([desk = '', id, action, more]: string[]): string[] | undefined {
  if (more !== undefined) return undefined
  if (id === undefined) return desk === 'files' ? undefined : ['GET', 'POST']
  if (desk === 'notes' && id === 'bulk' && action === undefined) return ['POST']
  return allowed.get(action === undefined ? desk : `${desk}/${action}`)
}

const allowed = new Map([
  ['users', ['GET', 'PUT', 'DELETE']],
  ['labels', ['GET', 'DELETE']],
  ['payments', ['GET', 'DELETE']],
  ['payments/refund', ['POST']],
  ['notes', ['GET', 'PUT', 'PATCH', 'DELETE']],
  ['notes/merge', ['POST']],
  ['folders', ['GET', 'PUT', 'DELETE']],
  ['files', ['GET', 'PUT', 'DELETE']],
  ['files/lock', ['POST', 'DELETE']],
])

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
