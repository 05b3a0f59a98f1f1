import type { TargetConfig } from '../target.ts'
import { proxyVariable } from './connections.ts'
import { Timeout, TooLong } from './receive.ts'

/**
 * Why there is no answer, in words.
 *
 * @param hasMet the target has answered before
 */
export function silenceWords(error: unknown, url: URL, target: Pick<TargetConfig, 'timeout' | 'limits' | 'tls'>, hasMet: boolean): string {
  const { timeout, limits, tls } = target
  const { code, message } = causeOf(error)
  const certificate = certificateWords(code, url.host)
  if (certificate) return certificate
  // since TLS 1.3 a server that misses a certificate just closes (RFC 8446 §4.4.2.4)
  const bare = url.protocol === 'https:' && !hasMet && tls?.cert === undefined
  const variable = proxyVariable()
  const by = variable === undefined ? '' : ` (${variable} names a proxy)`
  if (error instanceof Timeout || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return `no whole answer in ${timeout / 1000} s`
  if (error instanceof TooLong) return `answered more than ${limits.body / 1_000_000} MB`
  if (code === 'ECONNREFUSED') return `connection refused by ${url.host}${by}`
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `no connection to ${url.host} in ${timeout / 1000} s${by}`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no such host: ${url.hostname}${by}`
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return `the connection was closed before the answer was whole${bare ? '; does it ask for a client certificate (tls.cert, tls.key)?' : ''}`
  if (code.startsWith('HPE_') || (error as Error).name === 'HTTPParserError') return `the answer is no HTTP: ${message}`
  return message || code || 'no answer'
}

/** What is wrong with who answered, and the remedy; undefined where that is not it. */
function certificateWords(code: string, host: string): string | undefined {
  const not = `the certificate of ${host} cannot be verified`
  if (/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/.test(code))
    return `${not}: nobody trusted signed it (${code}); name its CA with --ca or tls.ca`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `${not}: it was made out for another name (${code})`
  if (code.startsWith('CERT_')) return `${not} (${code})`
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return `${host} does not speak TLS; is its URL http://…?`
  if (/^ERR_SSL_TLSV1.*CERTIFICATE_REQUIRED$|ALERT_(?:HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA)$/.test(code))
    return `${host} refuses the handshake (${code}); does it ask for a client certificate (tls.cert, tls.key)?`
  return undefined
}

/** Did the request get as far as the target, for all that is known? */
export function reached(error: unknown): boolean {
  const { code } = causeOf(error)
  return !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code) && certificateWords(code, '') === undefined
}

function causeOf(error: unknown): { code: string; message: string } {
  const at = error as { code?: unknown; message?: unknown; cause?: unknown; errors?: unknown[] }
  const inner = at?.errors?.[0] ?? at?.cause
  if (typeof at?.code === 'string') return { code: at.code, message: typeof at.message === 'string' ? at.message : '' }
  return inner ? causeOf(inner) : { code: '', message: error instanceof Error ? error.message : String(error) }
}
