import type { HeaderLine } from '../../reports/model.ts'

/** A request as it goes out. */
export interface Outgoing {
  method: string
  url: URL
  headers: HeaderLine[]
  body: string | undefined
}

/** A request as HTTP/1.1 writes it, and where it can be held. */
export interface Message {
  bytes: Buffer
  /** Where the content begins: all that is before it is the head. */
  content: number
}

/** Methods whose requests say how much content they have, even where that is none (RFC 9110 §8.6). */
export const counted: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/** Writes a request: one line for each field, then the content whole, its length told before. */
export function messageOf(method: string, url: URL, headers: readonly HeaderLine[], body: string | undefined): Message {
  const has = (name: string): boolean => headers.some(([field]) => field.toLowerCase() === name)
  const content = Buffer.from(body ?? '')
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    ...(has('host') ? [] : [`Host: ${url.host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...((content.length > 0 || counted.has(method)) && !has('content-length') ? [`Content-Length: ${content.length}`] : []),
  ]
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return { bytes: Buffer.concat([head, content]), content: head.length }
}
