import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadTarget } from '../../suites/target-file.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))))
afterAll(() => rm(folder, { recursive: true }))

async function load(text: string, env: Record<string, string> = {}): ReturnType<typeof loadTarget> {
  const file = path.join(folder, 'shop.target.yaml')
  await writeFile(file, text)
  return loadTarget(file, env)
}

const problems = (text: string, env?: Record<string, string>): Promise<string[]> =>
  load(text, env).then(
    () => [],
    (error: Error) => error.message.split('\n').map((line) => line.replace(folder + path.sep, '')),
  )

test('a whole target', async () => {
  const target = await load(
    `
urls: ["http://\${HOST}/v1"]
contract: ./api.yaml
overlays: [extra.yaml]
dialects: [conflict409, ./own.yaml]
headers: { X-Version: 2, X-Key: "\${KEY}" }
query: { sv: "2021" }
identities:
  a: { headers: { Authorization: "Bearer \${TOKEN}" } }
  b: { headers: { Authorization: Basic Ym9iOnB3 } }
limits: { concurrency: 2 }
timeout: 500
seed: 7
`,
    { HOST: 'localhost:1', KEY: 'kkkk', TOKEN: 'tttt' },
  )
  expect(target).toMatchObject({
    name: 'shop',
    urls: ['http://localhost:1/v1'],
    contract: path.join(folder, 'api.yaml'),
    overlays: [path.join(folder, 'extra.yaml')],
    dialects: ['conflict409', path.join(folder, 'own.yaml')],
    headers: [
      ['X-Version', '2'],
      ['X-Key', 'kkkk'],
    ],
    identities: { a: { headers: [['Authorization', 'Bearer tttt']], query: [] } },
    limits: { concurrency: 2, body: 2_000_000 },
    timeout: 500,
    seed: '7',
  })
  expect(target.secrets).toEqual([
    { name: 'KEY', value: 'kkkk', sentIn: ['x-key'] },
    { name: 'TOKEN', value: 'tttt', sentIn: ['authorization'] },
    { name: 'B_AUTHORIZATION', value: 'Ym9iOnB3', sentIn: ['authorization'] },
  ])
})

test.each([
  ['urls: [x]\ncontract: a', 'shop.target.yaml:1:8: "x" is no base URL; write it as https://api.example.com/v1'],
  ['urls: [http://x]', 'shop.target.yaml:1:1: a target needs "contract"'],
  ['urls: [http://x]\ncontract: a\nheader: { A: b }', 'shop.target.yaml:3:1: a target has no "header"; did you mean "headers"?'],
  ['urls: [http://x]\ncontract: a\nlimits: { rate: 0 }', 'shop.target.yaml:3:11: limits.rate must be > 0'],
  ['urls: [http://x]\ncontract: a\nidentities: { admin: {} }', 'shop.target.yaml:3:15: identities has no "admin"; known: a, b'],
  [
    'urls: [http://x]\ncontract: a\nquery: { sig: "${SIG}" }',
    'shop.target.yaml:3:10: query.sig asks for ${SIG}, but the environment has no SIG; set it, as in SIG=… ifmatch test …',
  ],
])('%j', async (text, problem) => {
  expect(await problems(text)).toEqual([problem])
})

test('a file that is not there, and one that is no YAML', async () => {
  await expect(loadTarget(path.join(folder, 'none.target.yaml'))).rejects.toThrow('there is no such file')
  expect((await problems('urls: ['))[0]).toMatch(/^shop.target.yaml:1:\d+: this is no well-formed YAML/)
})
