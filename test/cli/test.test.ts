import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import type { Report } from '../../reports/model.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { listening } from '../listening.ts'
import { bin, ifmatch } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'ifmatch-'))
afterAll(() => rmSync(folder, { recursive: true }))
const reference = fileURLToPath(new URL('../../spec/ifmatch.openapi.yaml', import.meta.url))
const readReport = (name: string): Report => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report

const anna = 'Bearer example-token-of-anna'

/** The mock in this process, with a fault or without, as a target. */
async function target(...faults: string[]): Promise<string> {
  const { url, close } = await createMock(await loadContract(referenceApi), { faults }).listen({ port: 0 })
  onTestFinished(close)
  return url
}

test('without arguments it tests the built-in mock and leaves no process behind', async () => {
  const reports = ['--report', 'json=a.json', '--report', 'junit=a.xml', '--report', 'html=a.html']
  const { code, stdout, stderr } = await ifmatch(['test', '--only', 'if-match', '--seed', 'abc', ...reports], { cwd: folder })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const { complete, seed, summary, target } = readReport('a.json')
  expect({ complete, seed }).toEqual({ complete: true, seed: 'abc' })
  expect(summary).toMatchObject({ fail: 0, warn: 0, inconclusive: 0 })
  expect(summary.pass).toBeGreaterThan(0)
  expect(stdout).toContain(`report: ${join(folder, 'a.html')}\n`)
  expect(readFileSync(join(folder, 'a.xml'), 'utf8')).toMatch(/^<\?xml/)
  expect(readFileSync(join(folder, 'a.html'), 'utf8')).toMatch(/^<!doctype html>/i)
  await expect(fetch(target.urls[0]!)).rejects.toThrow('fetch failed')
})

test('a target that loses updates fails, and a skip is told with its reason', async () => {
  const url = await target('guard-ignored')
  const args = `test ${url} --contract ${reference} --only if-match --report json=b.json`.split(' ')
  args.push('--skip', 'if-match/any-performed=known bug', '--header', `Authorization: ${anna}`)
  const { code, stdout } = await ifmatch(args, { cwd: folder })
  expect(code).toBe(1)
  expect(stdout).toContain('if-match/stale-not-performed')
  expect(stdout).toContain('known bug')
  expect(readReport('b.json').summary.fail).toBeGreaterThan(0)
})

test('several targets give a report each; one that is not there does not hide the others, nor is it a success', async () => {
  const url = await target()
  writeFileSync(
    join(folder, 'here.target.yaml'),
    `name: here\nurls: ['${url}']\ncontract: ${reference}\nheaders: { Authorization: "\${ANNA}" }\n`,
  )
  writeFileSync(join(folder, 'gone.target.yaml'), `name: gone\nurls: ['http://127.0.0.1:9']\ncontract: ${reference}\n`)
  const args = 'test gone.target.yaml here.target.yaml --only if-match/stale-not-performed --report json=c-{target}.json'.split(' ')
  const { code, stderr } = await ifmatch(args, { cwd: folder, env: { ANNA: anna } })
  expect(stderr).toMatch(/^ifmatch: nobody answers at http:\/\/127\.0\.0\.1:9: .*\n$/)
  expect(readReport('c-here.json').summary.pass).toBeGreaterThan(0)
  expect(() => readReport('c-gone.json')).toThrow('ENOENT')
  expect(code).toBe(3)
})

test('the value of --header reaches the target and nobody else', async () => {
  const seen: string[] = []
  const echo = createServer((request, response) => {
    seen.push(request.headers['x-key'] as string)
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(request.headers))
  })
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void echo.close())
  const url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`
  const reports = ['--report', 'json=d.json', '--report', 'junit=d.xml', '--report', 'html=d.html']
  const args = ['test', url, '--contract', reference, '--only', 'entity-tags', '--header', 'X-Key: s3cr3t-v4lue', '--verbose', ...reports]
  const { stdout, stderr } = await ifmatch(args, { cwd: folder })
  expect(seen).toContain('s3cr3t-v4lue')
  const texts = [stdout, stderr, ...['d.json', 'd.xml', 'd.html'].map((name) => readFileSync(join(folder, name), 'utf8'))]
  expect(texts.join('\n')).not.toContain('s3cr3t-v4lue')
  expect(texts.join('\n')).toContain('$X_KEY')
})

test('an interrupted run says so in its report and ends with 130', async () => {
  const posted = Promise.withResolvers<void>()
  const slow = createServer((request, response) => {
    if (request.method === 'GET') response.end('{}')
    else posted.resolve()
  })
  const url = `http://127.0.0.1:${await listening(slow)}`
  const args = ['test', url, '--contract', reference, '--report', 'json=e.json']
  const run = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: 'ignore' })
  onTestFinished(() => void run.kill('SIGKILL'))
  const ended = once(run, 'exit')
  await posted.promise
  run.kill('SIGINT')
  expect(await ended).toEqual([130, null])
  expect(readReport('e.json')).toMatchObject({ complete: false, summary: { pass: 0, fail: 0 } })
})

test('an interrupt before the built-in mock listens is no error', async () => {
  const path = JSON.stringify(new URL('../../suites/kit/check.ts', import.meta.url).href)
  const more = `id: 'own/one', level: 'practice', severity: 'info', source: 'own', title: 'a', why: 'a', fix: 'a', needs: [], catches: ['guard-ignored'], run: async () => {}`
  const text = `import { check } from ${path}\nprocess.kill(process.pid, 'SIGINT')\nexport const one = check({ ${more} })\n`
  writeFileSync(join(folder, 'interrupts.conflict.ts'), text)
  const { code, stderr } = await ifmatch(['test', '--checks', 'interrupts.conflict.ts'], { cwd: folder })
  expect(stderr).toBe('ifmatch: interrupted; what was not run proves nothing\n')
  expect(code).toBe(130)
})

test('a reader that has enough does not turn a failure into a success', async () => {
  const url = await target('guard-ignored')
  const args = `test ${url} --contract ${reference} --only if-match/stale-not-performed --report json=f.json`.split(' ')
  const run = spawn(process.execPath, [bin, ...args, '--header', `Authorization: ${anna}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  run.stdout.destroy()
  expect(await once(run, 'close')).toEqual([1, null])
  expect(readReport('f.json').summary.fail).toBeGreaterThan(0)
})

test('checks and faults are listed, and every fault is caught by a check', async () => {
  const checks = JSON.parse((await ifmatch(['checks', '--json'])).stdout) as { id: string; catches: string[] }[]
  const faults = JSON.parse((await ifmatch(['faults', '--json'])).stdout) as { name: string; caughtBy: string[] }[]
  expect(checks.map(({ id }) => id)).toContain('if-match/stale-not-performed')
  expect((await ifmatch(['checks'])).stdout.trimEnd().split('\n')).toHaveLength(checks.length)
  expect((await ifmatch(['faults'])).stdout.trimEnd().split('\n')).toHaveLength(faults.length)
  expect(faults.find(({ name }) => name === 'guard-ignored')?.caughtBy).toContain('if-match/stale-not-performed')
})
