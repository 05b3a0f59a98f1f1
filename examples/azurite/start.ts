import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'

import { freePort, install, main, type Running } from '../serve.ts'

const version = '2021-12-02'
const container = 'ifmatch'

/** Starts Azurite's blob service in memory, on loopback, without telemetry, and makes the container that the contract names. */
export async function start(port = 0): Promise<Running> {
  const { url, query, stop } = await service('blob', port)
  await make(`${url}/${container}?restype=container&${query}`, { method: 'PUT', headers: { 'x-ms-version': version } }, stop)
  return { url, env: { AZURITE_URL: url, AZURITE_SAS_SIG: query.get('sig') ?? '' }, stop }
}

/** A service of Azurite that runs: its URL, the query that signs requests to it, and what stops it. */
interface Service extends Pick<Running, 'url' | 'stop'> {
  query: URLSearchParams
}

/** Starts one of Azurite's services in memory, on loopback, without telemetry. */
export async function service(name: 'blob' | 'table', port: number): Promise<Service> {
  await install(import.meta.dirname)
  const require = createRequire(import.meta.url)
  const script: string = require.resolve(`azurite/dist/src/${name}/main.js`)
  const listening = port === 0 ? await freePort() : port
  const options = [
    `--${name}Host`,
    '127.0.0.1',
    `--${name}Port`,
    `${listening}`,
    '--inMemoryPersistence',
    '--disableTelemetry',
    '--skipApiVersionCheck',
  ]
  const { AZURITE_ACCOUNTS: _, ...env } = process.env // else it would not know the development account
  // in a group of its own: Ctrl-C reaches us first, and whoever uses the server can clean up
  const child = spawn(process.execPath, [script, '--silent', ...options], {
    cwd: tmpdir(),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  process.once('exit', () => child.kill())
  const closed = once(child, 'close')
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await closed
  }
  let printed = ''
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (/successfully (listens|started) on/.test(line)) resolve()
    })
    void closed.then(() => reject(new Error(`azurite ended before it listened: ${printed.trim()}`)))
  })
  const constants: { EMULATOR_ACCOUNT_NAME: string; EMULATOR_ACCOUNT_KEY_STR: string } = require('azurite/dist/src/blob/utils/constants.js')
  const account = constants.EMULATOR_ACCOUNT_NAME
  return { url: `http://127.0.0.1:${listening}/${account}`, query: accountSas(account, constants.EMULATOR_ACCOUNT_KEY_STR, name), stop }
}

/** Makes what the contract names. @throws Error with the answer, where that fails; then the service is stopped */
export async function make(url: string, request: RequestInit, stop: () => Promise<void>): Promise<void> {
  const made = await fetch(url, request)
  if (made.status === 201) return
  await stop()
  throw new Error(`azurite did not make what the contract names: ${made.status} ${await made.text()}`)
}

/**
 * A shared access signature for reading, writing and deleting blobs or entities and making containers or tables. All but `sig` is written in the target file too.
 *
 * Azure Storage, "Create an account SAS": the fields in this order, each ended by a line feed, HMAC-SHA256 with the account's key.
 */
function accountSas(account: string, key: string, name: 'blob' | 'table'): URLSearchParams {
  const sas = {
    sp: name === 'blob' ? 'rwdc' : 'rwdau',
    ss: name[0]!,
    srt: 'co',
    se: '2099-12-31T23:59:59Z',
    spr: 'https,http',
    sv: version,
  }
  const lines = [account, sas.sp, sas.ss, sas.srt, '', sas.se, '', sas.spr, sas.sv, '', '']
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(lines.join('\n')).digest('base64')
  return new URLSearchParams({ ...sas, sig })
}

if (import.meta.main) await main(start)
