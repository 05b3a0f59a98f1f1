/** What `startVitest` runs: the registration of all checks for the target that the main thread provides. */
import { BroadcastChannel } from 'node:worker_threads'
import { afterAll, describe, inject, test } from 'vitest'
import { loadChecks } from '../custom.ts'
import { catalogue } from '../index.ts'
import { unpacked } from './parcel.ts'
import { conflictTests } from './register.ts'

const { parcel, checks, files, leaveOut, limit, channel } = inject('ifmatch')
const interrupt = new AbortController()
const wire = new BroadcastChannel(channel)
wire.addEventListener('message', () => interrupt.abort())
wire.unref()

await conflictTests({ test, describe, afterAll }, unpacked(parcel), {
  checks: [...catalogue, ...(files.length > 0 ? (await loadChecks(files)).checks : [])].filter(({ id }) => checks.includes(id)),
  leaveOut,
  tags: true,
  limit,
  signal: interrupt.signal,
})
afterAll(() => wire.close())
