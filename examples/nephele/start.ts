import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { install, listen, main, type Running } from '../serve.ts'

/** Starts Nephele on loopback as its README says, with a folder of its own, which goes when it stops. */
export async function start(port = 0): Promise<Running> {
  await install(import.meta.dirname)
  const require = createRequire(import.meta.url)
  const { default: nephele } = require('nephele')
  const { default: FileSystem } = require('@nephele/adapter-file-system')
  const { default: Nobody } = require('@nephele/authenticator-none')
  // else it tells stack traces in errors
  const { NODE_ENV } = process.env
  process.env['NODE_ENV'] = 'production'
  const root = await mkdtemp(join(tmpdir(), 'ifmatch-nephele-'))
  await mkdir(join(root, 'ifmatch'))
  const app = require('express')()
  app.use('/', nephele({ adapter: new FileSystem({ root }), authenticator: new Nobody() }))
  const server = await listen(createServer(app), port)
  const stop = async (): Promise<void> => {
    await server.stop()
    if (NODE_ENV === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = NODE_ENV
    await rm(root, { recursive: true, force: true })
  }
  return { url: server.url, env: { NEPHELE_URL: server.url }, stop }
}

if (import.meta.main) await main(start)
