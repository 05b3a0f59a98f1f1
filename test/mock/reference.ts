import { createMock, type Answer, type HeaderLines, type Mock, type MockOptions } from '../../mock/index.ts'
import { headerOf } from '../../mock/message.ts'
import type { Contract } from '../../spec/contract.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { misfits } from '../conformance/fits.ts'

/** The reference API, loaded once for all tests of a file. */
export const reference: Contract = await loadContract(referenceApi)

/** The same in the other family: a stale writer is told 409. */
export const reference409: Contract = await loadContract(referenceApi, { dialects: ['conflict409'] })

/** An answer, easier to look at. */
export interface Seen {
  status: number
  header(name: string): string | undefined
  text: string
  json: any
}

/** A client of a mock without a socket. */
export interface Client {
  mock: Mock
  send(
    method: string,
    target: string,
    options?: { headers?: HeaderLines | Record<string, string>; body?: unknown; type?: string },
  ): Promise<Seen>
}

/**
 * A mock of the reference API (or of another contract) whose clock stands still unless it is moved. Unless it has faults, every answer
 * is held against the document.
 */
export function client(options: MockOptions & { contract?: Contract; check?: boolean } = {}): Client & { clock: { now: number } } {
  const clock = { now: Date.UTC(2026, 10, 22, 12, 0, 0) }
  const mock = createMock(options.contract ?? reference, { seed: 'test', clock: () => clock.now, ...options })
  const contract = options.contract ?? reference
  const check = (options.faults ?? []).length === 0 && options.check !== false ? fitsDocument : () => {}
  return {
    mock,
    clock,
    async send(method, target, more = {}) {
      const answer = await send(mock, method, target, more)
      check(contract, method, target, answer)
      return seen(answer)
    },
  }
}

async function send(
  mock: Mock,
  method: string,
  target: string,
  { headers = {}, body, type }: Parameters<Client['send']>[2] & object,
): Promise<Answer> {
  const bytes =
    body === undefined
      ? Buffer.alloc(0)
      : Buffer.isBuffer(body)
        ? body
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const lines: HeaderLines = Array.isArray(headers) ? [...headers] : Object.entries(headers)
  if (body !== undefined && headerOf(lines, 'content-type') === undefined) lines.push(['Content-Type', type ?? 'application/json'])
  return mock.handle({ method, target, headers: lines, body: bytes })
}

function seen({ status, headers, body }: Answer): Seen {
  const text = body.toString()
  return {
    status,
    header: (name) => headerOf(headers, name.toLowerCase()),
    text,
    json: /json/.test(headerOf(headers, 'content-type') ?? '') ? JSON.parse(text) : undefined,
  }
}

/** Throws where an answer departs from the document. */
function fitsDocument(contract: Contract, method: string, target: string, { status, headers, body }: Answer): void {
  // what a preference of the mock brings about is no matter of the document
  if (headerOf(headers, 'ifmatch-decision')?.includes('rule="Prefer"')) return
  // the adapter sends none in answer to HEAD
  const sent = Buffer.from(method === 'HEAD' ? '' : body)
  const found = misfits(contract, { method, target }, { status, headers, body: sent })
  if (found.length > 0) throw new Error(`${method} ${target} → ${status}: ${found.join('; ')}`)
}
