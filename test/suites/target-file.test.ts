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

test('every way to say who we are; what is said in the file is a warning or an error, and a secret', async () => {
  const env = { T: 'tttt', P: 'pppp', C: 'cccc', S: 'ssss' }
  const target = await load(
    `
urls: [http://x, http://y]
contract: a
headers: { X-Tenant: acme, X-Api-Key: k123456 }
identities:
  a: { bearer: "\${T}", cookies: { sid: "\${C}" }, query: { sig: said-here } }
  b: { basic: { user: me, password: "\${P}" }, oauth: { token: https://x/t, id: i, secret: "\${S}" }, sign: { command: [./sign.sh, x] } }
limits: { wait: 1000, requests: 50 }
prefix: mine-
readOnly: true
items: { document: [/documents/7] }
`,
    env,
  )
  expect(target.identities).toEqual({
    a: {
      headers: [
        ['Authorization', 'Bearer tttt'],
        ['Cookie', 'sid=cccc'],
      ],
      query: [['sig', 'said-here']],
    },
    b: {
      headers: [['Authorization', `Basic ${Buffer.from('me:pppp').toString('base64')}`]],
      query: [],
      oauth: { token: 'https://x/t', id: 'i', secret: 'ssss', params: {}, send: 'header' },
      sign: { command: ['./sign.sh', 'x'], folder },
    },
  })
  expect(target).toMatchObject({
    limits: { wait: 1000, requests: 50, concurrency: 8 },
    prefix: 'mine-',
    readOnly: true,
    items: { document: ['/documents/7'] },
  })
  const values = target.secrets.map(({ value }) => value)
  for (const value of ['tttt', 'cccc', 'pppp', 'ssss', 'k123456', 'said-here']) expect(values).toContain(value)
  expect(values).not.toContain('acme')
  expect(target.warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '4: headers.X-Api-Key is written in the file; put it into the environment, and ${X_API_KEY} here',
    '6: identities.a.query.sig is written in the file; put it into the environment, and ${SIG} here',
  ])
})

test('what can be nothing but a credential may not stand in the file, and is not told', async () => {
  const told = await problems(`
urls: [http://x, "http://me:hunter22@x"]
contract: a
tls: { passphrase: hunter22 }
identities:
  a: { bearer: hunter22, cookies: { sid: hunter22 } }
  b: { basic: { user: me, password: hunter22 }, oauth: { token: x, id: i, secret: hunter22 } }
`)
  expect(told.join('\n')).not.toContain('hunter22')
  expect(told).toEqual([
    'shop.target.yaml:2:18: http://x/: a base URL has no credentials, query or fragment; use "identities" and "query"',
    'shop.target.yaml:4:8: tls.passphrase is written in the file; put it into the environment, and ${TLS_PASSPHRASE} here',
    'shop.target.yaml:6:8: identities.a.bearer is written in the file; put it into the environment, and ${A_BEARER} here',
    'shop.target.yaml:6:37: identities.a.cookies.sid is written in the file; put it into the environment, and ${A_COOKIES_SID} here',
    'shop.target.yaml:7:27: identities.b.basic.password is written in the file; put it into the environment, and ${B_BASIC_PASSWORD} here',
    'shop.target.yaml:7:58: identities.b.oauth.token is no URL of a token endpoint: "x"',
    'shop.target.yaml:7:75: identities.b.oauth.secret is written in the file; put it into the environment, and ${B_OAUTH_SECRET} here',
  ])
})

test('a file that is not there, and one that is no YAML', async () => {
  await expect(loadTarget(path.join(folder, 'none.target.yaml'))).rejects.toThrow('there is no such file')
  expect((await problems('urls: ['))[0]).toMatch(/^shop.target.yaml:1:\d+: this is no well-formed YAML/)
})
