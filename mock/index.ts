import type { Contract } from '../spec/contract.ts'
import { randomSeed } from '../spec/seed.ts'
import { Cors } from './cors.ts'
import { Engine } from './engine.ts'
import type { Fault } from './fault.ts'
import { faultNamed } from './faults/index.ts'
import type { Answer, Request } from './message.ts'
import { listen, type Listening } from './server.ts'

export { faultNamed, faults } from './faults/index.ts'
export type { Fault } from './fault.ts'
export type { Answer, HeaderLines, Request } from './message.ts'
export type { Listening } from './server.ts'

/** How a mock behaves; everything may be left out. */
export interface MockOptions {
  /** Makes ids and tags the same again; random if left out. */
  seed?: string | undefined
  /** Milliseconds that a write with an idempotency key is under way; 0 if left out. */
  work?: number | undefined
  /** Bugs to act out, by name or as values. */
  faults?: readonly (string | Fault)[] | undefined
  /** Gets one line for each request. */
  log?: ((line: string) => void) | undefined
  /** Bytes of content that are read; more is 413. 1 MB if left out. */
  limit?: number | undefined
  /** Milliseconds since 1970; the system's clock if left out. */
  clock?: (() => number) | undefined
}

/** An API acted out from its contract, in memory. */
export interface Mock {
  /** What ids and tags come from. */
  seed: string
  /** The answer to a request, without a socket: no CORS, no `Content-Length`. A fault of the transport has no effect here. */
  handle(request: Request): Promise<Answer>
  /** Puts the data back: the document's examples, and nothing else. */
  reset(): void
  /**
   * @param where port 0 (left out: 4090) picks a free one; host left out: 127.0.0.1
   * @throws what node:net says where the address cannot be had (`EADDRINUSE`, `EACCES`)
   */
  listen(where?: { port?: number; host?: string }): Promise<Listening>
}

/**
 * Makes a mock of an API.
 *
 * @throws TypeError where a fault has a name that is not known; it says which are
 */
export function createMock(contract: Contract, options: MockOptions = {}): Mock {
  const seed = options.seed ?? randomSeed()
  const faults = (options.faults ?? []).map((each) => (typeof each === 'string' ? faultNamed(each) : each))
  const engine = new Engine(contract, { seed, work: options.work ?? 0, faults, clock: options.clock ?? Date.now })
  const cors = new Cors(contract)
  return {
    seed,
    handle: async (request) => (await engine.handle(request)).answer,
    reset: () => engine.reset(),
    listen: (where = {}) =>
      listen(
        engine,
        cors,
        { port: where.port ?? 4090, host: where.host ?? '127.0.0.1' },
        { limit: options.limit ?? 1_000_000, log: options.log, reset: () => engine.reset() },
      ),
  }
}
