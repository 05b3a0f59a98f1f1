import { formatPointer, readPointer } from '../../http/pointer.ts'
import type { Contract, Json, Operation, Resource, Role, Schema } from '../contract.ts'
import { responsesFor } from '../room.ts'
import { isJson, propertiesOf } from '../schemas.ts'
import { type Confidence, type Finding, guess, type ResourceFindings } from './finding.ts'
import { Lines } from './lines.ts'
import { shapes } from './structure.ts'
import { isTree } from '../tree.ts'
import { keyName, queryGuardName, tokenName } from './names.ts'

const writes: readonly Role[] = ['replace', 'patch', 'delete']

/** What a document suggests about each resource that clients can write, in the document's order. */
export function suggest(contract: Contract): ResourceFindings[] {
  const lines = new Lines(contract.document)
  return [...contract.resources.values()]
    .filter(({ operations }) => [...operations.keys()].some((role) => role !== 'read' && role !== 'list'))
    .map((resource) => suggestFor(resource, contract, lines))
}

function suggestFor(resource: Resource, contract: Contract, lines: Lines): ResourceFindings {
  const { name, collection, item } = resource
  const setting = { resource, contract, lines }
  const findings = [
    ...shapeOf(setting),
    ...tokens(setting),
    ...headerGuards(setting),
    ...memberGuards(setting),
    ...queryGuards(setting),
    ...reads(setting),
    ...keys(setting),
  ]
  return { name, collection, item, findings, questions: questions(setting) }
}

interface Setting {
  resource: Resource
  contract: Contract
  lines: Lines
}

/** What was said so that the resource could be read at all. */
function shapeOf({ resource: { name }, contract }: Setting): Finding[] {
  const said = readPointer(contract.document, ['x-conflict', 'resources', name])
  if (!isTree(said)) return []
  const because = typeof said['x-because'] === 'string' ? [said['x-because']] : []
  return Object.entries(said)
    .filter(([key]) => shapes.has(key))
    .flatMap(([key, value]): Finding[] =>
      key === 'operations' && isTree(value)
        ? Object.entries(value).map(([role, call]) => ({ at: [key, role], value: call as Json, sure: true, because }))
        : [{ at: [key], value: value as Json, sure: true, because }],
    )
}

const shown = ({ method, path }: Operation): string => `${method} ${path}`

function tokens({ resource, contract, lines }: Setting): Finding[] {
  const read = resource.operations.get('read')?.operation
  if (!read) return []
  const ok = responsesFor(read, []).find(({ headers }) => headers.has('etag'))
  if (ok) {
    const because = `${shown(read)} declares ETag (${lines.response(read, ok.status, 'ETag')})`
    const value = { read: '$response.header.ETag', format: 'etag' }
    if (promisesStale(resource)) return [{ at: ['token'], value, sure: true, because: [`the document's own: ${because}`] }]
    return [guess(['token'], value, 'medium', `${because}; frameworks also send tags that guard nothing`)]
  }
  const [best] = members(resource, contract)
  if (!best) return []
  const { pointer, confidence, schema } = best
  const format = typeof schema === 'object' && schema['type'] === 'integer' ? 'integer' : 'opaque'
  return [
    guess(
      ['token'],
      { read: `$response.body#${pointer}`, format },
      confidence,
      `${shown(read)} answers with ${pointer} (${lines.operation(read)})`,
    ),
  ]
}

/** Members of what a read gives whose names tell of a version, at the top or one level down; the most telling first. */
function members(resource: Resource, contract: Contract): { pointer: string; confidence: Confidence; schema: Schema }[] {
  const read = resource.operations.get('read')?.operation
  const schema =
    read &&
    responsesFor(read, [])
      .flatMap(({ content }) => content.filter(isJson))
      .find((media) => media.schema !== undefined)?.schema
  return schema === undefined
    ? []
    : named(schema, contract, []).toSorted((a, b) => order.indexOf(a.confidence) - order.indexOf(b.confidence))
}

const order: readonly Confidence[] = ['high', 'medium', 'low']

function named(schema: Schema, contract: Contract, above: string[]): { pointer: string; confidence: Confidence; schema: Schema }[] {
  return Object.entries(propertiesOf(schema, contract.deref)).flatMap(([name, member]) => {
    const at = contract.deref(member)
    const path = [...above, name]
    const confidence = tokenName(name)
    const isScalar = typeof at !== 'object' || !['object', 'array'].includes(String(at['type']))
    const own = confidence && isScalar ? [{ pointer: formatPointer(path), confidence, schema: at }] : []
    return above.length ? own : [...own, ...named(at, contract, path)]
  })
}

/** The status with which the document itself says that a stale If-Match is refused. */
function promisesStale(resource: Resource): boolean {
  return ifMatch(resource).some(({ operation }) => operation.responses.some(({ status }) => status === '412'))
}

function ifMatch(resource: Resource): { role: Role; operation: Operation }[] {
  return writes.flatMap((role) => {
    const operation = resource.operations.get(role)?.operation
    return operation?.parameters.some((parameter) => parameter.in === 'header' && parameter.name.toLowerCase() === 'if-match')
      ? [{ role, operation }]
      : []
  })
}

function headerGuards(setting: Setting): Finding[] {
  const { resource, lines } = setting
  const findings: Finding[] = []
  const guarded = ifMatch(resource)
  if (guarded.length) {
    const named412 = guarded.filter(({ operation }) => operation.responses.some(({ status }) => status === '412'))
    const sure = named412.length > 0 && readsTag(resource)
    const roles = sure ? named412 : guarded
    const parameter = (operation: Operation): Operation['parameters'][number] =>
      operation.parameters.find((one) => one.in === 'header' && one.name.toLowerCase() === 'if-match')!
    const required = roles.every(({ operation }) => parameter(operation).required)
    const value: Json = {
      for: roles.map(({ role }) => role),
      send: '$request.header.If-Match',
      match: 'strong',
      ...(required && !sure ? { required: 'always' } : {}),
      outcomes: { stale: { status: 412 }, ...(required && !sure ? { missing: { status: 428 } } : {}) },
    }
    const where = roles.map(
      ({ operation }) => `${shown(operation)} declares If-Match (${lines.parameter(operation, parameter(operation))})`,
    )
    if (sure) {
      const answers = roles.map(({ operation }) => `and 412 (${lines.response(operation, '412')})`)
      findings.push({
        at: ['guards', 'update'],
        value,
        sure,
        because: where.map((text, at) => `the document's own: ${text}, ${answers[at]}`),
      })
    } else findings.push(guess(['guards', 'update'], value, 'high', `${where.join('; ')}; the statuses are what most APIs answer`))
  }
  const replace = resource.operations.get('replace')?.operation
  const none = replace?.parameters.find((one) => one.in === 'header' && one.name.toLowerCase() === 'if-none-match')
  if (replace && none) {
    const value: Json = { for: ['replace'], send: '$request.header.If-None-Match', none: '*', outcomes: { exists: { status: 412 } } }
    findings.push(
      guess(
        ['guards', 'createOnly'],
        value,
        'high',
        `${shown(replace)} declares If-None-Match (${lines.parameter(replace, none)}); some answer 409`,
      ),
    )
  }
  return findings
}

function readsTag(resource: Resource): boolean {
  const read = resource.operations.get('read')?.operation
  return read !== undefined && responsesFor(read, []).some(({ headers }) => headers.has('etag'))
}

/** Members that clients read and send back. */
function memberGuards({ resource, contract, lines }: Setting): Finding[] {
  const found = members(resource, contract)
  for (const role of ['replace', 'patch'] as const) {
    const operation = resource.operations.get(role)?.operation
    const schema = operation?.request?.content.find(isJson)?.schema
    if (!operation || schema === undefined) continue
    const sent = named(schema, contract, []).find(
      (one) => found.some(({ pointer }) => pointer === one.pointer) && !(typeof one.schema === 'object' && one.schema['readOnly'] === true),
    )
    if (!sent) continue
    const confidence = sent.confidence === 'low' ? 'low' : 'medium'
    const value: Json = { for: [role], send: `$request.body#${sent.pointer}`, match: 'equal', outcomes: { stale: { status: 409 } } }
    const because = `${shown(operation)} takes ${sent.pointer}, which reads give (${lines.operation(operation)}); 409, 412 and 400 are all in use`
    return [guess(['guards', 'version'], value, confidence, because)]
  }
  return []
}

function queryGuards({ resource, lines }: Setting): Finding[] {
  for (const role of writes) {
    const operation = resource.operations.get(role)?.operation
    for (const parameter of operation?.parameters ?? []) {
      const confidence = parameter.in === 'query' ? queryGuardName(parameter.name) : undefined
      if (!operation || !confidence) continue
      const value: Json = { for: [role], send: `$request.query.${parameter.name}`, match: 'equal', outcomes: { stale: { status: 409 } } }
      return [
        guess(
          ['guards', 'query'],
          value,
          confidence,
          `${shown(operation)} declares the parameter ${parameter.name} (${lines.parameter(operation, parameter)})`,
        ),
      ]
    }
  }
  return []
}

/** Conditional reads. */
function reads({ resource, lines }: Setting): Finding[] {
  const read = resource.operations.get('read')?.operation
  const parameter = read?.parameters.find((one) => one.in === 'header' && one.name.toLowerCase() === 'if-none-match')
  if (!read || !parameter) return []
  const says304 = read.responses.some(({ status }) => status === '304')
  const value: Json = { for: ['read'], send: '$request.header.If-None-Match', match: 'differs', outcomes: { unchanged: { status: 304 } } }
  const because = `${shown(read)} declares If-None-Match (${lines.parameter(read, parameter)})`
  const own = says304 && promisesStale(resource) && readsTag(resource)
  return own
    ? [{ at: ['guards', 'fresh'], value, sure: true, because: [`the document's own: ${because} and 304 (${lines.response(read, '304')})`] }]
    : [guess(['guards', 'fresh'], value, 'high', because)]
}

function keys({ resource, contract, lines }: Setting): Finding[] {
  const create = resource.operations.get('create')?.operation
  if (!create || create.method !== 'POST') return []
  for (const parameter of create.parameters) {
    const confidence = parameter.in === 'header' || parameter.in === 'query' ? keyName(parameter.name) : undefined
    if (!confidence) continue
    const value: Json = {
      for: ['create'],
      key: `$request.${parameter.in}.${parameter.name}`,
      ...(parameter.required ? { required: 'always', outcomes: { keyMissing: { status: 400 } } } : {}),
    }
    return [
      guess(['idempotency'], value, confidence, `${shown(create)} declares ${parameter.name} (${lines.parameter(create, parameter)})`),
    ]
  }
  const schema = create.request?.content.find(isJson)?.schema
  const member = Object.keys(schema === undefined ? {} : propertiesOf(schema, contract.deref)).find((name) => keyName(name) === 'high')
  if (member === undefined) return []
  return [
    guess(
      ['idempotency'],
      { for: ['create'], key: `$request.body#/${member}` },
      'high',
      `${shown(create)} takes ${member} (${lines.operation(create)})`,
    ),
  ]
}

/** What a documented 409 may mean, where nothing else says it. */
function questions({ resource, lines }: Setting): string[] {
  const asked: string[] = []
  const ask = (role: Role, text: string): void => {
    const operation = resource.operations.get(role)?.operation
    if (operation?.responses.some(({ status }) => status === '409')) asked.push(`${text} (${lines.response(operation, '409')})`)
  }
  ask('create', 'create may answer 409, medium: is a member unique? Say which: unique: { NAME: $request.body#/NAME }')
  ask('delete', 'delete may answer 409, medium: do other things hang on it, or does its state forbid it? Say it as one of the rules')
  for (const role of ['replace', 'patch'])
    if (!ifMatch(resource).some((one) => one.role === role))
      ask(role, `${role} may answer 409: for an old version, a taken name or a wrong state? The document does not tell`)
  for (const [role, { operation }] of resource.operations)
    if (!['create', 'read', 'list', ...writes].includes(role) && operation.responses.some(({ status }) => status === '409'))
      asked.push(
        `${role} may answer 409: in which states is it allowed? Say it as a rule of the kind transition (${lines.response(operation, '409')})`,
      )
  return asked
}
