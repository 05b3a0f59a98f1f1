import { readFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMock } from '../../mock/index.ts'
import type { Result } from '../../reports/model.ts'
import { loadContract } from '../../spec/index.ts'
import { proxyFor } from '../../suites/kit/connections.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { oneWinner } from '../../suites/races/stale-token.ts'
import { type Tls, withDefaults } from '../../suites/target.ts'

const contract = new URL('./servers/notes.openapi.yaml', import.meta.url).pathname
const loaded = await loadContract(contract)
const pem = (name: string): string => readFileSync(new URL(`../suites/tls/${name}`, import.meta.url), 'utf8')

beforeEach(() => {
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy']) vi.stubEnv(name, undefined)
})
afterEach(() => void vi.unstubAllEnvs())

/** A mock with a window, behind TLS that asks for a certificate. */
async function raced(ours: Tls): Promise<Result> {
  const mock = await createMock(loaded, { faults: ['check-then-write-20ms'] }).listen({ port: 0 })
  const options = { key: pem('server.key'), cert: pem('server.pem'), ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: true }
  const server = tls.createServer(options, (secure) => {
    const plain = net.connect(Number(new URL(mock.url).port), '127.0.0.1')
    secure.pipe(plain).pipe(secure)
    for (const [one, other] of [
      [secure, plain],
      [plain, secure],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const urls = [`https://127.0.0.1:${(server.address() as AddressInfo).port}`]
  const [result] = await runCheck(oneWinner, { ...withDefaults({ urls, contract, tls: ours }), loaded })
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  await mock.close()
  return result!
}

test('writers meet over TLS too, with the certificates of the target', async () => {
  expect(await raced({ ca: pem('ca.pem'), cert: pem('client.pem'), key: pem('client.key') })).toMatchObject({
    verdict: 'fail',
    reason: expect.stringContaining('same version'),
  })
})

test('on this machine no proxy stands in the way of a race', async () => {
  const mock = await createMock(loaded).listen({ port: 0 })
  const target = { ...withDefaults({ urls: [mock.url], contract }), loaded }
  expect((await runCheck(oneWinner, target))[0]!.verdict).toBe('pass')
  vi.stubEnv('HTTP_PROXY', 'http://proxy.example.test:3128')
  expect((await runCheck(oneWinner, target))[0]!.verdict).toBe('pass')
  await mock.close()
})

test.each([
  ['http://api.example.test', 'HTTP_PROXY'],
  ['https://api.example.test', undefined],
  ['http://127.0.0.1:8080', undefined],
  ['http://[::1]:8080', undefined],
  ['http://here.example.org', undefined],
  ['http://deep.here.example.org', undefined],
  ['http://there.example.org:81', undefined],
  ['http://there.example.org:82', 'HTTP_PROXY'],
])('the proxy for %s is named by %s', (url, variable) => {
  const env = { HTTP_PROXY: 'http://p:1', NO_PROXY: 'here.example.org,there.example.org:81' }
  expect(proxyFor(new URL(url), env)).toBe(variable)
})

test('a proxy for everything is one for no name that is spared', () => {
  expect(proxyFor(new URL('https://a.test'), { https_proxy: 'http://p:1', NO_PROXY: '*' })).toBeUndefined()
})
