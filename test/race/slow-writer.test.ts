import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { loadContract } from '../../spec/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { slowWriter } from '../../suites/races/slow-writer.ts'
import { withDefaults } from '../../suites/target.ts'
import { listening } from '../listening.ts'

const contract = new URL('./servers/notes.openapi.yaml', import.meta.url).pathname
const loaded = await loadContract(contract)

/** Notes of which the first `broken` reads that meet a write end half-way. */
async function notes(broken: number): Promise<string> {
  let left = broken
  let writing = 0
  let serial = 0
  const kept = new Map<string, { title: string; text: string; version: number }>()
  const server = createServer(async (request, response) => {
    const asked = request.method === 'PUT'
    if (asked) writing++
    let text = ''
    for await (const chunk of request) text += String(chunk)
    if (asked) writing--
    const id = request.method === 'POST' ? `n${++serial}` : request.url!.split('/').at(-1)!
    const known = kept.get(id)
    if (request.method === 'DELETE') kept.delete(id)
    if (text) kept.set(id, { ...JSON.parse(text), version: (known?.version ?? 0) + 1 })
    const note = kept.get(id)
    const body = note ? JSON.stringify({ id, title: note.title, text: note.text }) : ''
    response.writeHead(note ? (request.method === 'POST' ? 201 : 200) : request.method === 'DELETE' ? 204 : 404, {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      ...(note && { ETag: `"${note.version}"`, Location: `/notes/${id}` }),
    })
    if (request.method !== 'GET' || writing === 0 || left-- <= 0) return void response.end(body)
    response.write(body.slice(0, 5), () => request.socket.destroy())
  })
  return `http://127.0.0.1:${await listening(server)}`
}

test.each([
  [0, 'pass'],
  [2, 'pass'],
  [3, 'inconclusive'],
])('where %i reads that meet a write are broken off, it is %s', async (broken, verdict) => {
  const [result] = await runCheck(slowWriter, { ...withDefaults({ urls: [await notes(broken)], contract }), loaded })
  expect(result).toMatchObject({ verdict })
})
