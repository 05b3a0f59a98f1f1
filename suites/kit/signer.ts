import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import type { HeaderLine } from '../../reports/model.ts'
import type { Signer } from '../target.ts'
import { Inconclusive } from './verdict.ts'

/** A request as a signer sees it: as it will go out, but for what the signer adds. */
export interface ToSign {
  method: string
  /** Absolute, with its query. */
  url: string
  /** Field lines in wire order, `Host` included. */
  headers: HeaderLine[]
  /** `null`: none. */
  body: string | null
  /** SHA-256 of the bytes of the body (of none: of nothing), in lower-case hex. */
  bodySha256: string
}

/** What a signer answers: header fields by name; `null` takes one away. */
export type Signed = Record<string, string | null>

/** Headers that say nothing of who somebody is: they stay as they are in reports. */
const open = /^(?:date|host|accept.*|content-.*|user-agent|digest|.*-date|.*-timestamp|.*-content-sha256|.*-version|signature-input)$/i

/**
 * Asks a signer for the headers of a request.
 * @throws Inconclusive where it fails; what it wrote to stderr is not told, since that may hold a secret
 */
export async function signed(signer: Signer, request: Omit<ToSign, 'bodySha256'>, timeout: number): Promise<Signed> {
  const whole = {
    ...request,
    bodySha256: createHash('sha256')
      .update(request.body ?? '')
      .digest('hex'),
  }
  const name = 'module' in signer ? signer.module : signer.command[0]!
  const fail = (why: string): never => {
    throw new Inconclusive(`the request could not be signed: ${name} ${why}`)
  }
  const answer = 'module' in signer ? await byModule(signer.module, whole, fail) : await byCommand(signer, whole, timeout, fail)
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return fail('did not answer an object of header fields')
  for (const value of Object.values(answer))
    if (typeof value !== 'string' && value !== null) return fail('answered a header field that is neither text nor null')
  return answer as Signed
}

/** Of what a signer answered, what must never reach a report. */
export function secretParts(fields: Signed): [name: string, value: string][] {
  return Object.entries(fields).filter((field): field is [string, string] => field[1] !== null && !open.test(field[0]))
}

type Fail = (why: string) => never

async function byModule(file: string, request: ToSign, fail: Fail): Promise<unknown> {
  let sign: unknown
  try {
    sign = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default
  } catch (error) {
    return fail(`could not be loaded (${(error as NodeJS.ErrnoException).code ?? (error as Error).name})`)
  }
  if (typeof sign !== 'function') return fail('has no function as its default export')
  try {
    return await (sign as (request: ToSign) => unknown)(request)
  } catch (error) {
    return fail(`threw ${error instanceof Error ? error.name : 'something'}; its message is not told, since it may hold a secret`)
  }
}

/** One JSON line to stdin, one JSON value from stdout. */
function byCommand(
  { command, folder }: Extract<Signer, { command: string[] }>,
  request: ToSign,
  timeout: number,
  fail: Fail,
): Promise<unknown> {
  const child = spawn(command[0]!, command.slice(1), { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'], timeout, killSignal: 'SIGKILL' })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  // a command that does not read its input is no failure by that
  child.stdin.on('error', () => {})
  child.stdin.end(`${JSON.stringify(request)}\n`)
  return new Promise((resolve, reject) => {
    const refuse = (why: string): void => {
      try {
        fail(why)
      } catch (error) {
        reject(error as Error)
      }
    }
    child.once('error', (error: NodeJS.ErrnoException) => refuse(`cannot be run (${error.code})`))
    child.once('close', (code, signal) => {
      if (signal !== null) return refuse(`gave no answer in ${timeout / 1000} s`)
      if (code !== 0) return refuse(`ended with ${code}; give it a request by hand to see why`)
      try {
        resolve(JSON.parse(text))
      } catch {
        refuse('did not answer JSON')
      }
    })
  })
}
