import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { install, main, type Running } from '../serve.ts'

/** Starts JavaScript Solid Server on loopback with an account of its own, in a folder that goes when it stops. */
export async function start(port = 0): Promise<Running> {
  await install(import.meta.dirname)
  const root = await mkdtemp(join(tmpdir(), 'ifmatch-solid-'))
  // only known once it is installed
  const program = join(import.meta.dirname, 'node_modules/javascript-solid-server/src/server.js')
  const { createServer } = await import(program)
  const server = createServer({ root, logger: false, defaultQuota: 0 })
  // it takes 60 writes a minute from one address: what comes here comes from many, as through a proxy
  let address = 0
  server.server.prependListener('request', (request: IncomingMessage) => {
    request.headers['x-forwarded-for'] = `10.${(++address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`
  })
  await server.listen({ port, host: '127.0.0.1' })
  const stop = async (): Promise<void> => {
    server.server.closeAllConnections()
    await server.close()
    await rm(root, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${server.server.address().port}`
  const made = await fetch(`${url}/.pods`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'ifmatch' }),
  })
  if (made.status !== 201) {
    await stop()
    throw new Error(`JavaScript Solid Server did not make the account ifmatch: ${made.status} ${await made.text()}`)
  }
  const { token } = (await made.json()) as { token: string }
  return { url, env: { SOLID_URL: url, SOLID_TOKEN: token }, stop }
}

if (import.meta.main) await main(start)
