import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { couldNotRun } from './failure.ts'
import { packageFolder } from './package.ts'

/** What it is to act out, as the command line says it. */
export interface BuiltInOptions {
  overlay?: readonly string[]
  dialect?: readonly string[]
  seed: string
}

/**
 * `ifmatch mock` on a free port, in a process of its own. It ends when it is stopped, and by itself when this process is gone. A Ctrl-C in
 * the terminal does not reach it: the suites delete what they made first.
 */
export class BuiltIn {
  /** Where it listens, when it does. Rejects where it does not start. */
  readonly url: Promise<string>
  readonly #child: ChildProcess
  readonly #gone: Promise<void>

  /** Starts it. */
  constructor({ overlay = [], dialect = [], seed }: BuiltInOptions) {
    const args = ['--port', '0', '--seed', seed]
    for (const file of overlay) args.push('--overlay', file)
    for (const name of dialect) args.push('--dialect', name)
    this.#child = spawn(process.execPath, [fileURLToPath(new URL('bin/ifmatch.js', packageFolder)), 'mock', ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    })
    this.#gone = new Promise<void>((resolve) => {
      this.#child.once('exit', () => resolve())
      this.#child.once('error', () => resolve())
    })
    this.url = this.#listening()
    // whoever waits for it learns why; what else is wrong is told first
    this.url.catch(() => {})
  }

  async #listening(): Promise<string> {
    let complaint = ''
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (complaint += text))
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: this.#child.stdout! }).on('line', (line) => {
        const [, found] = /listening on (http:\S+)$/.exec(line) ?? []
        if (found !== undefined) resolve(found)
      })
      this.#child.once('error', reject)
      void this.#gone.then(() => reject(couldNotRun(`the built-in mock did not start: ${complaint.trim() || 'it said nothing'}`)))
    })
    this.#child.stdout!.resume()
    return url
  }

  /** Ends it. Resolves when it is gone. */
  async stop(): Promise<void> {
    // it holds nothing that would have to be put in order
    this.#child.kill('SIGKILL')
    await this.#gone
  }
}
