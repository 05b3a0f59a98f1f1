import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { TargetConfig } from '../suites/target.ts'
import { couldNotRun } from './failure.ts'
import { packageFolder } from './package.ts'

/** The built-in mock in a process of its own. */
export interface BuiltIn {
  url: string
  /** Ends it. Resolves when it is gone. */
  stop(): Promise<void>
}

/**
 * Starts `ifmatch mock` on a free port, in a process of its own, and waits until it listens. It ends with `stop()`, and by itself when this
 * process is gone. A Ctrl-C in the terminal does not reach it: the suites delete what they made first.
 */
export async function startBuiltIn({ overlays, dialects, seed }: Pick<TargetConfig, 'overlays' | 'dialects' | 'seed'>): Promise<BuiltIn> {
  const args = ['--port', '0', '--seed', seed]
  for (const file of overlays) args.push('--overlay', file)
  for (const name of dialects) args.push('--dialect', name)
  const child = spawn(process.execPath, [fileURLToPath(new URL('bin/ifmatch.js', packageFolder)), 'mock', ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let complaint = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const [, found] = /listening on (http:\S+)$/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('error', reject)
    void gone.then(() => reject(couldNotRun(`the built-in mock did not start: ${complaint.trim() || 'it said nothing'}`)))
  })
  child.stdout!.resume()
  return {
    url,
    stop: () => {
      if (child.connected) child.disconnect()
      return gone
    },
  }
}
