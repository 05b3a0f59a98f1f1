import type { OpenAPIV3_1 } from 'openapi-types'
import type { HeaderSpec, Json, MediaType, Operation, Parameter, ResponseSpec, Schema } from './contract.ts'
import { isTree } from './tree.ts'
import { follow, under } from './references.ts'

/** An object of the document as its author wrote it: the names are OpenAPI's, the values are whatever stands there. */
type Written<T> = { [Name in keyof T]?: unknown }

/** Media types and headers as OpenAPI 3.2 has them: examples may lie in `dataValue`. */
type WrittenExample = Written<OpenAPIV3_1.ExampleObject> & { dataValue?: unknown }

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']

/** All operations of a document, with references resolved and path-level parameters merged in. */
export function readOperations(document: { [member: string]: Json }): Operation[] {
  const operations: Operation[] = []
  for (const [path, written] of Object.entries((document['paths'] ?? {}) as Record<string, unknown>)) {
    if (!path.startsWith('/')) continue
    const item = follow(document, written, under('', 'paths', path))
    if (!isTree(item.value)) continue
    const reader = new OperationReader(document, path, readList(item.value['parameters']), under(item.pointer, 'parameters'))
    for (const method of methods) {
      if (isTree(item.value[method])) operations.push(reader.read(method.toUpperCase(), item.value[method], under(item.pointer, method)))
    }
    for (const key of ['additionalOperations', 'x-oai-additionalOperations']) {
      const more = item.value[key]
      if (!isTree(more)) continue
      for (const [method, operation] of Object.entries(more))
        if (isTree(operation)) operations.push(reader.read(method.toUpperCase(), operation, under(item.pointer, key, method)))
    }
  }
  return operations
}

class OperationReader {
  readonly #document: { [member: string]: Json }
  readonly #path: string
  readonly #shared: Parameter[]

  constructor(document: { [member: string]: Json }, path: string, shared: unknown[], pointer: string) {
    this.#document = document
    this.#path = path
    this.#shared = this.#parameters(shared, pointer)
  }

  read(method: string, operation: Written<OpenAPIV3_1.OperationObject>, pointer: string): Operation {
    const own = this.#parameters(readList(operation.parameters), under(pointer, 'parameters'))
    const key = (parameter: Parameter): string =>
      `${parameter.in}:${parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name}`
    const parameters = [...new Map([...this.#shared, ...own].map((parameter) => [key(parameter), parameter])).values()]
    const { value, pointer: at } = follow(this.#document, operation.requestBody, under(pointer, 'requestBody'))
    const request = asWritten<OpenAPIV3_1.RequestBodyObject>(value)
    const security = operation.security ?? this.#document['security']
    return {
      pointer: `#${pointer}`,
      operationId: typeof operation.operationId === 'string' ? operation.operationId : undefined,
      method,
      path: this.#path,
      parameters,
      request: request && { required: request.required === true, content: this.#content(request.content, under(at, 'content')) },
      responses: this.#responses(operation.responses, under(pointer, 'responses')),
      security: readList(security).map((alternative) => Object.keys(alternative ?? {})),
    }
  }

  #parameters(list: unknown[], pointer: string): Parameter[] {
    return list.flatMap((written, at): Parameter[] => {
      const parameter = asWritten<OpenAPIV3_1.ParameterObject>(follow(this.#document, written, under(pointer, at)).value)
      if (typeof parameter?.name !== 'string' || !['path', 'query', 'header', 'cookie'].includes(String(parameter.in))) return []
      const content = isTree(parameter.content) ? asWritten<OpenAPIV3_1.MediaTypeObject>(Object.values(parameter.content)[0]) : undefined
      const media = content ?? parameter
      const [first] = this.#examples(media).values()
      return [
        {
          name: parameter.name,
          in: parameter.in as Parameter['in'],
          required: parameter.required === true || parameter.in === 'path',
          schema: media.schema as Schema | undefined,
          example: first,
        },
      ]
    })
  }

  #content(content: unknown, pointer: string): MediaType[] {
    if (!isTree(content)) return []
    return Object.entries(content).map(([type, written]): MediaType => {
      const { value, pointer: at } = follow(this.#document, written, under(pointer, type))
      const media = asWritten<OpenAPIV3_1.MediaTypeObject>(value) ?? {}
      return {
        type: type.split(';')[0]!.trim().toLowerCase(),
        schema: media.schema as Schema | undefined,
        schemaPointer: media.schema === undefined ? undefined : under(at, 'schema'),
        examples: this.#examples(media),
      }
    })
  }

  /** All examples by name; a single one is named `''`. Those that lie outside of the document are left out. */
  #examples(media: Written<Pick<OpenAPIV3_1.MediaTypeObject, 'example' | 'examples'>>): Map<string, Json> {
    const examples = new Map<string, Json>()
    if (media.example !== undefined) examples.set('', media.example as Json)
    if (!isTree(media.examples)) return examples
    for (const [name, written] of Object.entries(media.examples)) {
      const named: WrittenExample | undefined = asWritten<OpenAPIV3_1.ExampleObject>(follow(this.#document, written, '').value)
      const example = named?.value ?? named?.dataValue
      if (example !== undefined) examples.set(name, example as Json)
    }
    return examples
  }

  #responses(responses: unknown, pointer: string): ResponseSpec[] {
    if (!isTree(responses)) return []
    return Object.entries(responses).flatMap(([status, written]): ResponseSpec[] => {
      if (status.startsWith('x-')) return []
      const { value, pointer: at } = follow(this.#document, written, under(pointer, status))
      const response = asWritten<OpenAPIV3_1.ResponseObject>(value)
      if (!response) return []
      return [
        {
          status: status.toUpperCase() === 'DEFAULT' ? 'default' : status.toUpperCase(),
          description: String(response.description ?? ''),
          headers: this.#headers(response.headers, under(at, 'headers')),
          content: this.#content(response.content, under(at, 'content')),
        },
      ]
    })
  }

  #headers(headers: unknown, pointer: string): Map<string, HeaderSpec> {
    const found = new Map<string, HeaderSpec>()
    for (const [name, written] of isTree(headers) ? Object.entries(headers) : []) {
      const { value, pointer: at } = follow(this.#document, written, under(pointer, name))
      const header = asWritten<OpenAPIV3_1.HeaderObject>(value) ?? {}
      const [first] = this.#examples(header).values()
      const schema = header.schema as Schema | undefined
      found.set(name.toLowerCase(), {
        name,
        required: header.required === true,
        schema,
        schemaPointer: schema === undefined ? undefined : under(at, 'schema'),
        example: first,
      })
    }
    return found
  }
}

function asWritten<T>(value: unknown): Written<T> | undefined {
  return isTree(value) ? (value as Written<T>) : undefined
}

function readList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
