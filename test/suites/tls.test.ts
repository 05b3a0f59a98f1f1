import { readFileSync } from 'node:fs'
import { createServer as createPlain } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import net, { type AddressInfo } from 'node:net'
import path from 'node:path'
import { type TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { HeaderLine } from '../../reports/model.ts'
import { Client } from '../../suites/kit/client.ts'
import { isInsecure } from '../../suites/kit/connections.ts'
import { Redactor } from '../../suites/kit/secrets.ts'
import { type Tls, withDefaults } from '../../suites/target.ts'
import { readTls } from '../../suites/target-tls.ts'
import { listening } from '../listening.ts'
import { proxy } from './servers/proxy.ts'

const folder = fileURLToPath(new URL('tls', import.meta.url))
const files = (name: string): string => path.join(folder, name)
const pem = (name: string): string => readFileSync(files(name), 'utf8')

beforeEach(() => {
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, undefined)
    vi.stubEnv(name.toLowerCase(), undefined)
  }
})
afterEach(() => void vi.unstubAllEnvs())

/** A server that tells who it thinks asks; its port. */
async function secureServer(options: ServerOptions = {}): Promise<number> {
  const server = createServer({ key: pem('server.key'), cert: pem('server.pem'), ...options }, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate()
    response.setHeader('X-Seen', request.rawHeaders.join('|')).end(subject ? String(subject.CN) : 'nobody')
  })
  return listening(server)
}

/** What a GET is answered, or why it is not. */
async function ask(url: string, tls?: Tls, headers: HeaderLine[] = []): Promise<string> {
  const client = new Client(withDefaults({ urls: [url], contract: '', timeout: 5000, tls }), new Redactor([]))
  onTestFinished(() => client.close())
  const wire = { method: 'GET', url: new URL(url), headers, body: undefined }
  const answer = client.send(async () => wire, { purpose: 'ask', record: () => {}, signal: new AbortController().signal })
  return answer.then(
    ({ status, text, headers: lines }) => `${status} ${text} ${lines.find(([name]) => name === 'X-Seen')?.[1]}`,
    (error: Error) => error.message,
  )
}

test('a certificate that nobody trusted signed is refused, unless its CA is named', async () => {
  const url = `https://127.0.0.1:${await secureServer()}/`
  expect(await ask(url)).toMatch(
    /^ask: the certificate of 127\.0\.0\.1:\d+ cannot be verified: nobody trusted signed it \(.*\); name its CA with --ca or tls\.ca$/,
  )
  expect(await ask(url, readTls({ ca: 'ca.pem' }, files))).toMatch(/^200 nobody /)
})

test('nor one that was made out for another name', async () => {
  const url = `https://localhost:${await secureServer()}/`
  expect(await ask(url, readTls({ ca: 'ca.pem' }, files))).toMatch(/: it was made out for another name \(ERR_TLS_CERT_ALTNAME_INVALID\)$/)
})

test('whoever says so takes an answer from anybody, and it is known', async () => {
  const url = `https://localhost:${await secureServer()}/`
  expect(await ask(url, { insecure: true })).toMatch(/^200 nobody /)
  expect(isInsecure({ tls: { insecure: true }, urls: [url] })).toBe(true)
  expect(isInsecure({ tls: { insecure: true }, urls: ['http://x'] })).toBe(false)
  expect(isInsecure({ tls: undefined, urls: [url] })).toBe(false)
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  expect(isInsecure({ tls: undefined, urls: [url] })).toBe(true)
})

test('a client certificate says who asks; without it the server refuses', async () => {
  const url = `https://127.0.0.1:${await secureServer({ requestCert: true, rejectUnauthorized: true, ca: pem('ca.pem') })}/`
  expect(await ask(url, readTls({ ca: 'ca.pem', cert: 'client.pem', key: 'client.key' }, files))).toMatch(/^200 ifmatch test client /)
  const locked = readTls({ ca: 'ca.pem', cert: 'client.pem', key: 'client-locked.key', passphrase: 'open-sesame' }, files)
  expect(await ask(url, locked)).toMatch(/^200 ifmatch test client /)
  expect(await ask(url, readTls({ ca: 'ca.pem' }, files))).toMatch(
    /the connection was closed before the answer was whole; does it ask for a client certificate \(tls\.cert, tls\.key\)\?$/,
  )
})

test('a server that does not speak TLS is told as that', async () => {
  const server = net.createServer((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  expect(await ask(`https://127.0.0.1:${port}/`)).toBe(`ask: 127.0.0.1:${port} does not speak TLS; is its URL http://…?`)
})

test.each<[Tls, string]>([
  [{ cert: 'client.pem' }, 'tls.cert needs tls.key, its private key'],
  [{ key: 'client.key' }, 'tls.key needs tls.cert, its certificate'],
  [{ ca: 'none.pem' }, 'tls.ca: none.pem cannot be read (ENOENT); check the path'],
  [{ ca: 'make.sh' }, 'tls.ca: make.sh holds no certificate that can be used; PEM begins with -----BEGIN CERTIFICATE-----'],
  [
    { cert: 'client.pem', key: 'ca.pem' },
    'tls.key: ca.pem holds no private key that can be used; check that it is PEM, and its tls.passphrase',
  ],
  [
    { cert: 'client.pem', key: 'client-locked.key', passphrase: 'wrong' },
    'tls.key: client-locked.key holds no private key that can be used',
  ],
])('%j is an error', (written, message) => expect(() => readTls(written, files)).toThrow(message))

const twice: HeaderLine[] = [
  ['If-Match', '"1"'],
  ['If-Match', '"2"'],
]

test('https goes through HTTPS_PROXY in a tunnel, whose other end is verified', async () => {
  const { url, asked } = await proxy(await secureServer())
  vi.stubEnv('HTTPS_PROXY', `http://me:hunter22@${url}`)
  expect(await ask('https://shop.test/', readTls({ ca: 'ca.pem' }, files), twice)).toMatch(/^200 nobody .*If-Match\|"1"\|If-Match\|"2"/)
  expect(asked).toEqual([`CONNECT shop.test:443 Basic ${Buffer.from('me:hunter22').toString('base64')}`])
  expect(await ask('https://shop.test/')).toContain('nobody trusted signed it')
})

test('http goes through HTTP_PROXY, two lines of one field as two', async () => {
  const server = createPlain((request, response) => void response.setHeader('X-Seen', request.rawHeaders.join('|')).end('plain'))
  const { url, asked } = await proxy(await listening(server))
  vi.stubEnv('HTTP_PROXY', `http://${url}`)
  expect(await ask('http://shop.test/x', undefined, twice)).toMatch(/^200 plain .*If-Match\|"1"\|If-Match\|"2"/)
  expect(asked).toEqual(['GET http://shop.test/x nobody'])
})

test('NO_PROXY names who is asked directly, and the machine itself always is', async () => {
  const { url, asked } = await proxy(1)
  vi.stubEnv('HTTPS_PROXY', `http://${url}`)
  vi.stubEnv('NO_PROXY', '.test')
  const port = await secureServer()
  expect(await ask(`https://127.0.0.1:${port}/`, { insecure: true })).toMatch(/^200 nobody /)
  expect(await ask('https://shop.test/')).toMatch(/^ask: no such host: shop\.test/)
  expect(asked).toEqual([])
})

test('a proxy that is not there is not taken for the target', async () => {
  vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9')
  expect(await ask('https://shop.test/')).toBe('ask: connection refused by shop.test (HTTPS_PROXY names a proxy)')
})
