import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Report } from '../../reports/model.ts'
import { contractFile, serve } from '../suites/documents.ts'
import { inFront } from '../suites/servers/in-front.ts'
import { bin, ifmatch } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'ifmatch-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What passes every request on, but for those that are held: these get no answer until they are let go. */
async function relay(url: string, hold: (method: string, count: number) => boolean): Promise<{ url: string; held: Promise<void> }> {
  const held = Promise.withResolvers<void>()
  let count = 0
  const front = await inFront(url, ({ method }) => {
    const isHeld = hold(method!, count++)
    if (isHeld) held.resolve()
    return isHeld
  })
  return { url: front, held: held.promise }
}

const ledgers = (): string[] => readdirSync(join(folder, '.ifmatch')).filter((name) => name.endsWith('.jsonl'))
const only = ['--only', 'if-match/stale-not-performed', '--only', 'entity-tags']

test('what a killed run left is deleted by clean, with the credentials of the target file', async () => {
  await using server = await serve()
  let holding = true
  const { url, held } = await relay(server.url, (method) => holding && (method === 'PUT' || method === 'DELETE'))
  writeFileSync(
    join(folder, 'shop.target.yaml'),
    `urls: ['${url}']\ncontract: ${contractFile}\nidentities: { a: { bearer: "\${TOKEN}" } }\n`,
  )
  const env = { TOKEN: 's3cr3t-t0ken' }
  // one request at a time: where a create is under way when the run is killed, nobody learns what it made
  const run = spawn(process.execPath, [bin, 'test', 'shop.target.yaml', ...only, '--concurrency', '1'], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  })
  const ended = once(run, 'exit')
  await held
  run.kill('SIGKILL')
  await ended
  expect(server.count()).toBeGreaterThan(0)
  const [ledger] = ledgers()
  expect(ledger).toMatch(/^shop-\d{8}T\d{6}Z\.jsonl$/)
  expect(readFileSync(join(folder, '.ifmatch', ledger!), 'utf8')).not.toContain('s3cr3t')

  const without = await ifmatch(['clean'], { cwd: folder })
  expect(without).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('the environment has no TOKEN') as string })
  const planned = await ifmatch(['clean', '--dry-run'], { cwd: folder })
  expect(planned).toMatchObject({ code: 0, stderr: '' })
  expect(planned.stdout.trimEnd().split('\n')[0]).toMatch(/^document http:\/\/127\.0\.0\.1:\d+\/documents/)
  expect(server.count()).toBeGreaterThan(0)

  holding = false
  const { code, stdout } = await ifmatch(['clean'], { cwd: folder, env })
  expect(stdout).toMatch(/^\.ifmatch\/shop-.*\.jsonl: [1-9]\d* deleted\n$/)
  expect(code).toBe(0)
  expect(server.count()).toBe(0)
  expect(await ifmatch(['clean'], { cwd: folder })).toEqual({
    code: 0,
    stdout: 'nothing to delete: there is no ledger in .ifmatch/\n',
    stderr: '',
  })
})

test('Ctrl-C deletes what was made, and leaves no ledger', async () => {
  await using server = await serve()
  const { url, held } = await relay(server.url, (method, count) => method === 'PUT' && count < 1000)
  const args = ['test', url, '--contract', contractFile, ...only, '--ledger', 'mine.jsonl', '--timeout', '1000']
  const run = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: 'ignore' })
  const ended = once(run, 'exit')
  await held
  run.kill('SIGINT')
  expect(await ended).toEqual([130, null])
  expect(server.count()).toBe(0)
  expect(readdirSync(folder)).not.toContain('mine.jsonl')
})

test('what cannot be deleted is told, stands in the report, and clean says so until it can be', async () => {
  await using server = await serve({ matches: (field, tag, method) => method !== 'DELETE' && (field === undefined || field === tag) })
  const args = [
    'test',
    server.url,
    '--contract',
    contractFile,
    '--only',
    'entity-tags/present',
    '--ledger',
    'left.jsonl',
    '--report',
    'json=left.json',
  ]
  const run = await ifmatch(args, { cwd: folder })
  expect(run.stderr).toContain(`what is left stands in ${join(folder, 'left.jsonl')}; to delete it: ifmatch clean left.jsonl\n`)
  expect(run.stdout).toContain('Left behind (1)')
  const { leftovers } = JSON.parse(readFileSync(join(folder, 'left.json'), 'utf8')) as Report
  expect(leftovers).toEqual([
    {
      check: 'shared',
      resource: 'document',
      url: `${server.url}/documents/1`,
      reason: expect.stringContaining('its delete is answered 412') as string,
    },
  ])
  const again = await ifmatch(args, { cwd: folder })
  expect(again).toMatchObject({ code: 2, stdout: '' })
  expect(again.stderr).toContain('left.jsonl: is there already; `ifmatch clean')
  const { code, stdout, stderr } = await ifmatch(['clean', 'left.jsonl'], { cwd: folder })
  expect(stdout).toBe('left.jsonl: 0 deleted, 1 left\n')
  expect(stderr).toMatch(/^ifmatch: left behind: document http.*\/documents\/1: its delete is answered 412/)
  expect(code).toBe(3)
})

test('nothing is deleted on another service than the one where it was made', async () => {
  await using server = await serve()
  const { code, stderr } = await ifmatch(['clean', 'left.jsonl', '--target', server.url], { cwd: folder })
  expect(stderr).toContain('nothing is deleted there that was made elsewhere')
  expect(code).toBe(2)
  expect(server.requests).toEqual([])
})

test.each([
  [['clean', 'none.jsonl'], 'none.jsonl: cannot be read (ENOENT); name a ledger that a run left'],
  [['clean', 'no-ledger.txt'], 'no-ledger.txt:1: this is no line of a ledger'],
  [
    ['clean', 'moved.jsonl'],
    'moved.jsonl: is of the target file /nowhere/shop.target.yaml, which is not there; say where it is with --target',
  ],
  [['test', 'http://127.0.0.1:9', '--contract', contractFile, '--ledger', '.'], 'is a directory; name a file in it'],
  [
    ['test', 'http://127.0.0.1:9', 'http://127.0.0.1:10', '--contract', contractFile, '--ledger', 'x'],
    '--ledger x: 2 targets need {target} in the file name',
  ],
  [['test', '--rps', '0'], '--rps 0: expected a number above 0, at most 10000'],
  [['test', '--max-requests', '0'], '--max-requests 0: expected a whole number from 1'],
  [['test', '--prefix', 'a b'], '--prefix a b: expected at most 32 of letters, digits'],
  [['test', '--ca', 'none.pem'], '--ca none.pem cannot be read (ENOENT); check the path'],
  [['test', '--ca', 'no-ledger.txt'], '--ca no-ledger.txt holds no certificate that can be used'],
])('%j is wrong usage', async (args, says) => {
  writeFileSync(join(folder, 'no-ledger.txt'), 'hello\n')
  const head = {
    ifmatch: 'ledger',
    version: 1,
    file: '/nowhere/shop.target.yaml',
    name: 'shop',
    urls: ['http://x'],
    contract: 'c',
    overlays: [],
    dialects: [],
  }
  writeFileSync(join(folder, 'moved.jsonl'), `${JSON.stringify(head)}\n`)
  const { code, stdout, stderr } = await ifmatch(args, { cwd: folder })
  expect(stderr).toContain(says)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

test('a proxy that is no URL is told without its value', async () => {
  const { code, stderr } = await ifmatch(['test', '--only', 'entity-tags/present'], { env: { HTTPS_PROXY: 'me:hunter22@proxy:3128' } })
  expect(stderr).toBe('ifmatch: HTTPS_PROXY: the environment names no URL of a proxy there; write it as http://proxy.example.com:3128\n')
  expect(code).toBe(2)
})
