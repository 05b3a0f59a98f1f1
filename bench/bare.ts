/** What the mock is measured against: node:http that keeps documents in a map, compares If-Match and parses and stores JSON. Nothing else. */
import { createServer } from 'node:http'

const documents = new Map<string, { version: number; value: unknown }>()

const server = createServer((request, response) => {
  const id = request.url!.split('/').at(-1)!
  const answer = (status: number, stored?: { version: number; value: unknown }): void => {
    const body = stored ? JSON.stringify(stored.value) : ''
    const headers: Record<string, string | number> = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
    if (stored) headers['ETag'] = `"${stored.version}"`
    response.writeHead(status, headers).end(body)
  }
  if (request.method === 'GET') return answer(documents.has(id) ? 200 : 404, documents.get(id))
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const value = JSON.parse(Buffer.concat(chunks).toString()) as object
    const name = request.method === 'POST' ? String(documents.size) : id
    const before = documents.get(name)
    if (request.method === 'PUT' && request.headers['if-match'] !== `"${before?.version}"`) return answer(412)
    const stored = { version: (before?.version ?? 0) + 1, value: { ...value, id: name } }
    documents.set(name, stored)
    answer(before ? 200 : 201, stored)
  })
})
server.listen(Number(process.argv[2]), '127.0.0.1')
