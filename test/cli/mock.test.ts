import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { bin, ifmatch } from './command.ts'

/** A mock that listens; its banner, and how it ended. */
async function start(...args: string[]): Promise<{ mock: ChildProcess; banner: string[]; url: string; ended: Promise<unknown[]> }> {
  const mock = spawn(process.execPath, [bin, 'mock', '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void mock.kill('SIGKILL'))
  const ended = once(mock, 'exit')
  const banner: string[] = []
  for await (const line of createInterface({ input: mock.stdout! })) {
    banner.push(line)
    const [, url] = /^ifmatch mock is listening on (http:\/\/\S+)$/.exec(line) ?? []
    if (url !== undefined) return { mock, banner, url, ended }
  }
  throw new Error(`the mock ended before it listened: ${banner.join('\n')}`)
}

test('the banner tells the API, its seed and its operations, and ends with the line that scripts wait for', async () => {
  const { banner, url } = await start('--seed', 'abc')
  expect(banner[0]).toBe('The ifmatch reference API 1.0.0 (rfc9110, idempotency-key), seed abc')
  expect(banner).toContainEqual(expect.stringMatching(/^ {2}document +.*\/documents · .*PUT.* \/documents\/\{documentId\}$/))
  expect(banner.at(-1)).toBe(`ifmatch mock is listening on ${url}`)
  expect((await fetch(`${url}/documents`)).status).toBe(200)
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s closes it cleanly, open connections too', async (signal) => {
  const { mock, url, ended } = await start()
  await (await fetch(`${url}/documents`)).text()
  mock.kill(signal)
  expect(await ended).toEqual([0, null])
})

test('one that a run started ends with it, also where the run is gone before the mock has come to listen', async () => {
  const mock = spawn(process.execPath, [bin, 'mock', '--port', '0'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  onTestFinished(() => void mock.kill('SIGKILL'))
  const ended = once(mock, 'exit')
  mock.disconnect()
  expect(await ended).toEqual([0, null])
})

test('a port in use is told in one line', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { code, stdout, stderr } = await ifmatch(['mock', '--port', String(port)])
  expect(stderr).toBe(`ifmatch: port ${port} of 127.0.0.1 is in use; choose another with --port, or a free one with --port 0\n`)
  expect(stdout).toBe('')
  expect(code).toBe(3)
})

test('an address that is none of this machine is told in one line', async () => {
  const { code, stderr } = await ifmatch(['mock', '--port', '0', '--host', '192.0.2.1'])
  expect(stderr).toMatch(/^ifmatch: cannot listen on 192\.0\.2\.1, port 0 \(EADDRNOTAVAIL\); .*--host\n$/)
  expect(code).toBe(3)
})

test('--dialect, --fault and --verbose reach the mock', async () => {
  const { mock, url } = await start('--dialect', 'conflict409', '--fault', 'guard-ignored', '--verbose')
  const [line] = (await Promise.all([once(createInterface({ input: mock.stdout! }), 'line'), fetch(`${url}/documents`)]))[0]
  expect(line).toBe('GET /documents 200')
})

test('it is loaded without the engine of the suites', async () => {
  const spy = `import { registerHooks } from 'node:module'
    registerHooks({ resolve(name, context, next) { if (/vitest|suites/.test(name)) console.error('loaded', name); return next(name, context) } })`
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(spy)}` }
  expect((await ifmatch(['checks'], { env })).stderr).toContain('loaded ../suites/index.ts')
  const { code, stderr } = await ifmatch(['mock', '--fault', 'no-such'], { env })
  expect(stderr).toBe('ifmatch: --fault no-such: there is no such fault; `ifmatch faults` lists them\n')
  expect(code).toBe(2)
})
