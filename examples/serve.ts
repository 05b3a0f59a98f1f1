import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Server } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** A server of an example that has been started. */
export interface Running {
  /** Base URL, without a slash at the end. */
  url: string
  /** What its target file reads from the environment. */
  env: Record<string, string>
  /** Stops it and resolves when its port is free. */
  stop(): Promise<void>
}

/**
 * Installs the packages of an example from its lockfile, unless they are there.
 *
 * @param directory where its `package-lock.json` lies
 * @throws Error with what npm printed, where the installation fails
 */
export async function install(directory: string): Promise<void> {
  // npm writes this file last: an interrupted installation starts again
  if (existsSync(join(directory, 'node_modules', '.package-lock.json'))) return
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: directory,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  npm.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  npm.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => npm.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`npm ci in ${directory} ended with ${code}:\n${printed.trim()}`)
}

/** Has a server of this process listen on loopback; port 0 is any free one. @returns its URL, and what stops it */
export async function listen(server: Server, port: number): Promise<Pick<Running, 'url' | 'stop'>> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop }
}

/**
 * A port of loopback that nobody listens on, for servers that do not tell which one they were given.
 *
 * It lies below those that systems give to connections (from 32768 on Linux, from 49152 on others; RFC 6335, section 6): one of these could be
 * given away again before the server listens.
 *
 * @throws Error where nothing can listen on loopback
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_768)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue
      throw error
    }
    server.close()
    await once(server, 'close')
    return port
  }
}

/**
 * The command line of a start script: `start.ts [--port N] [-- COMMAND…]`.
 *
 * With a command, runs it with the server's environment values, stops the server after it and exits with its code. Without one, prints
 * the values and serves until SIGINT or SIGTERM.
 *
 * @param start installs and starts the server on a loopback port; 0 is any free one
 */
export async function main(start: (port: number) => Promise<Running>): Promise<void> {
  try {
    await serve(start)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}

async function serve(start: (port: number) => Promise<Running>): Promise<void> {
  const { values, positionals } = parseArgs({ options: { port: { type: 'string', default: '0' } }, allowPositionals: true })
  const port = Number(values.port)
  if (!/^\d+$/.test(values.port) || port > 65535)
    throw new Error(`--port ${values.port}: a port is a number from 0 (any free one) to 65535`)
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
  })
  const server = await start(port)
  try {
    if (positionals.length > 0) process.exitCode = await run(positionals, server.env, stopped)
    else {
      console.log(`listening on ${server.url} until Ctrl-C\n`)
      for (const [name, value] of Object.entries(server.env)) console.log(`export ${name}='${value}'`)
      await stopped
    }
  } finally {
    await server.stop()
  }
}

/** Runs a command to its end and gives its exit code; a signal for us is passed on to it. */
async function run(command: string[], env: Record<string, string>, stopped: Promise<NodeJS.Signals>): Promise<number> {
  const [file = '', ...args] = command
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  void stopped.then((signal) => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${file} cannot be run: ${error.message}`)))
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}
