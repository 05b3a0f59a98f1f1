import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { loadContract } from '../../spec/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { oneCreates } from '../../suites/races/create-only.ts'
import { oneEffect } from '../../suites/races/same-key.ts'
import { identicalCreates, oneTakesIt } from '../../suites/races/unique.ts'
import { withDefaults } from '../../suites/target.ts'
import { listening } from '../listening.ts'

const contract = new URL('./servers/notes.openapi.yaml', import.meta.url).pathname
const loaded = await loadContract(contract)

/** Has nothing, shows that to everybody, and lets in whom `welcome` says of those who write, by their number. */
async function door(welcome: (writer: number) => boolean): Promise<string> {
  let writers = 0
  const server = createServer((request, response) => {
    request.resume()
    const json = { 'Content-Type': 'application/json' }
    if (request.method === 'GET' && request.url === '/notes') return void response.writeHead(200, json).end('[]')
    if (request.method === 'GET') return void response.writeHead(404).end()
    if (!welcome(++writers)) return void response.writeHead(401).end()
    response.writeHead(201, { ...json, Location: `/notes/n${writers}` }).end(`{"id":"n${writers}","title":"a","text":"b"}`)
  })
  return `http://127.0.0.1:${await listening(server)}`
}

const checks = [oneCreates, oneEffect, oneTakesIt, identicalCreates]

test.each(checks)('where nobody may create, no round of $id counts, and nobody is accused', async (check) => {
  const urls = [await door(() => false)]
  const [result] = await runCheck(check, { ...withDefaults({ urls, contract, races: { rounds: 2 } }), loaded })
  expect(result).toMatchObject({
    verdict: 'inconclusive',
    race: { rounds: 0 },
    reason: expect.stringMatching(/so is one .* alone: it is answered 401/),
  })
})

test.each(checks)('where only who comes alone may, $id says that nobody won', async (check) => {
  const urls = [await door((writer) => writer === 6)]
  const races = { rounds: 1, writers: 5 }
  const [result] = await runCheck(check, { ...withDefaults({ urls, contract, races }), loaded })
  expect(result).toMatchObject({ verdict: 'warn', race: { rounds: 1 }, reason: expect.stringContaining('nobody succeeded') })
})

/** Notes by name: the first PUT of a name makes it; `loses` says what comes of the others, who are told of an error. */
async function names(loses: 'nothing' | 'overwrites'): Promise<string> {
  const notes = new Map<string, string>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const note = notes.get(request.url!)
    const json = { 'Content-Type': 'application/json', ETag: '"1"' }
    if (request.method === 'GET') return void (note === undefined ? response.writeHead(404).end() : response.writeHead(200, json).end(note))
    if (note === undefined || loses === 'overwrites') notes.set(request.url!, body)
    response.writeHead(note === undefined ? 201 : 500, json).end(note === undefined ? body : '{}')
  })
  return `http://127.0.0.1:${await listening(server)}`
}

test('a race to create counts where the losers are told of an error of the server, and the winner’s item stands', async () => {
  const urls = [await names('nothing')]
  const [result] = await runCheck(oneCreates, { ...withDefaults({ urls, contract, races: { rounds: 2 } }), loaded })
  expect(result).toMatchObject({ verdict: 'pass', race: { rounds: 2 } })
})

test('where one of those overwrote it, it is found', async () => {
  const urls = [await names('overwrites')]
  const [result] = await runCheck(oneCreates, { ...withDefaults({ urls, contract, races: { rounds: 2 } }), loaded })
  expect(result).toMatchObject({ verdict: 'fail', race: { losses: 1 } })
})
