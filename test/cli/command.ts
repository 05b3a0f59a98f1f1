import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const bin: string = fileURLToPath(new URL('../../bin/ifmatch.js', import.meta.url))

/** How a command ended. */
export interface Ending {
  /** The exit code, or the name of the signal that ended it. */
  code: number | string
  stdout: string
  stderr: string
}

/** Runs `ifmatch` as a user does, to its end. One that hangs is killed, and its code is `SIGKILL`. */
export async function ifmatch(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<Ending> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? signal!, stdout, stderr }))
  })
}
