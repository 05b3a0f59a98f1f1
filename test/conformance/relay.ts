import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, request as ask } from 'undici'
import type { HeaderLine } from '../../reports/model.ts'
import type { Answered, Asked } from './fits.ts'

/** A request as the client sent it. */
export interface Sent extends Asked {
  headers: HeaderLine[]
  body: Buffer
}

/** What passed a relay, whole. */
export interface Passed {
  asked: Sent
  answered: Answered
  /** The base URL that it went to. */
  to: string
}

/** A server on loopback that hands requests on and keeps what passed. */
export interface Relay {
  url: string
  passed: Passed[]
  close(): Promise<void>
}

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding']

/** @param route the base URL for a request; everything goes there and back as it is, but for the fields of the connection */
export async function openRelay(route: (asked: Sent) => string): Promise<Relay> {
  const passed: Passed[] = []
  const dispatcher = new Agent()
  const handOn = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const headers = pairs(incoming.rawHeaders)
    const asked: Sent = { method: incoming.method!, target: incoming.url!, headers, body: Buffer.concat(chunks) }
    const to = route(asked)
    const answer = await ask(to + asked.target, {
      dispatcher,
      method: asked.method,
      headers: withoutHops(headers).flat(),
      body: asked.body.length > 0 ? asked.body : null,
      responseHeaders: 'raw',
    })
    const lines = pairs(answer.headers as unknown as (string | Buffer)[])
    const answered: Answered = { status: answer.statusCode, headers: lines, body: Buffer.from(await answer.body.bytes()) }
    passed.push({ asked, answered, to })
    response.sendDate = false
    response.writeHead(answered.status, withoutHops(lines).flat()).end(answered.body)
  }
  const server = createServer((incoming, response) => {
    // the client sees a broken connection, and the check that it is of becomes inconclusive
    handOn(incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      await dispatcher.close()
    },
  }
}

function withoutHops(lines: HeaderLine[]): HeaderLine[] {
  return lines.filter(([name]) => !hopByHop.includes(name.toLowerCase()))
}

function pairs(raw: (string | Buffer)[]): HeaderLine[] {
  return Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at]!.toString('latin1'), raw[2 * at + 1]!.toString('latin1')])
}
