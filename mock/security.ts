import type { Contract, Json, Operation } from '../spec/contract.ts'
import { headerOf, type HeaderLines } from './message.ts'

/** Who may ask, and how they say who they are, from the document's security schemes (OpenAPI 3.1 §4.8.27). */
export class Security {
  readonly #contract: Contract

  constructor(contract: Contract) {
    this.#contract = contract
  }

  /** The first identity that the document names: it owns the examples. */
  first(): string | undefined {
    for (const scheme of Object.values(Object.fromEntries(this.#contract.securitySchemes))) {
      const names = Object.keys(identitiesOf(scheme) ?? {})
      if (names.length > 0) return names[0]
    }
    return undefined
  }

  /**
   * Who asks: the identity that the credential belongs to, or the credential itself where the document names none; undefined: nobody known,
   * or an operation that asks nobody.
   */
  caller(operation: Operation, headers: HeaderLines, query: [string, string][]): string | undefined {
    // where the document says nothing of callers, they are told apart all the same
    if (this.#contract.securitySchemes.size === 0) return headerOf(headers, 'authorization')
    for (const name of operation.security.flat()) {
      const scheme = this.#contract.securitySchemes.get(name)
      const credential = scheme && credentialOf(scheme, headers, query)
      if (credential === undefined) continue
      const identities = identitiesOf(scheme!)
      if (identities === undefined) return `${name} ${credential}`
      const found = Object.entries(identities).find(([, value]) => value === credential)
      if (found !== undefined) return found[0]
    }
    return undefined
  }
}

type Scheme = { [member: string]: Json }

function identitiesOf(scheme: Scheme): { [name: string]: Json } | undefined {
  const said = scheme['x-ifmatch-identities']
  return typeof said === 'object' && said !== null && !Array.isArray(said) ? said : undefined
}

function credentialOf(scheme: Scheme, headers: HeaderLines, query: [string, string][]): string | undefined {
  if (scheme['type'] !== 'apiKey') {
    const kind = scheme['type'] === 'http' ? String(scheme['scheme']).toLowerCase() : 'bearer'
    const [sent, ...rest] = (headerOf(headers, 'authorization') ?? '').split(' ')
    const credential = rest.join(' ').trim()
    return sent!.toLowerCase() === kind && credential !== '' ? credential : undefined
  }
  const name = String(scheme['name'])
  if (scheme['in'] === 'header') return headerOf(headers, name.toLowerCase())
  if (scheme['in'] === 'query') return query.find(([each]) => each === name)?.[1]
  const cookies = (headerOf(headers, 'cookie') ?? '').split(/;\s*/)
  return cookies.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1)
}
