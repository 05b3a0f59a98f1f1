import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import type { Json } from '../spec/contract.ts'
import { type Mark, markOf, markOfContainer } from '../spec/marks.ts'
import { Problems } from '../spec/problems.ts'
import { didYouMean } from '../spec/spelling.ts'
import { readSource } from '../spec/source.ts'
import { defaultLimits, type Secret, type TargetConfig, type Tls, withDefaults } from './target.ts'
import { checkLiterals, credentialOf, pairs, tellingOf, type Values, type WrittenCredential } from './target-credential.ts'
import { readTls, TlsProblem, type WrittenTls } from './target-tls.ts'

interface Written {
  name?: string
  urls: string[]
  contract: string
  overlays?: string[]
  dialects?: string[]
  headers?: Values
  query?: Values
  identities?: { a?: WrittenCredential; b?: WrittenCredential }
  limits?: Partial<TargetConfig['limits']>
  races?: TargetConfig['races']
  timeout?: number
  tls?: WrittenTls
  prefix?: string
  readOnly?: boolean
  items?: Record<string, string[]>
  seed?: string | number
}

/**
 * Reads a `*.target.yaml`: `${NAME}` in its texts is the environment's value, paths start from the file.
 * @throws ContractError with everything that is wrong: file, line, column, what stands there, what could
 */
export async function loadTarget(file: string, env: Record<string, string | undefined> = process.env): Promise<TargetConfig> {
  const { value } = await readSource(path.resolve(file), file, 'contract')
  const problems = new Problems()
  checkShape(value, problems)
  problems.check()
  checkLiterals(value as { [name: string]: Json }, problems)
  const secrets: Secret[] = []
  const written = filled(value, '', { env, problems, secrets }) as unknown as Written
  const root = value as { urls?: Json; tls?: Json; identities?: Partial<Record<'a' | 'b', { oauth?: Json }>> }
  for (const name of ['a', 'b'] as const) {
    const { token } = written.identities?.[name]?.oauth ?? {}
    if (token !== undefined && !/^https?:$/.test(URL.parse(token)?.protocol ?? ''))
      problems.error(
        markOf(root.identities?.[name]?.oauth, 'token'),
        `identities.${name}.oauth.token is no URL of a token endpoint: ${JSON.stringify(token)}`,
        token,
      )
  }
  for (const [at, url] of written.urls.entries()) checkUrl(url, markOf(root.urls, at), problems)
  const folder = path.dirname(path.resolve(file))
  const tls = written.tls && tlsOf(written.tls, root.tls, folder, problems)
  problems.check()
  const from = (name: string): string => (/^https?:/.test(name) ? name : path.resolve(folder, name))
  const { identities = {} } = written
  const headers = pairs(written.headers)
  const query = pairs(written.query)
  secrets.push(...tellingOf(headers, query, secrets))
  return withDefaults({
    file: path.resolve(file),
    name: written.name ?? path.basename(file).replace(/\.target\.ya?ml$|\.ya?ml$|\.json$/, ''),
    urls: written.urls,
    contract: from(written.contract),
    overlays: (written.overlays ?? []).map(from),
    // a dialect is a name, or a path
    dialects: (written.dialects ?? []).map((name) => (/[./\\]/.test(name) ? from(name) : name)),
    headers,
    query,
    identities: {
      ...(identities.a && { a: credentialOf('a', identities.a, folder, secrets) }),
      ...(identities.b && { b: credentialOf('b', identities.b, folder, secrets) }),
    },
    limits: { ...defaultLimits, ...written.limits },
    races: { ...written.races },
    tls,
    ...(written.timeout !== undefined && { timeout: written.timeout }),
    ...(written.prefix !== undefined && { prefix: written.prefix }),
    readOnly: written.readOnly ?? false,
    items: written.items ?? {},
    ...(written.seed !== undefined && { seed: String(written.seed) }),
    secrets,
    warnings: problems.warnings,
  })
}

function checkUrl(url: string, mark: Mark | undefined, problems: Problems): void {
  const parsed = URL.parse(url)
  const expected = 'an http or https URL'
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    return problems.error(mark, `${JSON.stringify(url)} is no base URL; write it as https://api.example.com/v1`, url, expected)
  if (parsed.username || parsed.password || parsed.search || parsed.hash)
    problems.error(
      mark,
      `${parsed.origin}${parsed.pathname}: a base URL has no credentials, query or fragment; use "identities" and "query"`,
      '',
      expected,
    )
}

function tlsOf(written: WrittenTls, root: Json | undefined, folder: string, problems: Problems): Tls | undefined {
  try {
    return readTls(written, (name) => path.resolve(folder, name))
  } catch (error) {
    if (!(error instanceof TlsProblem)) throw error
    problems.error(markOf(root, error.part), error.message, '', 'a PEM file')
    return undefined
  }
}

interface Filling {
  env: Record<string, string | undefined>
  problems: Problems
  secrets: Secret[]
}

/** Parts whose values from the environment are no secrets. */
const openParts =
  /^\/(?:urls|name|contract|overlays|dialects|seed|prefix|items|tls\/(?:ca|cert|key)|identities\/[ab]\/oauth\/(?:token|scope))(?:\/|$)/

/** Where what stands at a pointer is sent. */
function placesOf(at: string): string[] {
  const [, part, field] = /\/(headers|query|cookies|bearer|basic)(?:\/([^/]+)|$)/.exec(at) ?? []
  if (part === 'headers') return [field!.toLowerCase()]
  if (part === 'query') return [`?${field}`]
  return part === 'cookies' ? ['cookie'] : part === undefined ? [] : ['authorization']
}

/** A copy with every `${NAME}` filled in; `at` is the JSON Pointer of the value. */
function filled(value: Json, at: string, filling: Filling, mark?: Mark): Json {
  if (Array.isArray(value)) return value.map((member, index) => filled(member, `${at}/${index}`, filling, markOf(value, index)))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, filled(member, `${at}/${key}`, filling, markOf(value, key))]),
    )
  }
  if (typeof value !== 'string') return value
  return value.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
    const found = filling.env[name]
    if (found === undefined) {
      const key = at.slice(1).replaceAll('/', '.')
      filling.problems.error(
        mark,
        `${key} asks for ${whole}, but the environment has no ${name}; set it, as in ${name}=… ifmatch test …`,
        whole,
        `the environment variable ${name}`,
      )
      return whole
    }
    // where the API is and what it is called is no secret
    if (!openParts.test(at)) filling.secrets.push({ name, value: found, sentIn: placesOf(at) })
    return found
  })
}

function checkShape(value: Json, problems: Problems): void {
  const schema = JSON.parse(readFileSync(new URL('target.schema.json', import.meta.url), 'utf8')) as object
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, verbose: true }).compile(schema)
  if (validate(value)) return
  for (const error of validate.errors ?? []) report(value, error, problems)
}

function report(root: Json, error: ErrorObject, problems: Problems): void {
  if (error.keyword === 'oneOf') return
  const tokens = error.instancePath
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  const parent = tokens.slice(0, -1).reduce<unknown>((at, token) => (at as Record<string, unknown>)[token], root)
  const here = tokens.length ? (parent as Record<string, unknown>)[tokens.at(-1)!] : root
  const name = tokens.join('.') || 'a target'
  const mark = tokens.length ? markOf(parent, tokens.at(-1)!) : markOfContainer(root)
  if (error.keyword === 'additionalProperties') {
    const key = (error.params as { additionalProperty: string }).additionalProperty
    const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {})
    const near = didYouMean(key, known)
    return problems.error(
      markOf(here, key),
      `${name} has no "${key}"${near ? `; did you mean "${near}"?` : `; known: ${known.join(', ')}`}`,
      key,
      known.join(', '),
    )
  }
  if (error.keyword === 'required') {
    const key = (error.params as { missingProperty: string }).missingProperty
    return problems.error(markOfContainer(here) ?? mark, `${name} needs "${key}"`, '', key)
  }
  problems.error(mark, `${name} ${error.message}`, here, error.message ?? '')
}
