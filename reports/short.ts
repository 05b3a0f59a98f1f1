import { STATUS_CODES } from 'node:http'
import type { Content, Exchange, HeaderLine } from './model.ts'
import { seconds } from './summary.ts'
import { visible } from './visible.ts'

/** Fields that seldom explain a conflict; the JSON and HTML reports have them all. */
const noise =
  /^(?:host|user-agent|accept(?:-encoding|-language)?|authorization|cache-control|connection|keep-alive|content-length|transfer-encoding|date|server|vary|x-powered-by|via|access-control-.*|content-security-policy|strict-transport-security|x-content-type-options)$/i

/** `412 Precondition Failed`; only the number where it has no name. */
export function statusLine(status: number): string {
  const phrase = STATUS_CODES[status]
  return phrase === undefined ? String(status) : `${status} ${phrase}`
}

/** An exchange in a few lines: `> PUT …`, `< 412 …`, with the fields that matter and the beginning of each body. Controls are escaped. */
export function short(exchange: Exchange, longest: number): string[] {
  const { request, response, error, ms } = exchange
  const lines = [`> ${visible(request.method)} ${visible(request.url)}`, ...rest('> ', request, longest)]
  if (response !== null) lines.push(`< ${statusLine(response.status)} (${seconds(ms)})`, ...rest('< ', response, longest))
  if (error !== null) lines.push(`! ${visible(error)} (${seconds(ms)})`)
  return lines
}

function rest(mark: string, message: { headers: HeaderLine[]; body: Content | null }, longest: number): string[] {
  const fields = message.headers.filter(([name]) => !noise.test(name)).map(([name, value]) => clip(visible(`${name}: ${value}`), longest))
  const body = message.body === null || message.body.bytes === 0 ? [] : [bodyLine(message.body, longest)]
  return [...fields, ...body].map((line) => mark + line)
}

/** A body in one line, cut where it is long; what was cut is said in bytes. */
export function bodyLine(body: Content, longest: number): string {
  const size = `${body.bytes.toLocaleString('en-US')} bytes`
  if (body.encoding === 'base64') return `(binary, ${size})`
  const text = visible(body.text)
  return text.length > longest || body.truncated ? `${text.slice(0, longest)}… (${size})` : text
}

function clip(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** Of many exchanges the first and the last ones: those that set the scene and those that decided. */
export function chosen(exchanges: readonly Exchange[], most: number): { first: Exchange[]; left: number; last: Exchange[] } {
  if (exchanges.length <= most) return { first: [...exchanges], left: 0, last: [] }
  const head = Math.floor(most / 3)
  return { first: exchanges.slice(0, head), left: exchanges.length - most, last: exchanges.slice(head - most) }
}
