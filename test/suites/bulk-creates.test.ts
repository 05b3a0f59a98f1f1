import { createServer } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Leftover } from '../../reports/model.ts'
import { readLedger } from '../../suites/kit/ledger.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { openTarget, withDefaults } from '../../suites/target.ts'
import { trial } from './trial.ts'

const json = (schema: string): string => `content: { application/json: { schema: { type: ${schema} } } }`
const contract = `openapi: 3.1.0
info: { title: Notes, version: "1" }
paths:
  /notes:
    post: { requestBody: { ${json('object, properties: { text: { type: string } }')} }, responses: { "201": { description: made, ${json('object')} } } }
  /notes/{id}:
    parameters: [{ in: path, name: id, required: true, schema: { type: string } }]
    get: { responses: { "200": { description: it, ${json('object, properties: { text: { type: string } }')} } } }
    delete: { responses: { "204": { description: gone } } }
  /bulk:
    post: { requestBody: { ${json('object')} }, responses: { "200": { description: results, ${json('object')} } } }
x-conflict:
  version: 1
  resources:
    note:
      sample: { text: hello }
      marker: /text
      identity: { id: $response.body#/id }
      bulk:
        call: POST /bulk
        items: $request.body#/items
        results: $response.body#/results
        status: $item#/status
        answer: $item#/note
        as: { create: { add: $body } }
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ifmatch-bulk-'))
  await writeFile(join(folder, 'notes.openapi.yaml'), contract)
})
afterAll(() => rm(folder, { recursive: true }))

/** Notes in memory; the second of each request is refused. `drops`: it stores them, and goes away without an answer. */
async function serve(drops: boolean): Promise<{ url: string; notes: Map<string, unknown> }> {
  const notes = new Map<string, unknown>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const id = request.url!.split('/')[2]!
    if (request.method === 'DELETE') return void response.writeHead(notes.delete(id) ? 204 : 404).end()
    const { items } = JSON.parse(Buffer.concat(chunks).toString()) as { items: { add: object }[] }
    const results = items.map(({ add }, at) => {
      if (at === 1) return { status: 409 }
      const note = { id: `n${notes.size}`, ...add }
      notes.set(note.id, note)
      return { status: 201, note }
    })
    if (drops) return void request.socket.destroy()
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ results }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, notes }
}

/** Three notes in one request; what was left, and what the ledger says while the check runs. */
async function threeAtOnce(url: string, ledger: string): Promise<{ left: Leftover[]; during: number; seen: unknown[] }> {
  const target = await openTarget(withDefaults({ urls: [url], contract: join(folder, 'notes.openapi.yaml'), ledger, seed: '1' }))
  const left: Leftover[] = []
  const seen: unknown[] = []
  let during = 0
  const three = trial(
    async ({ resource, prove }) => {
      const entries = [await resource.entry(), await resource.entry(), await resource.entry()]
      const { answer, results } = await resource.bulk(entries)
      during = readLedger(ledger).open.length
      seen.push(...results.map(({ status }) => status))
      prove.succeeded(answer)
    },
    { needs: ['create'] },
  )
  const [result] = await runCheck(three, target, { onLeft: (some) => void left.push(...some) })
  expect(result?.reason ?? '').not.toContain('internal')
  return { left, during, seen }
}

test('what many creates in one request made stands in the ledger, and is deleted', async () => {
  const { url, notes } = await serve(false)
  const { left, during, seen } = await threeAtOnce(url, join(folder, 'one.jsonl'))
  expect(seen).toEqual([201, 409, 201])
  expect(during).toBe(2)
  expect(notes.size).toBe(0)
  expect(left).toEqual([])
})

test('without an answer all of them are told of as what may be there', async () => {
  const { url } = await serve(true)
  const { left } = await threeAtOnce(url, join(folder, 'two.jsonl'))
  expect(left.map(({ reason }) => reason)).toEqual(Array(3).fill('its create was sent, but no answer was seen: it may be there'))
})
