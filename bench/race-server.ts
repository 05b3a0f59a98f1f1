/** A server for `race-sharpness.ts`, in a thread of its own: what is raced against must not wait for who races. */
import { parentPort, workerData } from 'node:worker_threads'
import { createMock } from '../mock/index.ts'
import { loadContract } from '../spec/index.ts'
import { atomicServer, type Losses } from '../test/race/servers/atomic.ts'

/** Which server: the mock of a document with faults, or the atomic one with losses. */
export type Serving = { document: string; faults: string[] } | { losses: Losses }

const serving = workerData as Serving
let seed = 1
// a generator of one line (Park and Miller): the same losses in every run
const random = (): number => (seed = (seed * 48_271) % 0x7f_ff_ff_ff) / 0x7f_ff_ff_ff
const { url } =
  'document' in serving
    ? await createMock(await loadContract(serving.document), { seed: 'races', faults: serving.faults }).listen({ port: 0 })
    : await atomicServer(serving.losses, random)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
parentPort!.postMessage(url)
