import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isJson, parseMediaType } from '../../http/media-type.ts'
import type { Contract } from '../../spec/contract.ts'
import { type Answered, operationOf } from './fits.ts'
import type { Sent } from './relay.ts'

/** Prism in front of a server, as a referee of what it answers. */
export interface Prism {
  url: string
  close(): Promise<void>
}

const program = fileURLToPath(new URL('../../node_modules/.bin/prism', import.meta.url))

/** Starts `prism proxy` on a free port and waits until it listens. Answers that do not fit the document become its 500. */
export async function openPrism(document: string, upstream: string): Promise<Prism> {
  const flags = ['--errors', '--validate-request=false', '--host', '127.0.0.1', '--port', '0']
  const child = spawn(process.execPath, [program, 'proxy', document, upstream, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    const url = /Prism is listening on (http:\S+)/.exec(line)?.[1]
    if (url === undefined) continue
    child.stdout.resume()
    return {
      url,
      async close() {
        child.kill()
        await exit
      },
    }
  }
  throw new Error('Prism did not start')
}

/** What Prism has to say of an answer that passed it, or in its place; undeclared statuses, only a warning to it, included. */
export function findingsOf({ headers, body }: Answered): string[] {
  const text = body.toString()
  const violations = headers.filter(([name]) => name.toLowerCase() === 'sl-violations').map(([, value]) => value)
  return text.includes('stoplight.io/prism/errors') ? [...violations, text] : violations
}

/**
 * Whether Prism hands a request on, rather than answer it itself or spoil it:
 * the document must declare method and path, and not HEAD, whose answer Prism reads as JSON that is not there; credentials must be sent
 * where the operation asks for some; and content that says it is JSON must be an object or a list, since Prism hangs on what cannot be
 * parsed and leaves out what is false.
 */
export function prismHandsOn(contract: Contract, sent: Sent): boolean {
  const operation = operationOf(contract, sent)
  if (operation === undefined || sent.method === 'HEAD' || sent.method === 'OPTIONS') return false
  const credentials = sent.headers.some(([name]) => name.toLowerCase() === 'authorization')
  if (operation.security.length > 0 && !operation.security.some((all) => all.length === 0) && !credentials) return false
  const type = parseMediaType(sent.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '')?.type ?? ''
  return sent.body.length === 0 || !isJson(type) || isStructure(sent.body.toString())
}

function isStructure(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
