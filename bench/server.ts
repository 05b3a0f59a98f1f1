import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { freePort } from '../examples/serve.ts'

/** A program that answers HTTP, as a command of Node. */
export interface Program {
  name: string
  /** With the port that it is to listen on. */
  command: (port: number) => string[]
}

/** A program that runs. */
export interface Running {
  url: string
  /** CPU that its process has used so far, in milliseconds; undefined where the system does not tell (there is no /proc). */
  cpu(): number | undefined
  stop(): Promise<void>
}

/** Prism on the reference API: as people run it, and without its log, which costs it half of its speed. */
export function prism(document: string, ...flags: string[]): Program['command'] {
  const program = fileURLToPath(new URL('../node_modules/.bin/prism', import.meta.url))
  return (port) => [program, 'mock', document, '--host', '127.0.0.1', '--port', String(port), ...flags]
}

/** Starts a program and waits for its first answer, whatever it is. */
export async function start({ name, command }: Program, path = '/documents'): Promise<Running> {
  const port = await freePort()
  const child = spawn(process.execPath, command(port), { stdio: ['ignore', 'ignore', 'inherit'] })
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  while (!(await answers(url + path))) {
    if (child.exitCode !== null) throw new Error(`${name} did not start`)
  }
  return {
    url,
    cpu: () => cpuOf(child),
    stop() {
      child.kill()
      return exit
    },
  }
}

/** Refused connections are tried again at once, a thousand times a second: a start is measured to the millisecond. */
async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer()
    return true
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 1))
    return false
  }
}

/** User and system time of a process. */
function cpuOf({ pid }: ChildProcess): number | undefined {
  return pid === undefined ? undefined : used(pid, 11)
}

/** CPU in milliseconds of all processes that this one has started and waited for, and of those that they waited for. */
export function cpuOfEnded(): number | undefined {
  return used(process.pid, 13)
}

/** Two neighbouring times of /proc/PID/stat (proc_pid_stat(5)), which counts in hundredths of a second. */
function used(pid: number, field: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
    return (Number(fields[field]) + Number(fields[field + 1])) * 10
  } catch {
    return undefined
  }
}
