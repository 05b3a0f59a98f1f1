import type { Command } from 'commander'
import type { Listening, Mock } from '../mock/index.ts'
import { banner } from './banner.ts'
import { couldNotRun, wrongUsage } from './failure.ts'
import { aborted, interruption } from './interrupt.ts'
import { collect, eachOf, wholeNumber } from './options.ts'
import { warn } from './warnings.ts'

interface MockOptions {
  port?: number[]
  host: string
  dialect?: string[]
  overlay?: string[]
  seed?: string
  work: number
  fault?: string[]
  verbose?: boolean
}

/** `ifmatch mock`: acts a contract out until it is told to stop. */
export function addMock(program: Command): void {
  program
    .command('mock')
    .description('act out an API from its contract, in memory')
    .argument('[document]', 'an OpenAPI document with x-conflict (default: the reference API)')
    .option(
      '--port <number>',
      'port to listen on; 0 picks a free one (default: 4090; repeat for more nodes of one service)',
      eachOf(wholeNumber('--port', 0, 65535)),
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--overlay <file>', 'an OpenAPI Overlay laid over the document (repeat)', collect)
    .option('--dialect <name>', 'a dialect laid over those that the document extends (repeat)', collect)
    .option('--seed <text>', 'makes ids and other made-up values the same again (default: random)')
    .option('--work <ms>', 'how long a write with an idempotency key is under way', wholeNumber('--work', 0, 600_000), 0)
    .option('--fault <name>', 'a bug to act out; `ifmatch faults` lists them (repeat)', collect)
    .option('--verbose', 'a line for each request, and stack traces of errors')
    .action(mock)
}

async function mock(document: string | undefined, options: MockOptions): Promise<void> {
  const stop = interruption()
  endWithParent()
  const [{ loadContract, referenceApi }, { createMock, faults }] = await Promise.all([
    import('../spec/index.ts'),
    import('../mock/index.ts'),
  ])
  for (const name of options.fault ?? []) {
    if (!faults.some((fault) => fault.name === name))
      throw wrongUsage(`--fault ${name}: there is no such fault; \`ifmatch faults\` lists them`)
  }
  const contract = await loadContract(document ?? referenceApi, { overlays: options.overlay, dialects: options.dialect })
  warn(contract)
  const { seed, work, fault } = options
  const log = options.verbose ? (line: string): void => void process.stdout.write(`${line}\n`) : undefined
  const server = createMock(contract, { seed, work, faults: fault, log })
  const listening: Listening[] = []
  try {
    for (const port of options.port ?? [4090]) listening.push(await listen(server, port, options.host))
  } catch (error) {
    await Promise.all(listening.map((node) => node.close()))
    throw error
  }
  process.stdout.write(banner(contract, { seed: server.seed, urls: listening.map(({ url }) => url) }))
  await aborted(stop)
  await Promise.all(listening.map((node) => node.close()))
}

/** A mock that a run of the suites started ends with it, also where that run was gone before the mock had come so far. */
function endWithParent(): void {
  const end = (): void => void process.kill(process.pid, 'SIGTERM')
  if (process.connected) process.once('disconnect', end)
  // undefined: nobody holds the other end
  else if (process.connected === false) end()
}

async function listen(server: Mock, port: number, host: string): Promise<Listening> {
  try {
    return await server.listen({ port, host })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw couldNotRun(`port ${port} of ${host} is in use; choose another with --port, or a free one with --port 0`, error)
    if (code === 'EACCES')
      throw couldNotRun(`port ${port} of ${host} is not allowed for this user; choose one above 1023 with --port`, error)
    throw couldNotRun(
      `cannot listen on ${host}, port ${port} (${code ?? String(error)}); choose an address of this machine with --host`,
      error,
    )
  }
}
