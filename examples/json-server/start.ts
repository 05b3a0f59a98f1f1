import { createServer } from 'node:http'
import { createRequire } from 'node:module'

import { install, listen, main, type Running } from '../serve.ts'

/** Starts json-server on loopback over a database in memory, with the middleware that its command line uses, and one note in it. */
export async function start(port = 0): Promise<Running> {
  await install(import.meta.dirname)
  const jsonServer = createRequire(import.meta.url)('json-server')
  const app = jsonServer.create()
  app.use(jsonServer.defaults({ logger: false }))
  app.use(jsonServer.router({ notes: [{ id: 1, title: 'hello' }] }))
  const { url, stop } = await listen(createServer(app), port)
  return { url, env: { JSON_SERVER_URL: url }, stop }
}

if (import.meta.main) await main(start)
