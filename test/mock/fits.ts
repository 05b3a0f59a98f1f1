import { Ajv2020 } from 'ajv/dist/2020.js'
import formatsPlugin, { type FormatsPlugin } from 'ajv-formats'
import type { Answer } from '../../mock/index.ts'
import { headerOf } from '../../mock/message.ts'
import type { Contract, Operation } from '../../spec/contract.ts'

const compilers = new WeakMap<Contract, Ajv2020>()

/** Asserts that an answer is what the document declares: status, media type, header fields, content. */
export function fitsDocument(contract: Contract, method: string, target: string, answer: Answer): void {
  const operation = operationOf(contract, method, target)
  // what a preference of the mock brings about is no matter of the document
  const ownWord = headerOf(answer.headers, 'ifmatch-decision')?.includes('rule="Prefer"') ?? false
  if (operation === undefined || answer.status === 405 || ownWord) return
  const where = `${method} ${target} → ${answer.status}`
  const response = operation.responses.find((each) => each.status === String(answer.status))
  if (response === undefined) throw new Error(`${where}: the document declares no such status`)
  for (const header of response.headers.values()) {
    const value = headerOf(answer.headers, header.name.toLowerCase())
    if (value === undefined && header.required) throw new Error(`${where}: the header ${header.name} is missing`)
    if (value !== undefined) validate(contract, header.schemaPointer, typed(value, header.schema), `${where}: ${header.name}`)
  }
  if (answer.body.length === 0) {
    if (response.content.length > 0 && method !== 'HEAD') {
      const mayBeEmpty = response.content.some((media) => !media.type.endsWith('json'))
      if (!mayBeEmpty) throw new Error(`${where}: there is no content`)
    }
    return
  }
  const type = headerOf(answer.headers, 'content-type')
  const media = response.content.find((each) => each.type === type)
  if (media === undefined) throw new Error(`${where}: the document declares no content of the type ${type}`)
  if (media.type.endsWith('json')) validate(contract, media.schemaPointer, JSON.parse(answer.body.toString()), where)
}

function operationOf(contract: Contract, method: string, target: string): Operation | undefined {
  const path = target.split('?')[0]!
  const fitting = contract.operations.filter((each) => each.method === method && patternOf(each.path).test(path))
  return fitting.toSorted((a, b) => b.path.replace(/\{.*?\}/g, '').length - a.path.replace(/\{.*?\}/g, '').length)[0]
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.()]/g, '\\$&').replace(/\{[^{}]+\}/g, '[^/]+')}$`)
}

function typed(value: string, schema: unknown): unknown {
  return typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'integer' ? Number(value) : value
}

function validate(contract: Contract, pointer: string | undefined, value: unknown, where: string): void {
  if (pointer === undefined) return
  let ajv = compilers.get(contract)
  if (ajv === undefined) {
    ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, logger: false })
    ;(formatsPlugin as unknown as FormatsPlugin)(ajv)
    ajv.addSchema(contract.document, 'document')
    compilers.set(contract, ajv)
  }
  const check = ajv.getSchema(`document#${pointer}`) ?? ajv.compile({ $ref: `document#${pointer}` })
  if (!check(value)) throw new Error(`${where}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(value)}`)
}
