import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Answer, createMock, type HeaderLines, type Request } from '../../mock/index.ts'
import { loadContract } from '../../spec/index.ts'
import { catalogue, runCheck } from '../../suites/index.ts'
import { targetAt } from './documents.ts'

// Servers that differ from the mock in what no contract says of rules, of guards and of what switches them off

const file = new URL('./language.openapi.yaml', import.meta.url).pathname
const contract = await loadContract(file)
const ids = ['state/described-refused', 'state/override-performed', 'tokens/override-deletes', 'tokens/override-performed']

/** Answers a request; `ask` asks the mock. */
type Habit = (request: Request, ask: (request: Request) => Promise<Answer>) => Promise<Answer>

/** What the checks tell of a server with this habit, where they have something to look at. */
async function told(habit: Habit, document = file): Promise<string[]> {
  const mock = createMock(contract, { seed: 'overriding' })
  const server = createServer(async (incoming, outgoing) => {
    const headers = incoming.rawHeaders.flatMap((name, at, all): HeaderLines => (at % 2 === 0 ? [[name, all[at + 1]!]] : []))
    const request = { method: incoming.method!, target: incoming.url!, headers, body: Buffer.concat(await incoming.toArray()) }
    const answer = await habit(request, async (asked) => mock.handle(asked))
    outgoing.writeHead(answer.status, answer.headers.flat()).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const target = await targetAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { contract: document })
    const results = await Promise.all(catalogue.filter(({ id }) => ids.includes(id)).map((check) => runCheck(check, target)))
    return results
      .flat()
      .filter(({ resource }) => resource !== null)
      .map(({ check, resource, verdict, reason }) => `${check} on ${resource}: ${verdict}${reason === null ? '' : ` ${reason}`}`)
      .toSorted()
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const answered = (status: number): Answer => ({ status, headers: [], body: '' })
const says = ({ target }: Request, word: string): boolean => target.includes(word)
const pathOf = ({ target }: Request): string => target.replace(/\?.*/, '')

const allPass = [
  'state/described-refused on draft: pass',
  'state/described-refused on page: pass',
  'state/override-performed on draft: pass',
  'state/override-performed on remark: pass',
  'tokens/override-deletes on page: pass',
  'tokens/override-performed on page: pass',
]

test('a server that does what the contract says', async () => {
  expect(await told((request, ask) => ask(request))).toEqual(allPass)
})

test('one that takes its time: deletes are answered 202, and the item is there for as long as anybody looks', async () => {
  const leaving = new Map<string, Answer>()
  const server: Habit = async (request, ask) => {
    const left = leaving.get(pathOf(request))
    if (request.method === 'GET' && left) return left
    if (request.method !== 'DELETE') return ask(request)
    const shown = await ask({ ...request, method: 'GET', target: pathOf(request) })
    const answer = await ask(request)
    if (answer.status !== 204) return answer
    leaving.set(pathOf(request), shown)
    return answered(202)
  }
  expect(await told(server)).toEqual(allPass)
})

test('one whose reads are behind its writes', async () => {
  const shown = new Map<string, Answer>()
  const behind = new Map<string, Answer>()
  const server: Habit = async (request, ask) => {
    const at = pathOf(request).replace(/\/(publish|withdraw)$/, '')
    if (request.method !== 'GET') {
      const answer = await ask(request)
      const before = shown.get(at)
      if (answer.status < 300 && before) behind.set(at, before)
      return answer
    }
    const answer = await ask(request)
    const old = behind.get(at)
    behind.delete(at)
    shown.set(at, answer)
    return old ?? answer
  }
  expect(await told(server)).toEqual(allPass)
})

test('one that lets others override', async () => {
  const server: Habit = async (request, ask) => (/force=true|orphan=true/.test(request.target) ? answered(403) : ask(request))
  expect((await told(server)).filter((line) => !line.startsWith('state/described'))).toEqual([
    expect.stringMatching(/^state\/override-performed on draft: skip we may not override/),
    expect.stringMatching(/^state\/override-performed on remark: skip we may not override/),
    expect.stringMatching(/^tokens\/override-deletes on page: skip we may not override/),
    expect.stringMatching(/^tokens\/override-performed on page: skip we may not override/),
  ])
})

test('one that hides what was published from reads', async () => {
  const hidden = new Set<string>()
  const server: Habit = async (request, ask) => {
    if (request.method === 'GET' && hidden.has(pathOf(request))) return answered(404)
    const answer = await ask(request)
    if (answer.status === 200 && pathOf(request).endsWith('/publish')) hidden.add(pathOf(request).replace(/\/publish$/, ''))
    return answer
  }
  expect((await told(server)).filter((line) => / (fail|warn) /.test(line))).toEqual([])
})

test('one that lets us delete nothing is not found wrong for it', async () => {
  const server: Habit = async (request, ask) => (request.method === 'DELETE' ? answered(405) : ask(request))
  expect(await told(server)).toEqual([
    expect.stringMatching(/^state\/described-refused on draft: inconclusive /),
    'state/described-refused on page: pass',
    expect.stringMatching(/^state\/override-performed on draft: inconclusive /),
    expect.stringMatching(/^state\/override-performed on remark: inconclusive /),
    expect.stringMatching(/^tokens\/override-deletes on page: inconclusive /),
    'tokens/override-performed on page: pass',
  ])
})

test('one that does not know the word is found: unknown parameters are ignored, or refused', async () => {
  const words = /[?&](force|orphan)=true/
  const ignores: Habit = (request, ask) => ask({ ...request, target: request.target.replace(words, '') })
  const refuses: Habit = async (request, ask) => (words.test(request.target) ? answered(400) : ask(request))
  for (const server of [ignores, refuses])
    expect((await told(server)).map((line) => line.replace(/(: fail).*/, '$1'))).toEqual(
      allPass.map((line) => (line.includes('override') ? line.replace('pass', 'fail') : line)),
    )
})

test('one that begins what is asked first, and is not done with it, proves nothing', async () => {
  const server: Habit = async (request, ask) => {
    const answer = await ask(request)
    return answer.status === 200 && says(request, '/publish') ? answered(202) : answer
  }
  expect((await told(server)).filter((line) => line.includes('on draft'))).toEqual([
    expect.stringMatching(/^state\/described-refused on draft: inconclusive .*asks for first is answered 202/),
    expect.stringMatching(/^state\/override-performed on draft: inconclusive .*asks for first is answered 202/),
  ])
})

test('a word that the document does not declare on an operation is not tried there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'overriding-'))
  try {
    const silent = join(folder, 'silent.openapi.yaml')
    const undeclared = readFileSync(file, 'utf8').replace(/\{ in: query, name: (force|orphan), schema: \{ type: boolean \} \},? ?/g, '')
    writeFileSync(silent, undeclared)
    const server: Habit = async (request, ask) => (/force=true|orphan=true/.test(request.target) ? answered(400) : ask(request))
    expect((await told(server, silent)).filter((line) => line.includes('override'))).toEqual([
      expect.stringMatching(/^state\/override-performed on draft: skip .*declares no \$request\.query\.force on withdraw/),
      expect.stringMatching(/^state\/override-performed on remark: skip .*declares no \$request\.query\.orphan on create/),
      expect.stringMatching(/^tokens\/override-deletes on page: skip .*declares no \$request\.query\.force on delete/),
      expect.stringMatching(/^tokens\/override-performed on page: skip .*declares no \$request\.query\.force on replace/),
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
