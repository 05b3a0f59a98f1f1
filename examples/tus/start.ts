import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { install, listen, main, type Running } from '../serve.ts'

/** Starts @tus/server on loopback with a file store in a folder of its own, which goes when it stops. */
export async function start(port = 0): Promise<Running> {
  await install(import.meta.dirname)
  const require = createRequire(import.meta.url)
  const { Server } = require('@tus/server')
  const { FileStore } = require('@tus/file-store')
  const directory = await mkdtemp(join(tmpdir(), 'ifmatch-tus-'))
  const tus = new Server({ path: '/files', datastore: new FileStore({ directory }) })
  const { url, stop } = await listen(createServer(tus.handle.bind(tus)), port)
  return { url, env: { TUS_URL: url }, stop: () => stop().then(() => rm(directory, { recursive: true, force: true })) }
}

if (import.meta.main) await main(start)
