import { createServer } from 'node:http'
import { createRequire } from 'node:module'

import { install, listen, main, type Running } from '../serve.ts'

/** Starts express-pouchdb on loopback with PouchDB's in-memory adapter and makes the database that the contract names. */
export async function start(port = 0): Promise<Running> {
  await install(import.meta.dirname)
  const require = createRequire(import.meta.url)
  const PouchDB = require('pouchdb-core').plugin(require('pouchdb-adapter-memory'))
  const app = require('express')()
  app.use(require('express-pouchdb')(PouchDB.defaults({ adapter: 'memory' }), { mode: 'minimumForPouchDB', inMemoryConfig: true }))
  const { url, stop } = await listen(createServer(app), port)
  const made = await fetch(`${url}/ifmatch`, { method: 'PUT' })
  if (made.status !== 201) {
    await stop()
    throw new Error(`express-pouchdb did not make the database ifmatch: ${made.status} ${await made.text()}`)
  }
  return { url, env: { POUCHDB_URL: url }, stop }
}

if (import.meta.main) await main(start)
