import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { loadContract } from '../../spec/index.ts'
import { type Target, type TargetConfig, withDefaults } from '../../suites/target.ts'

interface Document {
  id: string
  version: number
  body: { [name: string]: unknown }
}

/** What a server of documents does; each test changes the one thing that it is about. */
export interface Behaviour {
  /** The field sent with a read; undefined: none. */
  tag(document: Document, reads: number): string | undefined
  /** The tag with an answer to a write. */
  writeTag?(document: Document): string | undefined
  /** The tag with HEAD. */
  headTag?(document: Document): string | undefined
  /** May a write with this If-Match (undefined: none) be performed? */
  matches(field: string | undefined, tag: string | undefined, method: string): boolean
  /** Performs the write although it is refused. */
  writesAnyway?: boolean
  /** The status of a refusal. */
  refusal: number
  required?: boolean
  /** More members of the representation. */
  extra?(document: Document, reads: number): { [name: string]: unknown }
  /** May the write be stored at all? */
  stores?: boolean
  /** Names are the highest number and one more, and whenever something is deleted somebody else creates something. */
  reuses?: boolean
  revalidates?: boolean
}

const strong = (document: Document): string => `"v${document.version}"`

/** Right in every way that matters here. */
export const right: Behaviour = {
  tag: strong,
  matches: (field, tag) =>
    field === undefined ||
    field.trim() === '*' ||
    field.split(',').some((member) => member.trim() === tag && !member.trim().startsWith('W/')),
  refusal: 412,
  revalidates: true,
}

/** A server of documents on loopback, right but for `changes`; written for these tests alone, with nothing of the mock in it. */
export async function serve(
  changes: Partial<Behaviour> = {},
): Promise<{ server: Server; url: string; count(): number; requests: string[]; [Symbol.asyncDispose](): Promise<void> }> {
  const behaviour = { ...right, ...changes }
  const documents = new Map<string, Document>()
  const requests: string[] = []
  let next = 1
  let reads = 0
  const made = (body: Document['body']): Document => {
    const highest = Math.max(0, ...[...documents.keys()].map(Number))
    const document = { id: String(behaviour.reuses ? highest + 1 : next++), version: 1, body }
    documents.set(document.id, document)
    return document
  }
  const server = createServer(async (request, response) => {
    const method = request.method!
    requests.push(`${method} ${request.url}`)
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost')
    const [, , id] = pathname.split('/')
    const answer = (status: number, headers: Record<string, string | undefined> = {}, body?: unknown): void => {
      for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value)
      if (body !== undefined) response.setHeader('Content-Type', 'application/json')
      response.writeHead(status).end(body === undefined || method === 'HEAD' ? undefined : JSON.stringify(body))
    }
    const shown = (document: Document): unknown => ({ id: document.id, ...document.body, ...behaviour.extra?.(document, reads) })
    const writeTag = behaviour.writeTag ?? ((document) => behaviour.tag(document, reads))
    const body = JSON.parse((await text(request)) || 'null') as Document['body']
    if (id === undefined) {
      if (method !== 'POST') return answer(200, {}, [...documents.values()].map(shown))
      // whose parent is not there, unless it says that it wants none
      const parent = body?.['parent']
      if (parent !== undefined && !documents.has(String(parent)) && searchParams.get('orphan') !== 'true')
        return answer(409, {}, { title: 'no such parent' })
      const document = made(body ?? {})
      return answer(201, { Location: `/documents/${document.id}`, ETag: writeTag(document) }, shown(document))
    }
    const document = documents.get(id)
    if (!document) return answer(404, {}, { title: 'no such document' })
    const tag = behaviour.tag(document, ++reads)
    if (method === 'GET' || method === 'HEAD') {
      const known = request.headers['if-none-match']
      if (behaviour.revalidates && known !== undefined && tag !== undefined && known.replaceAll('W/', '').includes(tag.replace('W/', '')))
        return answer(304, { ETag: tag })
      return answer(200, { ETag: method === 'HEAD' && behaviour.headTag ? behaviour.headTag(document) : tag }, shown(document))
    }
    if (method === 'OPTIONS') return answer(204, { Allow: 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS' })
    const condition = request.headers['if-match']
    if (behaviour.required && condition === undefined) return answer(428, {}, { title: 'say If-Match' })
    const refused = !behaviour.matches(condition, tag, method)
    if (!refused || behaviour.writesAnyway) {
      if (method === 'DELETE') {
        documents.delete(id)
        if (behaviour.reuses) made({ title: 'somebody else’s' })
      } else if (behaviour.stores ?? true) {
        document.body = method === 'PATCH' ? { ...document.body, ...body } : body
        document.version++
      }
    }
    if (refused) return answer(behaviour.refusal, { ETag: behaviour.tag(document, reads) }, { title: 'somebody saved first' })
    return method === 'DELETE' ? answer(204) : answer(200, { ETag: writeTag(document) }, shown(document))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { server, url, requests, count: () => documents.size, [Symbol.asyncDispose]: stop }
}

export const contractFile: string = fileURLToPath(new URL('documents.openapi.yaml', import.meta.url))

/** A target for it. */
export async function targetAt(url: string, changes: Partial<TargetConfig> = {}): Promise<Target> {
  const config = withDefaults({ name: 'documents', urls: [url], contract: contractFile, timeout: 8000, seed: '1', ...changes })
  return { ...config, loaded: await loadContract(config.contract, { overlays: config.overlays, dialects: config.dialects }) }
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
