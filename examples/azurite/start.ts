import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'

import { install, main, type Running } from '../serve.ts'

const version = '2021-12-02'
const container = 'ifmatch'

/** Starts Azurite's blob service in memory, on loopback, without telemetry, and makes the container that the contract names. */
export async function start(port = 0): Promise<Running> {
  await install(import.meta.dirname)
  const require = createRequire(import.meta.url)
  const script: string = require.resolve('azurite/dist/src/blob/main.js')
  const options = [
    '--blobHost',
    '127.0.0.1',
    '--blobPort',
    `${port}`,
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
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const address = /listens on (http:\S+)/.exec(line)?.[1]
      if (address) resolve(address)
    })
    void closed.then(() => reject(new Error(`azurite ended before it listened: ${printed.trim()}`)))
  })
  const constants: { EMULATOR_ACCOUNT_NAME: string; EMULATOR_ACCOUNT_KEY_STR: string } = require('azurite/dist/src/blob/utils/constants.js')
  const sas = accountSas(constants.EMULATOR_ACCOUNT_NAME, constants.EMULATOR_ACCOUNT_KEY_STR)
  const url = `${origin}/${constants.EMULATOR_ACCOUNT_NAME}`
  const made = await fetch(`${url}/${container}?restype=container&${sas}`, { method: 'PUT', headers: { 'x-ms-version': version } })
  if (made.status !== 201) {
    await stop()
    throw new Error(`azurite did not make the container ${container}: ${made.status} ${await made.text()}`)
  }
  return { url, env: { AZURITE_URL: url, AZURITE_SAS_SIG: sas.get('sig') ?? '' }, stop }
}

/**
 * A shared access signature for reading, writing and deleting blobs and making containers. All but `sig` is written in the target file too.
 *
 * Azure Storage, "Create an account SAS": the fields in this order, each ended by a line feed, HMAC-SHA256 with the account's key.
 */
function accountSas(account: string, key: string): URLSearchParams {
  const sas = { sp: 'rwdc', ss: 'b', srt: 'co', se: '2099-12-31T23:59:59Z', spr: 'https,http', sv: version }
  const lines = [account, sas.sp, sas.ss, sas.srt, '', sas.se, '', sas.spr, sas.sv, '', '']
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(lines.join('\n')).digest('base64')
  return new URLSearchParams({ ...sas, sig })
}

if (import.meta.main) await main(start)
