import type { HeaderLine } from '../../reports/model.ts'
import { type Credential, type Secret, secretName, secretOf, type TargetConfig } from '../target.ts'
import { AccessToken, type Post } from './oauth.ts'
import type { Identity } from './request.ts'
import type { Redactor } from './secrets.ts'
import { secretParts, signed } from './signer.ts'
import type { Wire } from './client.ts'

/** Who we are towards a target: what each identity adds to a request. */
export class Credentials {
  readonly #target: TargetConfig
  readonly #redactor: Redactor
  readonly #tokens: Map<Identity, AccessToken> = new Map()

  constructor(target: TargetConfig, redactor: Redactor, post: Post) {
    this.#target = target
    this.#redactor = redactor
    for (const [name, credential] of Object.entries(target.identities) as ['a' | 'b', Credential | undefined][]) {
      if (!credential?.oauth) continue
      const learn = (value: string): void =>
        redactor.learn(secretOf(secretName(`${name}_access_token`), 'authorization', value), { lasting: true })
      this.#tokens.set(name, new AccessToken(credential.oauth, post, learn))
    }
  }

  /** The target's own headers and parameters with those of the identity over them; for nobody, without whatever is secret. */
  of(identity: Identity): Pick<Credential, 'headers' | 'query'> {
    const { headers, query, secrets, identities } = this.#target
    if (identity === 'anonymous') {
      const secret = new Set(secrets.flatMap(({ sentIn }) => sentIn))
      return {
        headers: headers.filter(([name]) => !secret.has(name.toLowerCase())),
        query: query.filter(([name]) => !secret.has(`?${name}`)),
      }
    }
    const own = identities[identity] ?? { headers: [], query: [] }
    const names = new Set(own.headers.map(([name]) => name.toLowerCase()))
    const keys = new Set(own.query.map(([name]) => name))
    return {
      headers: [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...own.headers],
      query: [...query.filter(([name]) => !keys.has(name)), ...own.query],
    }
  }

  /** The request with what has to be asked for: an access token, a signature. The token that it carries, if any. */
  async completed(wire: Wire, identity: Identity): Promise<{ wire: Wire; token: string | undefined }> {
    const token = await this.#tokens.get(identity)?.value()
    const bearing = token === undefined || has(wire, 'authorization') ? wire : withHeaders(wire, { Authorization: `Bearer ${token}` })
    return { wire: await this.#signed(bearing, identity), token }
  }

  /** Takes note of an answer. Is there another token, with which the request may be sent once more? */
  async another(identity: Identity, token: string | undefined, status: number): Promise<boolean> {
    const access = this.#tokens.get(identity)
    if (!access || token === undefined) return false
    if (status === 401) return access.replace(token)
    await access.accept(token)
    return false
  }

  async #signed(wire: Wire, identity: Identity): Promise<Wire> {
    const signer = identity === 'anonymous' ? undefined : this.#target.identities[identity]?.sign
    if (!signer) return wire
    const headers: HeaderLine[] = [['Host', wire.url.host], ...wire.headers]
    const request = { method: wire.method, url: wire.url.href, headers, body: wire.body ?? null }
    const fields = await signed(signer, request, this.#target.timeout)
    for (const [name, value] of secretParts(fields)) {
      const secret: Secret = secretOf(secretName(`${identity}_signed_${name}`), name.toLowerCase(), value)
      this.#redactor.learn(secret, { lasting: false })
    }
    return withHeaders(wire, fields)
  }
}

function has({ headers }: Wire, name: string): boolean {
  return headers.some(([field]) => field.toLowerCase() === name)
}

function withHeaders(wire: Wire, fields: Record<string, string | null>): Wire {
  const replaced = new Set(Object.keys(fields).map((name) => name.toLowerCase()))
  const added = Object.entries(fields).filter((field): field is [string, string] => field[1] !== null)
  return { ...wire, headers: [...wire.headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...added] }
}
