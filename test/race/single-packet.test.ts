import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Result } from '../../reports/model.ts'
import { loadContract } from '../../spec/index.ts'
import { Lines } from '../../suites/delivery/lines.ts'
import type { DeliveryName } from '../../suites/delivery/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { oneWinner } from '../../suites/races/stale-token.ts'
import { updateOrDelete } from '../../suites/races/update-or-delete.ts'
import { withDefaults } from '../../suites/target.ts'
import { multiplexingServer } from './servers/multiplexing.ts'

const contract = new URL('./servers/notes.openapi.yaml', import.meta.url).pathname
const loaded = await loadContract(contract)
const pem = (name: string): string => readFileSync(new URL(`../suites/tls/${name}`, import.meta.url), 'utf8')
const ca = pem('ca.pem')

beforeEach(() => {
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy']) vi.stubEnv(name, undefined)
})
afterEach(() => void vi.unstubAllEnvs())

async function raced(url: string, rounds: number, delivery?: DeliveryName, check = oneWinner, timeout?: number): Promise<Result> {
  const races = { rounds, writers: 5, ...(delivery && { delivery }) }
  const config = withDefaults({ urls: [url], contract, tls: { ca }, races, ...(timeout !== undefined && { timeout }) })
  const [result] = await runCheck(check, { ...config, loaded })
  return result!
}

test('a right server is right in many rounds over one connection, and the requests are there together', async () => {
  const server = await multiplexingServer()
  const result = await raced(server.url, 100, 'single-packet')
  expect(result.reason).toBeNull()
  expect(result).toMatchObject({ verdict: 'pass', race: { rounds: 100, losses: 0, shown: { delivery: 'single-packet' } } })
  // of five writers the last four come in the turn of the first
  expect(server.together).toBeGreaterThan(300)
  await server.close()
})

test('who compares and then writes is caught', async () => {
  const server = await multiplexingServer({ careless: true })
  expect(await raced(server.url, 5, 'single-packet')).toMatchObject({
    verdict: 'fail',
    reason: expect.stringContaining('same version'),
    seen: expect.stringContaining('streams of one HTTP/2 connection'),
  })
  await server.close()
})

test('requests without content meet too', async () => {
  const server = await multiplexingServer()
  expect(await raced(server.url, 10, 'single-packet', updateOrDelete)).toMatchObject({ verdict: 'pass', race: { rounds: 10 } })
  await server.close()
})

test('it takes its turn among the others where the target offers it', async () => {
  const server = await multiplexingServer()
  expect(await raced(server.url, 4)).toMatchObject({ verdict: 'pass', race: { rounds: 4 } })
  expect(server.requests['1.1']).toBeGreaterThan(10)
  // five in one round, and the one that warms
  expect(server.requests['2.0']).toBe(6)
  await server.close()
})

test.each([
  [
    'a connection that ends with GOAWAY',
    (session: { goaway(code: number): void; destroy(): void }) => (session.goaway(2), session.destroy()),
  ],
  ['a connection that is gone', (session: { destroy(): void }) => session.destroy()],
])('%s leaves what was sent unknown, and accuses nobody', async (_, end) => {
  let writes = 0
  const server = await multiplexingServer({
    breaks: (session) => {
      if (session === undefined || ++writes % 4 !== 0) return false
      end(session)
      return true
    },
  })
  const { verdict, race } = await raced(server.url, 10, 'single-packet')
  expect(['pass', 'inconclusive']).toContain(verdict)
  expect(race!.shown!.operations.some(({ outcome }) => outcome === 'unknown')).toBe(true)
  await server.close()
})

test('who offers HTTP/2 in vain is raced over HTTP/1.1', async () => {
  const server = await multiplexingServer({ offersInVain: true })
  expect(await raced(server.url, 5)).toMatchObject({ verdict: 'pass', race: { rounds: 4 } })
  await server.close()
})

test('a server that knows HTTP/1.1 alone never sees anything else', async () => {
  let bytes = ''
  const offers: string[][] = []
  const ALPNCallback = ({ protocols }: { protocols: string[] }): string => {
    offers.push(protocols)
    return 'http/1.1'
  }
  const server = tls.createServer({ key: pem('server.key'), cert: pem('server.pem'), ALPNCallback }, (socket) => {
    socket.on('data', (chunk) => (bytes += chunk.toString('latin1')))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const lines = new Lines({ tls: { ca }, timeout: 2000 })
  expect(await Promise.all([lines.multiplexes(url), lines.multiplexes(url)])).toEqual([false, false])
  expect(offers).toEqual([['h2', 'http/1.1']])
  expect(bytes).toBe('')
  const result = await raced(url.href, 3, 'single-packet', oneWinner, 500)
  expect(bytes).not.toContain('PRI * HTTP/2.0')
  expect(result.verdict).not.toBe('fail')
  lines.close()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
})
