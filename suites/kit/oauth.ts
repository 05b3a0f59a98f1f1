import type { ClientCredentials } from '../target.ts'
import { Inconclusive } from './verdict.ts'

/** Sends a form to a token endpoint; no redirect is followed. */
export type Post = (url: URL, headers: [name: string, value: string][], body: string) => Promise<{ status: number; text: string }>

interface Token {
  value: string
  /** When another one has to be fetched, in milliseconds since 1970. */
  until: number
  /** It was fetched since the one before was refused. */
  replaces: boolean
  /** The API has taken it. */
  accepted: boolean
}

/** The access token of one identity: fetched once, again before it expires, and once when the API answers 401 (RFC 6749 §4.4). */
export class AccessToken {
  readonly #credentials: ClientCredentials
  readonly #post: Post
  readonly #learn: (token: string) => void
  #token: Promise<Token> | undefined

  /** @param learn is told each token, since it is a secret */
  constructor(credentials: ClientCredentials, post: Post, learn: (token: string) => void) {
    this.#credentials = credentials
    this.#post = post
    this.#learn = learn
  }

  /** @throws Inconclusive where none is given */
  async value(): Promise<string> {
    const known = await this.#token
    if (known && known.until <= Date.now()) this.#token = undefined
    // an endpoint that refused is not asked again for each request
    this.#token ??= this.#fetch(false)
    return (await this.#token).value
  }

  /** The API took it. */
  async accept(value: string): Promise<void> {
    const token = await this.#token
    if (token?.value === value) token.accepted = true
  }

  /** The API answered 401. Is there another token now, with which the request may be repeated? */
  async replace(refused: string): Promise<boolean> {
    const token = await this.#token
    if (token?.value !== refused) return true
    // one that was fetched for this reason and is refused too says that the token is not the reason
    if (token.replaces && !token.accepted) return false
    this.#token = this.#fetch(true)
    return (await this.#token).value !== refused
  }

  async #fetch(replaces: boolean): Promise<Token> {
    const { token: endpoint, id, secret, scope, params, send } = this.#credentials
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }), ...params })
    const headers: [string, string][] = [
      ['Accept', 'application/json'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ]
    if (send === 'body') for (const [name, value] of Object.entries({ client_id: id, client_secret: secret })) form.set(name, value)
    else headers.push(['Authorization', `Basic ${Buffer.from(`${coded(id)}:${coded(secret)}`).toString('base64')}`])
    const asked = Date.now()
    const { status, text } = await this.#post(new URL(endpoint), headers, form.toString())
    const answer = read(text)
    const { access_token: value, token_type: type = 'bearer', expires_in: lifetime, error } = answer
    const no = (why: string): never => {
      throw new Inconclusive(`no access token from ${endpoint}: ${why}`)
    }
    if (status !== 200) return no(`answered ${status}${typeof error === 'string' ? ` (${error})` : ''}`)
    if (typeof value !== 'string' || value === '') return no('the answer has no access_token')
    if (String(type).toLowerCase() !== 'bearer') return no(`its token_type ${JSON.stringify(type)} is not bearer`)
    this.#learn(value)
    const ms = Number(lifetime) * 1000
    return { value, until: ms > 0 ? asked + ms - Math.min(60_000, ms / 5) : Number.POSITIVE_INFINITY, replaces, accepted: false }
  }
}

/** As RFC 6749 §2.3.1 asks for before the pair is made. */
function coded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

function read(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
