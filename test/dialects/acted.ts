import { createMock, type HeaderLines, type Mock } from '../../mock/index.ts'
import { headerOf } from '../../mock/message.ts'
import type { Contract } from '../../spec/contract.ts'
import { loadContract } from '../../spec/index.ts'

export const folder: URL = new URL('./', import.meta.url)

/** The document of a dialect, as it is loaded. */
export function load(dialect: string): Promise<Contract> {
  return loadContract(new URL(`${dialect}.openapi.yaml`, folder).pathname)
}

export interface Seen {
  status: number
  header(name: string): string
  text: string
  json: any
}

export interface Request {
  headers?: Record<string, string>
  body?: unknown
}

/** Sends to a mock without a socket. A body that is no text goes as JSON, of this media type. */
export function sender(mock: Mock, json: string): (method: string, target: string, request?: Request) => Promise<Seen> {
  return async (method, target, { headers = {}, body } = {}) => {
    const lines: HeaderLines = Object.entries(headers)
    if (body !== undefined && !('Content-Type' in headers)) lines.push(['Content-Type', typeof body === 'string' ? 'text/plain' : json])
    const bytes = Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
    const answer = await mock.handle({ method, target, headers: lines, body: bytes })
    const type = headerOf(answer.headers, 'content-type') ?? ''
    const text = answer.body.toString()
    return {
      status: answer.status,
      header: (name) => headerOf(answer.headers, name.toLowerCase()) ?? '',
      text,
      json: /json/.test(type) && text !== '' ? JSON.parse(text) : undefined,
    }
  }
}

/** A mock that acts a dialect out, at noon of a day of its own. */
export async function api(dialect: string, json = 'application/json'): Promise<ReturnType<typeof sender> & { clock: { now: number } }> {
  const clock = { now: Date.UTC(2026, 10, 22, 12) }
  const mock = createMock(await load(dialect), { seed: dialect, clock: () => clock.now })
  return Object.assign(sender(mock, json), { clock })
}
