import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { HeaderLine } from '../reports/model.ts'
import type { Contract } from '../spec/contract.ts'
import type { Secret, Target, TargetConfig } from '../suites/target.ts'
import { wrongUsage } from './failure.ts'
import { pair } from './options.ts'
import type { TargetOptions } from './target-options.ts'

/** The target that a base URL or a target file names, with what the command line says laid over it. */
export async function targetOf(argument: string, options: TargetOptions): Promise<TargetConfig> {
  if (options.dialect) {
    throw wrongUsage(
      `--dialect ${options.dialect.join(', ')}: is for the built-in mock; say "extends" in the contract of ${argument}, or "dialects" in a target file`,
    )
  }
  if (/^https?:\/\//i.test(argument)) return laidOver(await fromUrl(argument, options), options)
  if (!existsSync(argument)) {
    throw wrongUsage(`${argument}: there is no such target file; a base URL begins with http:// or https://`)
  }
  if (options.contract !== undefined) {
    throw wrongUsage(`--contract ${options.contract}: goes with a base URL, but ${argument} is a target file, which names its own`)
  }
  const { loadTarget } = await import('../suites/target-file.ts')
  const target = await loadTarget(argument)
  return laidOver({ ...target, overlays: [...target.overlays, ...(options.overlay ?? [])] }, options)
}

/**
 * The built-in mock as a target like any other, but for its URL, which is known once it listens. Its callers are the first two identities
 * that the reference API names.
 */
export async function builtInTarget(options: TargetOptions): Promise<Target> {
  if (options.contract !== undefined) {
    throw wrongUsage(
      `--contract ${options.contract}: needs the base URL of the API that is held against it: ifmatch test https://… --contract ${options.contract}`,
    )
  }
  const [{ loadContract, referenceApi }, { secretOf, withDefaults }] = await Promise.all([
    import('../spec/index.ts'),
    import('../suites/target.ts'),
  ])
  const { overlay: overlays = [], dialect: dialects = [] } = options
  const loaded = await loadContract(referenceApi, { overlays, dialects })
  const lines = credentials(loaded)
  const [a, b] = lines.map((line) => ({ headers: [line], query: [] }))
  const secrets = lines.map(([name, value], at) => secretOf(`CALLER_${'AB'[at]}`, name.toLowerCase(), value))
  const parts = {
    name: 'built-in mock',
    urls: [],
    contract: referenceApi,
    overlays,
    dialects,
    identities: { a, b },
    secrets,
    forgets: true,
  }
  return laidOver({ ...withDefaults(parts), loaded }, options)
}

async function fromUrl(url: string, { contract, overlay }: TargetOptions): Promise<TargetConfig> {
  const { withDefaults } = await import('../suites/target.ts')
  const parsed = URL.parse(url)
  if (!parsed) throw wrongUsage(`${url}: is no URL; write a base URL as https://api.example.com/v1`)
  if (parsed.username || parsed.password || parsed.search || parsed.hash) {
    throw wrongUsage(
      `${parsed.origin}${parsed.pathname}: a base URL has no credentials, query or fragment; use --header, or "query" in a target file`,
    )
  }
  if (contract === undefined)
    throw wrongUsage(`${url}: needs --contract FILE, the OpenAPI document with x-conflict that it is held against`)
  return withDefaults({ name: url, urls: [url], contract, overlays: overlay ?? [] })
}

async function laidOver<T extends TargetConfig>(target: T, options: TargetOptions): Promise<T> {
  const { secretOf } = await import('../suites/target.ts')
  checkProxies()
  const { header = [], timeout, concurrency, rps, maxRequests, rounds, writers, prefix, readOnly, seed } = options
  const headers = header.map((value): HeaderLine => {
    const [name, text] = pair('--header', value, ':', "'Name: value'", { secret: true })
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(text)) {
      throw wrongUsage(`--header ${name}: has a character that no header may have (RFC 9110 §5); write it as 'Name: value'`)
    }
    return [name, text]
  })
  if (prefix !== undefined && !/^[A-Za-z0-9._~-]{0,32}$/.test(prefix))
    throw wrongUsage(`--prefix ${prefix}: expected at most 32 of letters, digits and . _ ~ -`)
  const secrets = headers.map(([name, value]): Secret => secretOf(name.toUpperCase().replaceAll(/\W+/g, '_'), name.toLowerCase(), value))
  const most = concurrency ?? target.limits.concurrency
  if (writers !== undefined && writers > most)
    throw wrongUsage(`--writers ${writers}: no more than ${most} requests may be under way at once; say --concurrency ${writers} too`)
  return {
    ...target,
    headers: [...target.headers, ...headers],
    secrets: [...target.secrets, ...secrets],
    timeout: timeout ?? target.timeout,
    limits: {
      ...target.limits,
      concurrency: most,
      rate: rps ?? target.limits.rate,
      requests: maxRequests ?? target.limits.requests,
    },
    races: { ...target.races, ...(rounds !== undefined && { rounds }), ...(writers !== undefined && { writers }) },
    tls: await tlsOver(target.tls, options),
    prefix: prefix ?? target.prefix,
    readOnly: readOnly ?? target.readOnly,
    seed: seed ?? target.seed,
  }
}

/** A proxy may have a password in its URL: its value is not told. */
function checkProxies(): void {
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
    const value = process.env[name]
    if (value && !/^(?:https?|socks5?):$/.test(URL.parse(value)?.protocol ?? ''))
      throw wrongUsage(`${name}: the environment names no URL of a proxy there; write it as http://proxy.example.com:3128`)
  }
}

async function tlsOver(tls: TargetConfig['tls'], { ca, insecure }: TargetOptions): Promise<TargetConfig['tls']> {
  if (ca === undefined && insecure === undefined) return tls
  const { readTls, TlsProblem } = await import('../suites/target-tls.ts')
  try {
    return { ...tls, ...readTls({ ...(ca !== undefined && { ca }), ...(insecure && { insecure }) }, (file) => resolve(file)) }
  } catch (error) {
    throw error instanceof TlsProblem ? wrongUsage(error.message.replace(/^tls\.ca:/, '--ca'), error) : error
  }
}

/** The header lines by which the identities of the reference API (`x-ifmatch-identities`) show who they are. */
function credentials(contract: Contract): HeaderLine[] {
  const known = [...contract.securitySchemes.values()].flatMap((scheme) => Object.values(scheme['x-ifmatch-identities'] ?? {}))
  return known.slice(0, 2).map((credential) => ['Authorization', `Bearer ${credential}`])
}
