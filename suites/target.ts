import type { HeaderLine } from '../reports/model.ts'
import type { DeliveryName } from './delivery/index.ts'
import type { Contract, Warning } from '../spec/contract.ts'
import { randomSeed } from '../spec/seed.ts'

/** A credential: what is added to every request made with it. */
export interface Credential {
  headers: HeaderLine[]
  query: [name: string, value: string][]
  /** Whence an access token comes. */
  oauth?: ClientCredentials
  /** Who is asked for more headers, for each request. */
  sign?: Signer
}

/** Access tokens by client credentials (RFC 6749 §4.4). */
export interface ClientCredentials {
  /** URL of the token endpoint. */
  token: string
  id: string
  secret: string
  scope?: string
  /** More parameters of the token request: `audience`, `resource`. */
  params: Record<string, string>
  /** Where id and secret go (RFC 6749 §2.3.1). */
  send: 'header' | 'body'
}

/** A command, run in a folder, or a module with a function as its default export. */
export type Signer = { command: string[]; folder: string } | { module: string }

/** What a run may ask of a target at most. */
export interface Limits {
  /** Requests under way at once. */
  concurrency: number
  /** Requests a second; undefined: as fast as they are answered. */
  rate: number | undefined
  /** Bytes of a response body; a longer one makes the check inconclusive. */
  body: number
  /** Milliseconds that the target may ask us to rest (`Retry-After`); where it asks for more, the checks are inconclusive. */
  wait: number
  /** Requests that are sent to the target altogether; undefined: as many as it takes. */
  requests: number | undefined
}

/** How long a race is. */
export interface Racing {
  /** How often requests meet, at most: a race ends at the first proof. */
  rounds: number
  /** How many requests meet, if the limits allow so many at once. */
  writers: number
  /** The one way in which they meet; undefined: all ways in turn. */
  delivery?: DeliveryName
}

/** Whom to trust and who we are. The certificates and the key themselves (PEM). */
export interface Tls {
  /** Trusted beside those that Node trusts. */
  ca?: string
  cert?: string
  key?: string
  passphrase?: string
  /** Takes an answer from whoever gives it. */
  insecure?: boolean
}

/** A value that must never reach a report, and the name that stands there in its place (`$NAME`). */
export interface Secret {
  name: string
  /** Empty: not known yet, as of a token that is still to be fetched. */
  value: string
  /** `lower-case header` or `?query` names it was sent in: too short to look for elsewhere, it is replaced only there. */
  sentIn: string[]
}

/** Where and how to reach the API: plain data that can be cloned into a worker. */
export interface TargetConfig {
  name: string
  /** The target file that it was read from; undefined: it was named by its URL. */
  file: string | undefined
  /** Base URLs of one and the same service; they replace the document's `servers` whole. Requests go to one after the other. */
  urls: string[]
  /** File or URL of the contract. */
  contract: string
  overlays: string[]
  /** Names appended to the contract's `extends`. */
  dialects: string[]
  headers: HeaderLine[]
  query: [name: string, value: string][]
  identities: { a?: Credential; b?: Credential }
  limits: Limits
  /** How long races are; what is left out depends on whose machine it is. */
  races: Partial<Racing>
  /** Milliseconds that one request may take. */
  timeout: number
  tls: Tls | undefined
  /** With which all fresh words begin, where they may, so that what was made can be told from what was there. */
  prefix: string
  /** Sends nothing but GET, HEAD and OPTIONS. */
  readOnly: boolean
  /** By resource: paths of items that are there, for runs that only read. */
  items: Record<string, string[]>
  /** It ends with the run, and what was made in it with it: nothing has to be deleted. */
  forgets: boolean
  /** File that remembers what was made until it is deleted; undefined: none is written. */
  ledger: string | undefined
  /** From which all fresh values are made. */
  seed: string
  secrets: Secret[]
  /** What is odd and does not keep the target from being used. */
  warnings: Warning[]
}

/** A target whose contract is loaded. */
export interface Target extends TargetConfig {
  loaded: Contract
}

export const defaultLimits: Limits = {
  concurrency: 8,
  rate: undefined,
  body: 2_000_000,
  wait: 60_000,
  requests: undefined,
}

/** With which fresh words begin unless the target says otherwise. */
export const defaultPrefix = 'ifmatch-'

/** How long the races against a target are: short where it is not on this machine, unless more was asked for. */
export function racingOf({ urls, races }: Pick<TargetConfig, 'urls' | 'races'>): Racing {
  const isOurs = urls.every((url) => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(URL.parse(url)?.hostname ?? ''))
  return { rounds: isOurs ? 7 : 5, writers: 5, ...races }
}

/** What a target may leave out, filled in. */
export function withDefaults(parts: Pick<TargetConfig, 'urls' | 'contract'> & Partial<TargetConfig>): TargetConfig {
  return {
    name: parts.urls[0] ?? 'target',
    file: undefined,
    overlays: [],
    dialects: [],
    headers: [],
    query: [],
    identities: {},
    limits: defaultLimits,
    races: {},
    timeout: 10_000,
    tls: undefined,
    prefix: defaultPrefix,
    readOnly: false,
    items: {},
    forgets: false,
    ledger: undefined,
    seed: randomSeed(),
    secrets: [],
    warnings: [],
    ...parts,
  }
}

/** The target with its contract, which is loaded unless it was before. @throws ContractError with everything that is wrong with the contract */
export async function openTarget(config: TargetConfig | Target): Promise<Target> {
  if ('loaded' in config) return config
  // loaded late: a worker that is handed a loaded contract needs none of it
  const { loadContract } = await import('../spec/index.ts')
  return { ...config, loaded: await loadContract(config.contract, { overlays: config.overlays, dialects: config.dialects }) }
}

/**
 * What of a field is secret: all of it, but for the scheme of credentials (`Bearer`), which stays readable.
 * @param name by which the report calls it: `$NAME`
 */
export function secretOf(name: string, field: string, value: string): Secret {
  const [, credentials] = /^(?:Basic|Bearer|Digest|Token|ApiKey)\s+(.+)$/i.exec(value) ?? []
  return { name, value: credentials ?? value, sentIn: [field] }
}

/** The name that stands in a report in place of a value: `A_X_API_KEY`. */
export function secretName(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]+/g, '_')
}
