import { isUtf8 } from 'node:buffer'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { Content, Exchange, HeaderLine } from '../../reports/model.ts'
import type { Wire } from './client.ts'
import type { Redactor } from './secrets.ts'

/** How many characters of a body the report keeps. */
const kept = 16_000

/** One request and what came back, as it was. */
export interface Seen {
  purpose: string
  wire: Wire
  response: Exchange['response']
  /** Why there is no (whole) response. */
  error: string | null
  started: Date
  ms: number
}

/** What a report keeps of it: secrets replaced, content capped. */
export function sealed({ purpose, wire, response, error, started, ms }: Seen, redactor: Redactor): Exchange {
  const request = {
    method: wire.method,
    url: wire.url.href,
    headers: wire.headers,
    body: wire.body === undefined ? null : sentContent(wire.body),
  }
  const whole = redactor.exchange({ purpose, request, response, error, started: started.toISOString(), ms: Math.round(ms * 10) / 10 })
  // cut only now, so that no half of a secret is left at the end
  return { ...whole, request: cut(whole.request), response: whole.response && cut(whole.response) }
}

/** Begins an exchange now. What it returns ends it with its answer or with why there is none, and records it. */
export function sealing(
  purpose: string,
  wire: Wire,
  redactor: Redactor,
  record: (exchange: Exchange) => void,
): (response: Exchange['response'], error: string | null) => Exchange {
  const started = new Date()
  const begin = performance.now()
  return (response, error) => {
    const exchange = sealed({ purpose, wire, response, error, started, ms: performance.now() - begin }, redactor)
    record(exchange)
    return exchange
  }
}

/** Asked for `identity`, some servers send a coded body all the same. */
export function decoded(bytes: Buffer, headers: HeaderLine[], limit: number): Buffer {
  const coding = headers
    .find(([name]) => name.toLowerCase() === 'content-encoding')?.[1]
    .trim()
    .toLowerCase()
  const decode = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync }[coding ?? '']
  try {
    return decode && bytes.length > 0 ? decode(bytes, { maxOutputLength: limit }) : bytes
  } catch {
    throw new Error(`the content is not ${coding}, as its Content-Encoding says, or longer than ${limit} bytes`)
  }
}

/** The content of a message, for a report. */
export function contentOf(bytes: Buffer, onWire: number = bytes.length): Content {
  const isText = isUtf8(bytes)
  return { text: bytes.toString(isText ? 'utf8' : 'base64'), encoding: isText ? 'utf8' : 'base64', bytes: onWire, truncated: false }
}

/** The content of a request, which was text before it was bytes. */
function sentContent(body: string): Content {
  return { text: body.toWellFormed(), encoding: 'utf8', bytes: Buffer.byteLength(body), truncated: false }
}

function cut<M extends { body: Content | null }>(message: M): M {
  const { body } = message
  return body && body.text.length > kept ? { ...message, body: { ...body, text: body.text.slice(0, kept), truncated: true } } : message
}
