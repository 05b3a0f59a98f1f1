import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { install, main, type Running } from '../serve.ts'

/** Starts CAP on loopback, in a process of its own and with a database in memory. */
export async function start(port = 0): Promise<Running> {
  await install(import.meta.dirname)
  const program = join(import.meta.dirname, 'node_modules/@sap/cds/bin/serve.js')
  // in a group of its own: Ctrl-C reaches us first, and whoever uses the server can clean up
  const child = fork(program, ['shop.cds', '--in-memory', '--port', String(port)], {
    cwd: import.meta.dirname,
    env: { ...process.env, NODE_ENV: 'development' },
    silent: true,
    detached: true,
  })
  let printed = ''
  child.stdout!.resume()
  child.stderr!.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  process.once('exit', () => child.kill())
  const closed = once(child, 'close')
  const listening = await Promise.race([once(child, 'message'), closed.then(() => undefined)])
  if (!listening) throw new Error(`CAP ended before it listened: ${printed.trim()}`)
  const url = `http://127.0.0.1:${listening[0]}`
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await closed
  }
  return { url, env: { CAP_URL: `${url}/shop` }, stop }
}

if (import.meta.main) await main(start)
