import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'

/** How often the server fails, as parts of one: by answers that are lost before or after the commit, and by 503. */
export interface Losses {
  before: number
  after: number
  busy: number
}

/** A server that does it right: every check is in the statement that writes. */
export interface Atomic {
  url: string
  close(): Promise<void>
}

/** An answer. */
export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

/** What it looks at of a request. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

interface Note {
  id: string
  version: number
  title: string
  text: string
}

/** Starts it on a free port, over a database in memory. @param random of [0, 1) for the losses */
export async function atomicServer(losses: Losses = { before: 0, after: 0, busy: 0 }, random: () => number = Math.random): Promise<Atomic> {
  const notes = new Notes()
  const server = createServer(async (request, response) => {
    const body = await content(request)
    // others have their turn between the content and the statement
    await new Promise((resolve) => setImmediate(resolve))
    const chance = request.method === 'GET' ? 1 : random()
    const { before, after, busy } = losses
    if (chance < before) return void request.socket.destroy()
    if (chance < before + busy) return send(response, { status: 503 })
    const reply = notes.answer(request, body)
    if (chance < before + busy + after) return void request.socket.destroy()
    send(response, reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closed(server, notes) }
}

/** What it keeps, and how it answers. */
export class Notes {
  readonly #database = new DatabaseSync(':memory:')
  #serial = 0

  constructor() {
    this.#database.exec(`
      CREATE TABLE note (id TEXT PRIMARY KEY, version INTEGER NOT NULL, title TEXT UNIQUE NOT NULL, text TEXT);
      CREATE TABLE used (key TEXT PRIMARY KEY, request TEXT NOT NULL, id TEXT NOT NULL)`)
  }

  close(): void {
    this.#database.close()
  }

  answer(request: Asked, body: string): Reply {
    const id = /^\/notes\/([^/?]+)/.exec(request.url!)?.[1]
    if (id === undefined) return request.method === 'POST' ? this.#create(request, body) : this.#list()
    if (request.method === 'GET') return this.#read(id, 200)
    if (request.method === 'DELETE') return this.#remove(id, versionIn(request))
    const { title, text } = JSON.parse(body) as Partial<Note>
    if (request.headers['if-none-match'] === '*') return this.#put(id, title, text)
    return this.#replace(id, versionIn(request), title, text)
  }

  #list(): Reply {
    return { status: 200, body: this.#database.prepare('SELECT id, title, text FROM note ORDER BY rowid DESC LIMIT 1000').all() }
  }

  #read(id: string, status: number): Reply {
    const note = this.#database.prepare('SELECT * FROM note WHERE id = ?').get(id) as Note | undefined
    if (note === undefined) return { status: 404 }
    const { version, ...body } = note
    return { status, headers: { ETag: `"${version}"`, Location: `/notes/${id}` }, body }
  }

  #create(request: Asked, body: string): Reply {
    const { title, text } = JSON.parse(body) as Partial<Note>
    const id = `n${++this.#serial}`
    const key = request.headers['idempotency-key']
    if (key !== undefined) {
      const { changes } = this.#database.prepare('INSERT INTO used VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(String(key), body, id)
      const first = this.#database.prepare('SELECT * FROM used WHERE key = ?').get(String(key)) as { request: string; id: string }
      if (changes === 0) return first.request === body ? this.#read(first.id, 201) : { status: 422 }
    }
    const made = this.#put(id, title, text)
    if (made.status !== 201 && key !== undefined) this.#database.prepare('DELETE FROM used WHERE key = ?').run(String(key))
    return made.status === 412 ? { status: 409 } : made
  }

  #put(id: string, title = '', text = ''): Reply {
    try {
      const insert = this.#database.prepare('INSERT INTO note VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING')
      const { changes } = insert.run(id, ++this.#serial, title, text)
      return changes === 0 ? { status: 412 } : this.#read(id, 201)
    } catch {
      return { status: 409 }
    }
  }

  #replace(id: string, version: number | undefined, title = '', text = ''): Reply {
    try {
      const update = this.#database.prepare(
        'UPDATE note SET version = ?, title = ?, text = ? WHERE id = ? AND version = coalesce(?, version)',
      )
      const { changes } = update.run(++this.#serial, title, text, id, version ?? null)
      if (changes > 0) return this.#read(id, 200)
      return { status: this.#read(id, 200).status === 404 && version === undefined ? 404 : 412 }
    } catch {
      return { status: 409 }
    }
  }

  #remove(id: string, version: number | undefined): Reply {
    const { changes } = this.#database.prepare('DELETE FROM note WHERE id = ? AND version = coalesce(?, version)').run(id, version ?? null)
    if (changes > 0) return { status: 204 }
    return { status: this.#read(id, 200).status === 404 ? 404 : 412 }
  }
}

/** The version that If-Match names; one that cannot be is never there. */
function versionIn(request: Asked): number | undefined {
  const tag = request.headers['if-match']
  if (tag === undefined || tag === '*') return undefined
  return Number(/^"(\d+)"$/.exec(tag)?.[1] ?? -1)
}

/** The content of a request, as text. */
export async function content(request: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  if (response.destroyed) return
  const bytes = body === undefined ? '' : JSON.stringify(body)
  const type = bytes === '' ? {} : { 'Content-Type': 'application/json' }
  const length = status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(bytes)) }
  response.writeHead(status, { ...headers, ...type, ...length })
  response.end(bytes)
}

function closed(server: Server, notes: Notes): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      notes.close()
      resolve()
    })
    server.closeAllConnections()
  })
}
