import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Result } from '../../reports/model.ts'
import { loadContract } from '../../spec/index.ts'
import { catalogue } from '../../suites/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import { type TargetConfig, withDefaults } from '../../suites/target.ts'
import { proxy } from '../suites/servers/proxy.ts'
import { atomicServer } from './servers/atomic.ts'
import { multiplexingServer } from './servers/multiplexing.ts'

const contract = new URL('./servers/notes.openapi.yaml', import.meta.url).pathname
const loaded = await loadContract(contract)
const ca = readFileSync(new URL('../suites/tls/ca.pem', import.meta.url), 'utf8')

beforeEach(() => {
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy']) vi.stubEnv(name, undefined)
})
afterEach(() => void vi.unstubAllEnvs())

/** These checks against `shop.test`, which only the proxy can find. */
async function through(url: string, ids: readonly string[], parts: Partial<TargetConfig> = {}): Promise<Result[]> {
  const target = { ...withDefaults({ urls: [url], contract, ...parts }), loaded }
  const session = new Session(target)
  const results: Result[] = []
  for (const check of catalogue.filter(({ id }) => ids.includes(id))) results.push(...(await runCheck(check, target, { session })))
  await session.close()
  expect(session.leftovers).toEqual([])
  return results
}

const races = catalogue.filter((check) => check.races).map(({ id }) => id)
/** The contract of the notes promises nothing of these. */
const others = ['races/version-in-body', 'races/patches-with-one-token', 'races/patches-survive']

test('behind a proxy nothing is raced, which is said with its variable; what takes one request after another is judged', async () => {
  const server = await atomicServer()
  const { url, asked } = await proxy(Number(new URL(server.url).port))
  vi.stubEnv('HTTP_PROXY', `http://${url}`)
  const raced = (await through('http://shop.test', races)).filter(({ check }) => !others.includes(check))
  expect(raced.length).toBeGreaterThan(7)
  for (const { verdict, reason } of raced)
    expect({ verdict, reason }).toEqual({
      verdict: 'skip',
      reason: 'HTTP_PROXY names a proxy, which would keep requests apart that are to meet',
    })
  expect(await through('http://shop.test', ['if-match/stale-not-performed'])).toMatchObject([{ verdict: 'pass' }])
  expect(asked.every((line) => line.includes('http://shop.test/'))).toBe(true)
  await server.close()
})

test('bytes are not looked at through a proxy either; the machine itself is asked for by none', async () => {
  const server = await atomicServer()
  const { url } = await proxy(Number(new URL(server.url).port))
  vi.stubEnv('HTTP_PROXY', `http://${url}`)
  const [result] = await through('http://shop.test', ['not-modified/no-content'])
  expect(result).toMatchObject({ verdict: 'skip', reason: 'HTTP_PROXY names a proxy, which hides the bytes of the target' })
  const near = await through(server.url, ['races/stale-token'], { races: { rounds: 1 } })
  expect(near).toMatchObject([{ verdict: 'pass' }])
  await server.close()
})

test('no handshake is tried around a proxy, and asking for HTTP/2 alone ends in the same words', async () => {
  const server = await multiplexingServer()
  const { url, asked } = await proxy(Number(new URL(server.url).port))
  vi.stubEnv('HTTPS_PROXY', `http://${url}`)
  const [result] = await through('https://shop.test', ['races/stale-token'], { tls: { ca }, races: { delivery: 'single-packet' } })
  expect(result).toMatchObject({ verdict: 'skip', reason: expect.stringContaining('HTTPS_PROXY names a proxy') })
  expect(Object.keys(server.requests)).toEqual(['1.1'])
  expect(new Set(asked)).toEqual(new Set(['CONNECT shop.test:443 nobody']))
  await server.close()
})
