/** A server for `race-sharpness.ts`, in a thread of its own: what is raced against must not wait for who races. */
import { parentPort, workerData } from 'node:worker_threads'
import { createMock } from '../mock/index.ts'
import { loadContract } from '../spec/index.ts'
import { atomicServer, type Losses } from '../test/race/servers/atomic.ts'
import { multiplexingServer } from '../test/race/servers/multiplexing.ts'

/** Which server: the mock of a document with faults, the atomic one with losses, or the one that speaks HTTP/2. */
export type Serving = { document: string; faults: string[] } | { losses: Losses } | { careless: boolean }

const serving = workerData as Serving
let seed = 1
// a generator of one line (Park and Miller): the same losses in every run
const random = (): number => (seed = (seed * 48_271) % 0x7f_ff_ff_ff) / 0x7f_ff_ff_ff
const { url } = await serve()
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
parentPort!.postMessage(url)

async function serve(): Promise<{ url: string }> {
  if ('losses' in serving) return atomicServer(serving.losses, random)
  if ('careless' in serving) return multiplexingServer(serving)
  return createMock(await loadContract(serving.document), { seed: 'races', faults: serving.faults }).listen({ port: 0 })
}
