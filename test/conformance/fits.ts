import { Ajv2020 } from 'ajv/dist/2020.js'
import formatsPlugin, { type FormatsPlugin } from 'ajv-formats'
import { isJson, parseMediaType } from '../../http/media-type.ts'
import { problemMediaType } from '../../http/problem.ts'
import type { HeaderLine } from '../../reports/model.ts'
import type { Contract, Operation, ResponseSpec, Schema } from '../../spec/contract.ts'

/** The part of a request that says which answers are declared for it. */
export interface Asked {
  method: string
  /** Path and query. */
  target: string
}

/** An answer as it was sent. */
export interface Answered {
  status: number
  headers: HeaderLine[]
  body: Buffer
}

/**
 * In what an answer departs from the document: status, media type, header fields, content; nothing where it fits. What no operation can
 * declare (no such path, no such method, OPTIONS, 501) is held to what the document says of all answers. Nothing of the mock is used.
 */
export function misfits(contract: Contract, asked: Asked, answered: Answered): string[] {
  const { status } = answered
  const declared = methodsAt(contract, asked.target)
  const operation = operationOf(contract, asked)
  if (declared.length === 0) return problem(answered, 404)
  if (operation === undefined && asked.method === 'OPTIONS') return options(answered, declared)
  if (operation === undefined) return [...problem(answered, 405), ...allow(answered, declared)]
  if (status === 501) return problem(answered, 501)
  const response = responseOf(operation, status)
  if (response === undefined) return [`the status ${status} is not declared`]
  return [...problemStatus(answered), ...fields(contract, response, answered), ...content(contract, response, asked, answered)]
}

/** The operation that a request is for; HEAD is that of GET without content where it is not declared (RFC 9110 §9.3.2). */
export function operationOf(contract: Contract, { method, target }: Asked): Operation | undefined {
  const here = methodsAt(contract, target)
  return here.find((each) => each.method === method) ?? (method === 'HEAD' ? here.find((each) => each.method === 'GET') : undefined)
}

/** The path template that a request target fits; undefined where there is none. */
export function templateOf(contract: Contract, target: string): string | undefined {
  return methodsAt(contract, target)[0]?.path
}

/** The operations of the path that fits best: the one with the most of its own text (OpenAPI 3.1 §4.8.8.2). */
function methodsAt({ operations }: Contract, target: string): Operation[] {
  const path = target.split('?', 1)[0]!
  const own = (each: Operation): number => each.path.replaceAll(/\{[^{}]+\}/g, '').length
  const fitting = operations.filter((each) => patternOf(each.path).test(path)).toSorted((a, b) => own(b) - own(a))
  return fitting.filter((each) => each.path === fitting[0]!.path)
}

const patterns = new Map<string, RegExp>()

function patternOf(path: string): RegExp {
  let pattern = patterns.get(path)
  if (pattern === undefined) {
    pattern = new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^{}]+\}/g, '[^/]+')}$`)
    patterns.set(path, pattern)
  }
  return pattern
}

function responseOf({ responses }: Operation, status: number): ResponseSpec | undefined {
  const named = (name: string): ResponseSpec | undefined => responses.find((each) => each.status.toUpperCase() === name)
  return named(String(status)) ?? named(`${String(status)[0]}XX`) ?? named('DEFAULT')
}

function fields(contract: Contract, response: ResponseSpec, { headers }: Answered): string[] {
  return [...response.headers.values()].flatMap(({ name, required, schema, schemaPointer }) => {
    const value = field(headers, name)
    if (value === undefined) return required ? [`the field ${name} is missing`] : []
    const integer = typeof schema === 'object' && schema['type'] === 'integer'
    return against(contract, schemaPointer, integer ? Number(value) : value, name)
  })
}

function content(contract: Contract, response: ResponseSpec, { method }: Asked, answered: Answered): string[] {
  const { status, headers, body } = answered
  const bare = method === 'HEAD' || status === 204 || status === 304 || response.content.length === 0
  if (bare) return body.length > 0 ? ['there is content where there should be none'] : []
  const type = field(headers, 'content-type')
  const media = response.content.find((each) => each.type === parseMediaType(type ?? '')?.type)
  if (media === undefined) return [`the media type ${type} is not declared`]
  if (!isJson(media.type)) return against(contract, media.schemaPointer, body.toString(), 'the content')
  const value = json(body)
  return value === undefined ? ['the content is not JSON'] : against(contract, media.schemaPointer, value, 'the content')
}

/** What the document says of all errors: problem details (RFC 9457), whose `status` is that of the answer (§3.1.3). */
function problem(answered: Answered, expected: number): string[] {
  if (answered.status !== expected) return [`the status ${answered.status} is not declared; ${expected} was to be expected`]
  const type = field(answered.headers, 'content-type')
  if (type !== problemMediaType) return [`the error is ${type}, not ${problemMediaType}`]
  const { type: kind, title, detail } = (json(answered.body) ?? {}) as { [member: string]: unknown }
  const missing = Object.entries({ type: kind, title, detail }).filter(([, value]) => typeof value !== 'string' || value === '')
  return [...missing.map(([name]) => `the problem has no ${name}`), ...problemStatus(answered)]
}

function problemStatus({ status, headers, body }: Answered): string[] {
  if (field(headers, 'content-type') !== problemMediaType || body.length === 0) return []
  const said = (json(body) as { status?: unknown } | undefined)?.status
  return said === status ? [] : [`the problem says status ${String(said)}`]
}

/** A 405, and OPTIONS, name the methods that the path has (RFC 9110 §10.2.1). */
function allow({ headers }: Answered, declared: Operation[]): string[] {
  const named = (field(headers, 'allow') ?? '').split(/, */)
  const missing = declared.filter((each) => !named.includes(each.method)).map((each) => `Allow does not name ${each.method}`)
  const known = [...declared.map((each) => each.method), 'HEAD', 'OPTIONS']
  return [...missing, ...named.filter((name) => !known.includes(name)).map((name) => `Allow names ${name || 'nothing'}`)]
}

function options(answered: Answered, declared: Operation[]): string[] {
  if (answered.status !== 204) return [`OPTIONS is answered ${answered.status}`]
  return [...allow(answered, declared), ...(answered.body.length > 0 ? ['there is content where there should be none'] : [])]
}

function field(headers: HeaderLine[], name: string): string | undefined {
  const lines = headers.filter(([each]) => each.toLowerCase() === name.toLowerCase())
  return lines.length === 0 ? undefined : lines.map(([, value]) => value).join(', ')
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

const compilers = new WeakMap<Contract['document'], Ajv2020>()

function against({ document }: Contract, pointer: string | undefined, value: unknown, what: string): string[] {
  if (pointer === undefined) return []
  let ajv = compilers.get(document)
  if (ajv === undefined) {
    ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
    ;(formatsPlugin as unknown as FormatsPlugin)(ajv)
    ajv.addSchema(document as Schema & object, 'document')
    compilers.set(document, ajv)
  }
  const schema = `document#${pointer}`
  const fits = ajv.getSchema(schema) ?? ajv.compile({ $ref: schema })
  return fits(value) ? [] : (fits.errors ?? []).map((error) => `${what}${error.instancePath} ${error.message}`)
}
