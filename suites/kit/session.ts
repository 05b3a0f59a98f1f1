import type { Exchange, HeaderLine } from '../../reports/model.ts'
import type { Identity } from './request.ts'
import type { Credential, Target } from '../target.ts'
import { Answer } from './answer.ts'
import { Client, type Sending, type Wire } from './client.ts'
import type { Request } from './request.ts'
import { Redactor } from './secrets.ts'
import { Inconclusive } from './verdict.ts'

/** What the checks of one run share: connections, limits, and what was learnt about the target. */
export class Session {
  readonly target: Target
  readonly redactor: Redactor
  /** By resource: members of the payload that differ between two reads with nothing between them. */
  readonly volatile: Map<string, Promise<Set<string>>> = new Map()
  /** What could not be deleted again, as URLs (secrets replaced). */
  readonly leftovers: string[] = []
  readonly #client: Client

  constructor(target: Target) {
    this.target = target
    this.redactor = new Redactor(target.secrets)
    this.#client = new Client(target, this.redactor)
  }

  /**
   * Sends a request: path, query and credentials filled in, the body written for its media type.
   * @throws Inconclusive when there is no whole answer.
   */
  async send(request: Request, sending: Omit<Sending, 'purpose'>): Promise<Answer> {
    const answer = await this.#client.send(async () => this.#wire(request), { ...sending, purpose: request.purpose })
    return new Answer(request, answer.exchange, answer.status, answer.headers, answer.text)
  }

  #wire(request: Request): Wire {
    const credential = this.#credential(request.as)
    const own = new Set(request.headers.map(([name]) => name.toLowerCase()))
    const headers: HeaderLine[] = [...credential.headers.filter(([name]) => !own.has(name.toLowerCase())), ...request.headers]
    const has = (name: string): boolean => headers.some(([field]) => field.toLowerCase() === name)
    if (!has('accept-encoding')) headers.push(['Accept-Encoding', 'identity'])
    if (!has('user-agent')) headers.push(['User-Agent', 'ifmatch'])
    const body = request.raw ?? written(request)
    return { method: request.method, url: this.url(request, credential), headers, body }
  }

  /** Is anybody there? Asks the base URL; every answer will do. @throws Inconclusive when there is none */
  async knock(signal: AbortSignal): Promise<void> {
    const headers: HeaderLine[] = [
      ['Accept', '*/*'],
      ['User-Agent', 'ifmatch'],
    ]
    const wire = { method: 'GET', url: new URL(this.target.urls[0]!), headers, body: undefined }
    let answered = false
    const record = (exchange: Exchange): void => void (answered = exchange.response !== null)
    await this.#client
      .send(async () => wire, { purpose: 'ask the base URL whether anybody is there', record, signal })
      .catch((error) => {
        if (!answered) throw error
      })
  }

  /** Where a request goes: the base URL, the path template filled in, all query parameters. */
  url(request: Request, credential: Credential = this.#credential(request.as)): URL {
    const url = new URL(this.target.urls[0]!)
    const path = request.operation.path.replace(/\{([^}]+)\}/g, (whole, name: string) => {
      const value = request.path[name]
      if (value === undefined) throw new Inconclusive(`${request.purpose}: no value is known for the path parameter ${whole}`)
      return encodeURIComponent(value)
    })
    url.pathname = url.pathname.replace(/\/$/, '') + path
    for (const [name, value] of [...credential.query, ...request.query]) url.searchParams.append(name, value)
    return url
  }

  /** The target's own headers and parameters with those of the identity over them; for nobody, without whatever is secret. */
  #credential(identity: Identity): Credential {
    const { headers, query, secrets, identities } = this.target
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

  close(): Promise<void> {
    return this.#client.close()
  }
}

function written({ body, headers }: Request): string | undefined {
  if (body === undefined) return undefined
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return typeof body === 'string' && !/[/+]json\b/i.test(type) ? body : JSON.stringify(body)
}
