import type { Content, Exchange, HeaderLine } from './model.ts'
import { quote } from './shell.ts'
import { visible } from './visible.ts'

/** Longer texts are left to a file: nobody pastes them. */
const longestBody = 4096

/** What curl sends by itself, or what belongs to one connection (RFC 9110 §7.6.1). */
const automatic = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'te', 'upgrade', 'user-agent'])

/**
 * One command that sends the request of an exchange again, for a POSIX shell; comment lines before it say what it cannot hold.
 * `secrets` are the names of the placeholders in the exchange that the shell shall fill in (`TOKEN` for `$TOKEN`).
 * It may span lines where the body does: whoever prints it must not indent or wrap those.
 */
export function curl(exchange: Exchange, secrets: readonly string[] = []): string {
  const command = ['curl', ...curlArguments(exchange)].map((argument) => quote(argument, secrets)).join(' ')
  return [...curlNotes(exchange).map((note) => `# ${note}`), command].join('\n')
}

/** The arguments that curl must be given, placeholders not yet filled in. */
export function curlArguments({ request }: Exchange): string[] {
  const { method, url, headers, body } = request
  const given = ['-i']
  if (/[[\]{}]/.test(url)) given.push('--globoff')
  if (/\/\.{1,2}(?:[/?#]|$)/.test(url)) given.push('--path-as-is')
  if (method === 'HEAD') given.push('--head')
  else if (method !== 'GET' || body !== null) given.push('-X', method)
  given.push(url)
  for (const line of headers) if (!isAutomatic(line, request)) given.push('-H', headerArgument(line))
  if (body === null || method === 'HEAD') return given
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) given.push('-H', 'Content-Type:')
  if (!fits(body)) return [...given, '--data-binary', '@body.bin']
  return [...given, body.text.startsWith('@') ? '--data-raw' : '--data-binary', body.text]
}

/** What the command cannot say by itself, one line each. */
export function curlNotes({ request }: Exchange): string[] {
  const basic = request.headers.flatMap(([, value]) => /^Basic (\$\w+)$/i.exec(value)?.[1] ?? [])
  return [...basic.map((name) => `${name} after Basic must be the base64 text of user:password`), ...bodyNotes(request)]
}

function bodyNotes({ method, body }: Exchange['request']): string[] {
  if (body === null) return []
  const size = `${body.bytes.toLocaleString('en-US')} bytes`
  if (method === 'HEAD') return [`the HEAD request had a body of ${size}; curl sends none`]
  if (body.truncated) return [`the report kept only the beginning of the request body: put all ${size} into body.bin`]
  if (body.encoding === 'base64')
    return [`the request body is binary: put its ${size} into body.bin, in base64 they begin ${visible(body.text.slice(0, 40))}`]
  return fits(body) ? [] : [`put the request body, ${size}, into body.bin (the JSON report has it)`]
}

function fits(body: Content): boolean {
  return !body.truncated && body.encoding === 'utf8' && body.text.length <= longestBody && !body.text.includes('\0')
}

/** `Name: value`; curl wants an empty field as `Name;`, since `Name:` would remove it. */
function headerArgument([name, value]: HeaderLine): string {
  return value.trim() === '' ? `${name};` : `${name}: ${value}`
}

/** The field need not be given: curl makes it from the URL and the body. An empty POST has to say its length, since curl would not. */
function isAutomatic([name, value]: HeaderLine, { url, body }: Exchange['request']): boolean {
  const field = name.toLowerCase()
  if (field === 'host') return URL.canParse(url) && new URL(url).host === value.toLowerCase()
  if (field === 'content-length') return body !== null
  return automatic.has(field)
}
