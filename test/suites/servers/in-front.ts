import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listening } from '../../listening.ts'

/** What it hands on of a request, and of an answer. */
const sent = ['content-type', 'if-match', 'if-none-match', 'authorization']
const told = ['etag', 'location', 'content-type']

/** What stands in front of a server and hands every request on, but for those that `first` deals with itself; its URL. */
export async function inFront(url: string, first: (request: IncomingMessage, response: ServerResponse) => boolean): Promise<string> {
  const server = createServer(async (request, response) => {
    if (first(request, response)) return
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = await fetch(url + request.url, {
      method: request.method!,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => sent.includes(name))) as Record<string, string>,
      ...(chunks.length && { body: Buffer.concat(chunks) }),
    })
    const fields = told.filter((name) => answer.headers.has(name)).map((name) => [name, answer.headers.get(name)!])
    response.writeHead(answer.status, Object.fromEntries(fields)).end(Buffer.from(await answer.arrayBuffer()))
  })
  return `http://127.0.0.1:${await listening(server)}`
}
