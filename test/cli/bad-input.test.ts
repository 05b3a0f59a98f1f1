import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { badServer } from './bad-servers.ts'
import { type Ending, ifmatch } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'ifmatch-'))
afterAll(() => rmSync(folder, { recursive: true }))

const reference = fileURLToPath(new URL('../../spec/ifmatch.openapi.yaml', import.meta.url))
const paths = `
paths:
  /docs: { post: { responses: { "201": { description: made, headers: { ETag: { schema: { type: string } } } } } } }
  /docs/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { responses: { "200": { description: ok, headers: { ETag: { schema: { type: string } } } } } }
    put: { responses: { "200": { description: ok } } }
`
const head = 'openapi: 3.1.0\ninfo: { title: T, version: "1" }\n'
const files: Record<string, string> = {
  'broken.yaml': 'openapi: 3.1.0\ninfo: { title: "T }\n',
  'other.yaml': 'swagger: "2.0"\n',
  'dialect.yaml': `${head}x-conflict: { version: 1, extends: rfc9111 }${paths}`,
  'token.yaml': `${head}x-conflict: { version: 1, extends: rfc9110, token: { read: $response.trailer.ETag, format: etag, bumps: every-write } }${paths}`,
  'operation.yaml': `${head}x-conflict: { version: 1, extends: rfc9110, resources: { doc: { operations: { ship: "POST /docs/{id}/ship" } } } }${paths}`,
  'key.yaml': `${head}x-conflict: { version: 1, extends: rfc9110, gaurds: {} }${paths}`,
  'value.yaml': `${head}x-conflict: { version: 1, extends: rfc9110, guards: { update: { send: $request.header.If-Match, match: equals } } }${paths}`,
  'good.yaml': `${head}x-conflict: { version: 1, extends: rfc9110 }${paths}`,
  'env.target.yaml': "urls: ['http://127.0.0.1:9']\ncontract: good.yaml\nheaders: { Authorization: 'Bearer ${IFMATCH_NO_SUCH}' }\n",
  'shape.target.yaml': "url: 'http://127.0.0.1:9'\ncontract: good.yaml\n",
}
beforeAll(() => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
})

/** One clear error: lines that name the program and nothing else, no stack trace, nothing on stdout, nothing left behind. */
function expectRefused({ code, stdout, stderr }: Ending, exit: number, says: RegExp): void {
  expect(stderr).toMatch(says)
  expect(
    stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('ifmatch: ')),
  ).toEqual([])
  expect(stderr).not.toMatch(/internal:|^\s+at /m)
  expect(stdout).toBe('')
  expect(code).toBe(exit)
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(files).toSorted())
}

const contracts: [file: string, says: RegExp][] = [
  ['none.yaml', /^ifmatch: none\.yaml:1:1: there is no such file/],
  ['broken.yaml', /^ifmatch: broken\.yaml:\d+:\d+: this is no well-formed YAML/],
  ['other.yaml', /^ifmatch: other\.yaml:1:1: Swagger 2\.0 is not supported; convert/],
  ['dialect.yaml', /^ifmatch: dialect\.yaml:3:\d+: there is no dialect "rfc9111"; did you mean rfc9110\?/],
  ['token.yaml', /^ifmatch: token\.yaml:3:\d+: "\$response\.trailer\.ETag" is no place: expected/],
  ['operation.yaml', /^ifmatch: operation\.yaml:3:\d+: .*POST \/docs\/\{id\}\/ship/],
  ['key.yaml', /^ifmatch: key\.yaml:3:\d+: .*gaurds.*guards/],
  ['value.yaml', /^ifmatch: value\.yaml:3:\d+: .*equals.*\bequal\b/],
]

test.concurrent.for(contracts)('a contract that cannot be used stops the mock: %s', async ([file, says]) => {
  expectRefused(await ifmatch(['mock', file, '--port', '0'], { cwd: folder }), 2, says)
})

test.concurrent.for([
  ['show', 'dialect.yaml'],
  ['test', 'http://127.0.0.1:9', '--contract', 'dialect.yaml'],
])('and every other command alike: %s', async (args) => {
  expectRefused(await ifmatch(args, { cwd: folder }), 2, /^ifmatch: dialect\.yaml:3:\d+: there is no dialect "rfc9111"/)
})

const requests: [args: string[], says: RegExp][] = [
  [['test', 'http://127.0.0.1:9'], /^ifmatch: http:\/\/127\.0\.0\.1:9: needs --contract FILE/],
  [
    ['test', 'api.example.com', '--contract', 'good.yaml'],
    /^ifmatch: api\.example\.com: there is no such target file; a base URL begins with/,
  ],
  [['test', 'http://a:b@127.0.0.1:9', '--contract', 'good.yaml'], /^ifmatch: http:\/\/127\.0\.0\.1:9\/: a base URL has no credentials/],
  [['test', '--contract', 'good.yaml'], /^ifmatch: --contract good\.yaml: needs the base URL/],
  [['test', 'env.target.yaml', '--contract', 'good.yaml'], /^ifmatch: --contract good\.yaml: goes with a base URL/],
  [['test', 'env.target.yaml'], /^ifmatch: env\.target\.yaml:3:\d+: .*IFMATCH_NO_SUCH/],
  [['test', 'shape.target.yaml'], /^ifmatch: shape\.target\.yaml:1:\d+: .*"url"; did you mean "urls"\?/m],
  [['test', '--dialect', 'rfc9111'], /^ifmatch: --dialect: there is no dialect "rfc9111"/],
  [
    ['test', 'http://127.0.0.1:9', '--contract', 'good.yaml', '--dialect', 'conflict409'],
    /^ifmatch: --dialect conflict409: is for the built-in mock/,
  ],
  [['test', '--only', 'if-mtach/'], /^ifmatch: --only if-mtach\/: no check has this id or begins with it/],
  [['test', '--skip', 'nothing/like-it=because'], /^ifmatch: --skip nothing\/like-it=because: there is no check nothing\/like-it/],
  [['test', '--skip', 'safe/head-same-validator'], /^ifmatch: --skip safe\/head-same-validator: expected ID=REASON/],
  [['test', '--level', 'most'], /^ifmatch: --level most: there is no such level/],
  [['test', '--header', 'SecretWithoutColon'], /^ifmatch: --header: expected 'Name: value'$/m],
  [['test', '--header', 'Na me: value'], /^ifmatch: --header Na me: has a character that no header may have/],
  [['test', '--report', 'html=none/report.html'], /^ifmatch: --report .*none\/report\.html: cannot be written \(ENOENT\)/],
  [['test', '--report', 'html=.'], /^ifmatch: --report .*: is a directory/],
  [['mock', '--fault', 'no-such', '--port', '0'], /^ifmatch: --fault no-such: there is no such fault/],
  [['mock', '--dialect', 'rfc9111', '--port', '0'], /^ifmatch: --dialect: there is no dialect "rfc9111"/],
]

test.concurrent.for(requests)('what was asked for wrongly is told before anything runs: %j', async ([args, says]) => {
  expectRefused(await ifmatch(args, { cwd: folder }), 2, says)
})

test.for(['refusal', 'garbage', 'silence'])('a target that is nobody to talk to ends the run at once: %s', async (name) => {
  const server = await badServer(name)
  try {
    const args = ['test', server.url, '--contract', reference, '--timeout', '500', '--report', 'json=report.json']
    expectRefused(await ifmatch(args, { cwd: folder }), 3, new RegExp(`^ifmatch: nobody answers at ${server.url}: .+\n$`))
  } finally {
    await server.close()
  }
})

test.for(['ten megabytes', 'a reset half-way'])('a target whose answers are no use could not be judged: %s', async (name) => {
  const server = await badServer(name)
  const report = join(folder, 'report.json')
  try {
    const args = ['test', server.url, '--contract', reference, '--timeout', '2000', '--only', 'if-match', '--report', `json=${report}`]
    const { code, stderr } = await ifmatch(args, { cwd: folder })
    // a create that was never answered may have made something: that is said too
    expect(stderr).toMatch(new RegExp(`^(ifmatch: what is left stands in .+\n)?ifmatch: ${server.url} could not be judged: if-match/.+\n$`))
    expect(code).toBe(3)
    const { complete, summary } = JSON.parse(readFileSync(report, 'utf8')) as { complete: boolean; summary: Record<string, number> }
    expect(complete).toBe(true)
    expect(summary).toMatchObject({ pass: 0, fail: 0, warn: 0 })
  } finally {
    await server.close()
    rmSync(report, { force: true })
  }
})

test('--verbose adds where an error comes from', async () => {
  const { code, stderr } = await ifmatch(['show', 'none.yaml', '--verbose'], { cwd: folder })
  expect(stderr).toMatch(/^ {4}at /m)
  expect(code).toBe(2)
})
