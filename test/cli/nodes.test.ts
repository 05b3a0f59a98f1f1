import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import type { Report } from '../../reports/model.ts'
import { bin, ifmatch } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'ifmatch-'))
afterAll(() => rmSync(folder, { recursive: true }))
const reference = fileURLToPath(new URL('../../spec/ifmatch.openapi.yaml', import.meta.url))

/** A mock with so many nodes; their URLs. */
async function nodes(count: number): Promise<string[]> {
  const ports = Array.from({ length: count }, () => ['--port', '0']).flat()
  const mock = spawn(process.execPath, [bin, 'mock', ...ports], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void mock.kill('SIGKILL'))
  const urls: string[] = []
  for await (const line of createInterface({ input: mock.stdout })) {
    const [, url] = /^ifmatch mock is listening on (http:\/\/\S+)$/.exec(line) ?? []
    if (url !== undefined) urls.push(url)
    if (urls.length === count) return urls
  }
  throw new Error('the mock ended before it listened')
}

async function held(urls: string[], ...args: string[]): Promise<{ code: number | string; report: Report }> {
  const authorization = 'Bearer example-token-of-anna'
  const target = { name: 'shop', urls, contract: reference, headers: { Authorization: authorization } }
  writeFileSync(join(folder, 'shop.target.yaml'), JSON.stringify(target))
  const { code } = await ifmatch(['test', 'shop.target.yaml', '--report', 'json=r.json', ...args], { cwd: folder })
  return { code, report: JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')) as Report }
}

test('two nodes of one mock share their store', async () => {
  const [one, other] = await nodes(2)
  const headers = { Authorization: 'Bearer example-token-of-anna' }
  const read = (node: string): Promise<Response> => fetch(`${node}/documents/doc-handbook`, { headers })
  const tag = (await read(other!)).headers.get('etag')!
  const gone = await fetch(`${one}/documents/doc-handbook`, { method: 'DELETE', headers: { ...headers, 'If-Match': tag } })
  expect([gone.status, (await read(other!)).status]).toEqual([204, 404])
})

test('requests are spread over the nodes, and the report shows which was asked', async () => {
  const urls = await nodes(2)
  const { code, report } = await held(urls, '--only', 'if-match', '--only', 'entity-tags')
  expect(code).toBe(0)
  expect(report.target.urls).toEqual(urls)
  const asked = report.results.flatMap(({ exchanges }) => exchanges.map(({ request }) => new URL(request.url).origin))
  const share = asked.filter((origin) => origin === urls[0]).length / asked.length
  expect(share).toBeGreaterThan(0.4)
  expect(share).toBeLessThan(0.6)
})

test('nodes that do not share their store are not passed', async () => {
  const urls = [...(await nodes(1)), ...(await nodes(1))]
  const { code } = await held(urls, '--only', 'entity-tags')
  expect(code).not.toBe(0)
})

test('a node that is not there is named before anything is made', async () => {
  const [url] = await nodes(1)
  writeFileSync(join(folder, 'half.target.yaml'), JSON.stringify({ urls: [url, 'http://127.0.0.1:9'], contract: reference }))
  const { code, stderr } = await ifmatch(['test', 'half.target.yaml'], { cwd: folder })
  expect(stderr).toMatch(/^ifmatch: nobody answers at http:\/\/127\.0\.0\.1:9: connection refused/)
  expect(code).toBe(3)
})

test('where one port of a mock is in use, none stays open', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { code, stdout, stderr } = await ifmatch(['mock', '--port', '0', '--port', String(port)])
  expect(stderr).toContain(`port ${port} of 127.0.0.1 is in use`)
  expect(stdout).toBe('')
  expect(code).toBe(3)
})
