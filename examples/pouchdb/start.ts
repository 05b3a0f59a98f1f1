import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequire } from 'node:module'

import { install, main, type Running } from '../serve.ts'

/** Starts express-pouchdb on loopback with PouchDB's in-memory adapter and makes the database that the contract names. */
export async function start(port = 0): Promise<Running> {
  await install(import.meta.dirname)
  const require = createRequire(import.meta.url)
  const PouchDB = require('pouchdb-core').plugin(require('pouchdb-adapter-memory'))
  const app = require('express')()
  app.use(require('express-pouchdb')(PouchDB.defaults({ adapter: 'memory' }), { mode: 'minimumForPouchDB', inMemoryConfig: true }))
  const server: Server = app.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const made = await fetch(`${url}/ifmatch`, { method: 'PUT' })
  if (made.status !== 201) {
    await stop()
    throw new Error(`express-pouchdb did not make the database ifmatch: ${made.status} ${await made.text()}`)
  }
  return { url, env: { POUCHDB_URL: url }, stop }
}

if (import.meta.main) await main(start)
