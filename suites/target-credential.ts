import path from 'node:path'
import type { HeaderLine } from '../reports/model.ts'
import type { Json } from '../spec/contract.ts'
import { type Mark, markOf } from '../spec/marks.ts'
import type { Problems } from '../spec/problems.ts'
import { type ClientCredentials, type Credential, type Secret, secretName, secretOf, type Signer } from './target.ts'

/** Names and values as a target file writes them; a list is several lines of one name. */
export type Values = { [name: string]: Json }

/** An identity as a target file writes it, with the values of the environment filled in. */
export interface WrittenCredential {
  headers?: Values
  query?: Values
  cookies?: Record<string, string>
  bearer?: string
  basic?: { user: string; password: string }
  oauth?: { token: string; id: string; secret: string; scope?: string; params?: Record<string, string>; send?: 'header' | 'body' }
  sign?: { command: string[] } | { module: string }
}

/** What a header or parameter is called that says who somebody is. */
const telling = /authorization|cookie|token|secret|password|passwd|signature|api-?_?key|^sig$|^key$/i

/**
 * The credential of an identity. What it says itself is a secret as a whole; what it takes from the environment is one already.
 * @param folder where commands and modules are looked for
 */
export function credentialOf(name: 'a' | 'b', written: WrittenCredential, folder: string, secrets: Secret[]): Credential {
  const { cookies, bearer, basic, oauth, sign } = written
  const headers = pairs(written.headers)
  if (bearer !== undefined) headers.push(['Authorization', `Bearer ${bearer}`])
  if (basic) headers.push(['Authorization', `Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString('base64')}`])
  if (cookies)
    headers.push([
      'Cookie',
      Object.entries(cookies)
        .map((pair) => pair.join('='))
        .join('; '),
    ])
  const query = pairs(written.query)
  const isKnown = (value: string): boolean => secrets.some((secret) => secret.value !== '' && value.includes(secret.value))
  const word = (field: string): string => secretName(`${name}_${field}`)
  for (const [field, value] of headers) if (!isKnown(value)) secrets.push(secretOf(word(field), field.toLowerCase(), value))
  for (const [field, value] of query) if (!isKnown(value)) secrets.push({ name: word(field), value, sentIn: [`?${field}`] })
  // values that are known when they are fetched or made
  if (sign) secrets.push({ name: word('signed_authorization'), value: '', sentIn: ['authorization'] })
  if (oauth) secrets.push({ name: word('access_token'), value: '', sentIn: ['authorization'] })
  return { headers, query, ...(oauth && { oauth: withDefaultSend(oauth) }), ...(sign && { sign: signerOf(sign, folder) }) }
}

function withDefaultSend({ params = {}, send = 'header', ...rest }: NonNullable<WrittenCredential['oauth']>): ClientCredentials {
  return { ...rest, params, send }
}

function signerOf(sign: NonNullable<WrittenCredential['sign']>, folder: string): Signer {
  if ('module' in sign) return { module: path.resolve(folder, sign.module) }
  return { command: sign.command, folder }
}

/** A map of values as pairs; a list is several lines of one name. */
export function pairs(values: Values | undefined): HeaderLine[] {
  return Object.entries(values ?? {}).flatMap(([name, value]) => [value].flat().map((one): HeaderLine => [name, String(one)]))
}

/** Values of the target's own that say who somebody is and stand in the file itself. */
export function tellingOf(headers: HeaderLine[], query: [string, string][], secrets: readonly Secret[]): Secret[] {
  const isKnown = (value: string): boolean => secrets.some((secret) => secret.value !== '' && value.includes(secret.value))
  const isOpen = ([name, value]: [string, string]): boolean => telling.test(name) && !isKnown(value)
  return [
    ...headers.filter(isOpen).map(([name, value]) => secretOf(secretName(name), name.toLowerCase(), value)),
    ...query.filter(isOpen).map(([name, value]) => ({ name: secretName(name), value, sentIn: [`?${name}`] })),
  ]
}

/**
 * Credentials belong into the environment. What can be nothing else is an error in the file; a header or parameter that looks like one is
 * a warning. No value is told.
 * @param root the file as it was written
 */
export function checkLiterals(root: { [name: string]: Json }, problems: Problems): void {
  const isOpen = (value: Json | undefined): boolean => typeof value === 'string' && value !== '' && !value.includes('${')
  const map = (value: Json | undefined): Values => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {})
  const refuse = (container: Values, key: string, at: string, mark: Mark | undefined = markOf(container, key)): void => {
    const variable = secretName(at.replace(/^identities\./, ''))
    if (isOpen(container[key]))
      problems.error(mark, `${at} is written in the file; put it into the environment, and \${${variable}} here`, '', `\${${variable}}`)
  }
  const warn = (container: Values, at: string): void => {
    for (const [name, value] of Object.entries(container))
      if (telling.test(name) && [value].flat().some(isOpen))
        problems.warn(
          markOf(container, name),
          `${at}.${name} is written in the file; put it into the environment, and \${${secretName(name)}} here`,
        )
  }
  for (const part of ['headers', 'query']) warn(map(root[part]), part)
  refuse(map(root['tls']), 'passphrase', 'tls.passphrase')
  for (const [name, value] of Object.entries(map(root['identities']))) {
    const identity = map(value)
    const at = `identities.${name}`
    refuse(identity, 'bearer', `${at}.bearer`)
    refuse(map(identity['basic']), 'password', `${at}.basic.password`)
    refuse(map(identity['oauth']), 'secret', `${at}.oauth.secret`)
    for (const cookie of Object.keys(map(identity['cookies']))) refuse(map(identity['cookies']), cookie, `${at}.cookies.${cookie}`)
    for (const part of ['headers', 'query']) warn(map(identity[part]), `${at}.${part}`)
  }
}
