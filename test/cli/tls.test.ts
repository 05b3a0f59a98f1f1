import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import type { Report } from '../../reports/model.ts'
import { contractFile, serve } from '../suites/documents.ts'
import { ifmatch } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'ifmatch-'))
afterAll(() => rmSync(folder, { recursive: true }))
const certificates = fileURLToPath(new URL('../suites/tls/', import.meta.url))
const pem = (name: string): Buffer => readFileSync(join(certificates, name))

/** TLS in front of a server; its port. */
async function inFrontOf(url: string, asks: boolean): Promise<number> {
  const own = { key: pem('server.key'), cert: pem('server.pem'), ca: pem('ca.pem'), requestCert: asks, rejectUnauthorized: asks }
  const server = createServer(own, (socket) => {
    const onward = net.connect(Number(new URL(url).port), '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    for (const end of [socket, onward]) end.on('error', () => end.destroy())
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const only = ['--only', 'entity-tags/present', '--report', 'json=r.json']
const report = (): Report => JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')) as Report

test('--ca trusts one certificate more, --insecure trusts anybody and says so loudly', async () => {
  await using server = await serve()
  const port = await inFrontOf(server.url, false)
  const args = ['test', `https://127.0.0.1:${port}`, '--contract', contractFile, ...only]
  const refused = await ifmatch(args, { cwd: folder })
  expect(refused.stderr).toMatch(/^ifmatch: nobody answers at https:.*: the certificate of 127\.0\.0\.1:\d+ cannot be verified: .*--ca/)
  expect(refused.code).toBe(3)

  const trusted = await ifmatch([...args, '--ca', join(certificates, 'ca.pem')], { cwd: folder })
  expect(trusted.code).toBe(0)
  expect(report().insecure).toBe(false)
  expect(trusted.stdout).not.toContain('not verified')

  const insecure = await ifmatch([...args, '--insecure'], { cwd: folder })
  expect(insecure.code).toBe(0)
  expect(report().insecure).toBe(true)
  expect(insecure.stdout.replaceAll('\n', ' ')).toContain('TLS certificates were not verified (--insecure): nobody made sure')
})

test('a client certificate from the target file, whose key is in no report', async () => {
  await using server = await serve()
  const port = await inFrontOf(server.url, true)
  const tls = { ca: 'ca.pem', cert: 'client.pem', key: 'client.key' }
  const files = Object.fromEntries(Object.entries(tls).map(([part, name]) => [part, join(certificates, name)]))
  writeFileSync(
    join(folder, 'shop.target.yaml'),
    JSON.stringify({ urls: [`https://127.0.0.1:${port}`], contract: contractFile, tls: files }),
  )
  const { code, stdout, stderr } = await ifmatch(['test', 'shop.target.yaml', '--verbose', ...only], { cwd: folder })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(stdout + JSON.stringify(report())).not.toContain(String(pem('client.key')).split('\n')[1])
})
