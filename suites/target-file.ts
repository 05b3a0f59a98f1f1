import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import type { HeaderLine } from '../reports/model.ts'
import type { Json } from '../spec/contract.ts'
import { type Mark, markOf, markOfContainer } from '../spec/marks.ts'
import { didYouMean, Problems } from '../spec/problems.ts'
import { readSource } from '../spec/source.ts'
import { type Credential, defaultLimits, type Secret, secretOf, type TargetConfig, withDefaults } from './target.ts'

type Values = { [name: string]: Json }

interface Written {
  name?: string
  urls: string[]
  contract: string
  overlays?: string[]
  dialects?: string[]
  headers?: Values
  query?: Values
  identities?: { a?: { headers?: Values; query?: Values }; b?: { headers?: Values; query?: Values } }
  limits?: Partial<TargetConfig['limits']>
  timeout?: number
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
  const secrets: Secret[] = []
  const written = filled(value, '', { env, problems, secrets }) as unknown as Written
  for (const [at, url] of written.urls.entries()) {
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      problems.error(
        markOf((value as { urls?: Json }).urls, at),
        `${JSON.stringify(url)} is no base URL; write it as https://api.example.com/v1`,
        url,
        'an http or https URL',
      )
    }
  }
  problems.check()
  const from = (name: string): string => (/^https?:/.test(name) ? name : path.resolve(path.dirname(file), name))
  const { identities = {} } = written
  return withDefaults({
    name: written.name ?? path.basename(file).replace(/\.target\.ya?ml$|\.ya?ml$|\.json$/, ''),
    urls: written.urls,
    contract: from(written.contract),
    overlays: (written.overlays ?? []).map(from),
    // a dialect is a name, or a path
    dialects: (written.dialects ?? []).map((name) => (/[./\\]/.test(name) ? from(name) : name)),
    headers: pairs(written.headers),
    query: pairs(written.query),
    identities: {
      ...(identities.a && { a: credential('a', identities.a, secrets) }),
      ...(identities.b && { b: credential('b', identities.b, secrets) }),
    },
    limits: { ...defaultLimits, ...written.limits },
    ...(written.timeout !== undefined && { timeout: written.timeout }),
    ...(written.seed !== undefined && { seed: String(written.seed) }),
    secrets,
  })
}

/** What an identity says itself is a secret as a whole; what it takes from the environment is one already. */
function credential(name: 'a' | 'b', { headers, query }: { headers?: Values; query?: Values }, secrets: Secret[]): Credential {
  const made: Credential = { headers: pairs(headers), query: pairs(query) }
  const isKnown = (value: string): boolean => secrets.some((secret) => secret.value !== '' && value.includes(secret.value))
  const word = (field: string): string => `${name}_${field}`.toUpperCase().replace(/[^A-Z0-9]+/g, '_')
  for (const [field, value] of made.headers) if (!isKnown(value)) secrets.push(secretOf(word(field), field.toLowerCase(), value))
  for (const [field, value] of made.query) if (!isKnown(value)) secrets.push({ name: word(field), value, sentIn: [`?${field}`] })
  return made
}

interface Filling {
  env: Record<string, string | undefined>
  problems: Problems
  secrets: Secret[]
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
    const [, part, field] = /\/(headers|query)\/([^/]+)/.exec(at) ?? []
    const sentIn = part === 'headers' ? [field!.toLowerCase()] : part === 'query' ? [`?${field}`] : []
    // where the API is and what it is called is no secret
    if (!/^\/(urls|name|contract|overlays|dialects|seed)/.test(at)) filling.secrets.push({ name, value: found, sentIn })
    return found
  })
}

/** A map of values as pairs; a list is several lines of one name. */
function pairs(values: Values | undefined): HeaderLine[] {
  return Object.entries(values ?? {}).flatMap(([name, value]) => [value].flat().map((one): HeaderLine => [name, String(one)]))
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
