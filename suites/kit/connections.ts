import { rootCertificates, getCACertificates } from 'node:tls'
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici'
import type { TargetConfig, Tls } from '../target.ts'

/** Names of the machine itself: no proxy is asked for them, whatever the environment says. */
const ownNames = 'localhost,127.0.0.1,::1'

/**
 * The connections to a target: kept, so many at once, HTTP/1.1, by way of the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name.
 * Nothing is followed, retried, cached or remembered. Over undici's dispatchers rather than fetch, which adds header fields of its own
 * (`Cache-Control`, `Pragma`) where a request has a precondition.
 */
export function connect({ limits, timeout, tls }: Pick<TargetConfig, 'limits' | 'timeout' | 'tls'>): Dispatcher {
  // the client's own timer ends a request; undici's are there for what it cannot see
  const backstop = timeout + 5000
  const secure = tls && secured(tls)
  const direct = {
    connections: limits.concurrency,
    allowH2: false,
    headersTimeout: backstop,
    bodyTimeout: backstop,
    connect: { timeout, ...secure },
  }
  if (proxyVariable() === undefined) return new Agent(direct)
  return new EnvHttpProxyAgent({
    ...direct,
    connectTimeout: timeout,
    ...(secure && { requestTls: secure }),
    noProxy: [process.env['no_proxy'] ?? process.env['NO_PROXY'], ownNames].filter(Boolean).join(','),
  })
}

/** The proxy that the environment names for either scheme, and the variable that does; undefined: none. */
export function proxyVariable(env: Record<string, string | undefined> = process.env): string | undefined {
  return ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((name) => env[name])
}

/** The variable that names a proxy for this URL; undefined: it is asked directly (`NO_PROXY`: names, their endings, `*`). */
export function proxyFor(url: URL, env: Record<string, string | undefined> = process.env): string | undefined {
  const lower = url.protocol.slice(0, -1)
  const variable = [`${lower}_proxy`, `${lower.toUpperCase()}_PROXY`].find((name) => env[name])
  const spared = [env['no_proxy'] ?? env['NO_PROXY'] ?? '', ownNames]
    .join(',')
    .split(/[\s,]+/)
    .filter(Boolean)
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const isSpared = (entry: string): boolean => {
    // an IPv6 address has colons of its own
    const [name = entry, port] = entry.split(':').length === 2 ? entry.split(':') : [entry]
    const bare = name.toLowerCase().replace(/^\*?\./, '')
    return entry === '*' || ((port === undefined || port === url.port) && (host === bare || host.endsWith(`.${bare}`)))
  }
  return spared.some(isSpared) ? undefined : variable
}

/** Are answers taken from whoever gives them? Said by the target, or by Node's own variable. */
export function isInsecure({ tls, urls }: Pick<TargetConfig, 'tls' | 'urls'>): boolean {
  const said = tls?.insecure === true || process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
  return said && urls.some((url) => url.toLowerCase().startsWith('https:'))
}

/** What a TLS socket is opened with. */
export interface Secured {
  ca?: string[]
  cert?: string
  key?: string
  passphrase?: string
  rejectUnauthorized?: boolean
}

/** A CA is one more beside those that Node trusts: an option of its own would stand in their place. */
export function secured({ ca, cert, key, passphrase, insecure }: Tls): Secured {
  return {
    ...(ca !== undefined && { ca: [...trusted(), ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
    ...(insecure && { rejectUnauthorized: false }),
  }
}

function trusted(): readonly string[] {
  return typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates
}
