import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import type { Result } from '../../reports/model.ts'
import { loadContract } from '../../spec/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { repeatAfterAbort } from '../../suites/races/lost-answer.ts'
import { withDefaults } from '../../suites/target.ts'

const contract = new URL('./servers/notes.openapi.yaml', import.meta.url).pathname
const loaded = await loadContract(contract)

/** The check against a mock whose collection is read through a copy: the copy shows the answers in the order in which `shown` picks them. */
async function judged(faults: string[], shown: (answers: readonly string[]) => string): Promise<Result> {
  const mock = await createMock(loaded, { seed: '1', work: 5, faults }).listen({ port: 0 })
  const lists: string[] = []
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const onward = request(new URL(url!, mock.url), { method, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const { 'content-length': _, ...others } = answer.headers
        let body = Buffer.concat(chunks).toString()
        if (method === 'GET' && url === '/notes') {
          lists.push(body)
          body = shown(lists)
        }
        outgoing.writeHead(answer.statusCode!, others).end(body)
      })
    })
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const urls = [`http://127.0.0.1:${(server.address() as AddressInfo).port}`]
    const [result] = await runCheck(repeatAfterAbort, { ...withDefaults({ urls, contract, seed: '1' }), loaded })
    return result!
  } finally {
    server.closeAllConnections()
    server.close()
    await mock.close()
  }
}

const behind = (answers: readonly string[]): string => answers.at(-2) ?? answers.at(-1)!

test('a second item is found in a collection that is one answer behind', async () => {
  expect(await judged(['check-then-write-20ms'], behind)).toMatchObject({ verdict: 'fail' })
})

test('a right server is spared where its collection is behind', async () => {
  expect(await judged([], behind)).toMatchObject({ verdict: 'pass' })
})

test('where the collection never shows what was made, nothing is proved', async () => {
  expect(await judged(['check-then-write-20ms'], (answers) => answers[0]!)).toMatchObject({
    verdict: 'skip',
    reason: 'the collection does not show what was just made',
  })
})
