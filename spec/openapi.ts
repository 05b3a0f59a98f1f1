import type { HeaderSpec, Json, MediaType, Operation, Parameter, ResponseSpec, Schema } from './contract.ts'
import { isTree } from './layers.ts'
import { markOf, markOfContainer, type Source } from './marks.ts'
import type { Problems } from './problems.ts'
import { follow, under } from './references.ts'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']

/** Is this an OpenAPI 3.0, 3.1 or 3.2 document with paths? Says what it is instead. */
export function checkDocument(document: Json, source: Source, problems: Problems): document is { [member: string]: Json } {
  const top = markOfContainer(document) ?? { source }
  const { name } = source
  if (!isTree(document)) {
    problems.error(top, `${name} is no OpenAPI document: expected a map with "openapi: 3.1.0" at its top`, document, 'openapi: 3.1.0')
    return false
  }
  const version = document['openapi']
  if (document['swagger'] !== undefined) {
    problems.error(
      markOf(document, 'swagger'),
      `Swagger ${String(document['swagger'])} is not supported; convert the document to OpenAPI 3.0 or later first`,
      document['swagger'],
      'openapi: 3.0, 3.1 or 3.2',
    )
    return false
  }
  if (version === undefined) {
    const what = document['overlay']
      ? 'an Overlay; give it with --overlay, beside the document it changes'
      : document['x-conflict']
        ? 'a dialect (x-conflict without paths); extend it from a document'
        : 'no OpenAPI document'
    problems.error(top, `${name} is ${what}. Expected "openapi: 3.1.0" (or 3.0, 3.2) at its top`, '', 'openapi: 3.1.0')
    return false
  }
  if (typeof version !== 'string' || !/^3\.[012](\.|$)/.test(version)) {
    problems.error(
      markOf(document, 'openapi'),
      `OpenAPI ${String(version)} is not supported; expected 3.0, 3.1 or 3.2${typeof version === 'number' ? ' as a text: "3.1.0"' : ''}`,
      version,
      '3.0.x, 3.1.x or 3.2.x',
    )
    return false
  }
  if (!isTree(document['paths'])) {
    problems.error(
      markOf(document, 'paths') ?? top,
      'the document has no paths, so there is nothing a contract could speak of',
      document['paths'],
      'paths: { /documents: … }',
    )
    return false
  }
  return true
}

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

  read(method: string, operation: Record<string, unknown>, pointer: string): Operation {
    const own = this.#parameters(readList(operation['parameters']), under(pointer, 'parameters'))
    const key = (parameter: Parameter): string =>
      `${parameter.in}:${parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name}`
    const parameters = [...new Map([...this.#shared, ...own].map((parameter) => [key(parameter), parameter])).values()]
    const request = follow(this.#document, operation['requestBody'], under(pointer, 'requestBody'))
    const security = operation['security'] ?? this.#document['security']
    return {
      pointer: `#${pointer}`,
      operationId: typeof operation['operationId'] === 'string' ? operation['operationId'] : undefined,
      method,
      path: this.#path,
      parameters,
      request: isTree(request.value)
        ? {
            required: request.value['required'] === true,
            content: this.#content(request.value['content'], under(request.pointer, 'content')),
          }
        : undefined,
      responses: this.#responses(operation['responses'], under(pointer, 'responses')),
      security: readList(security).map((alternative) => Object.keys(alternative ?? {})),
    }
  }

  #parameters(list: unknown[], pointer: string): Parameter[] {
    return list.flatMap((written, at): Parameter[] => {
      const { value } = follow(this.#document, written, under(pointer, at))
      if (!isTree(value) || typeof value['name'] !== 'string' || !['path', 'query', 'header', 'cookie'].includes(String(value['in'])))
        return []
      const content = isTree(value['content']) ? Object.values(value['content'])[0] : undefined
      const media = isTree(content) ? content : value
      const [first] = this.#examples(media).values()
      return [
        {
          name: value['name'],
          in: value['in'] as Parameter['in'],
          required: value['required'] === true || value['in'] === 'path',
          schema: media['schema'] as Schema | undefined,
          example: first,
        },
      ]
    })
  }

  #content(content: unknown, pointer: string): MediaType[] {
    if (!isTree(content)) return []
    return Object.entries(content).map(([type, written]): MediaType => {
      const { value, pointer: at } = follow(this.#document, written, under(pointer, type))
      const media = isTree(value) ? value : {}
      return {
        type: type.split(';')[0]!.trim().toLowerCase(),
        schema: media['schema'] as Schema | undefined,
        schemaPointer: media['schema'] === undefined ? undefined : under(at, 'schema'),
        examples: this.#examples(media),
      }
    })
  }

  /** All examples by name; a single one is named `''`. Those that lie outside of the document are left out. */
  #examples(media: Record<string, unknown>): Map<string, Json> {
    const examples = new Map<string, Json>()
    if (media['example'] !== undefined) examples.set('', media['example'] as Json)
    if (!isTree(media['examples'])) return examples
    for (const [name, written] of Object.entries(media['examples'])) {
      const { value } = follow(this.#document, written, '')
      if (!isTree(value)) continue
      const example = value['value'] ?? value['dataValue']
      if (example !== undefined) examples.set(name, example as Json)
    }
    return examples
  }

  #responses(responses: unknown, pointer: string): ResponseSpec[] {
    if (!isTree(responses)) return []
    return Object.entries(responses).flatMap(([status, written]): ResponseSpec[] => {
      if (status.startsWith('x-')) return []
      const { value, pointer: at } = follow(this.#document, written, under(pointer, status))
      if (!isTree(value)) return []
      return [
        {
          status: status.toUpperCase() === 'DEFAULT' ? 'default' : status.toUpperCase(),
          description: String(value['description'] ?? ''),
          headers: this.#headers(value['headers'], under(at, 'headers')),
          content: this.#content(value['content'], under(at, 'content')),
        },
      ]
    })
  }

  #headers(headers: unknown, pointer: string): Map<string, HeaderSpec> {
    const found = new Map<string, HeaderSpec>()
    for (const [name, written] of isTree(headers) ? Object.entries(headers) : []) {
      const { value, pointer: at } = follow(this.#document, written, under(pointer, name))
      const header = isTree(value) ? value : {}
      const [first] = this.#examples(header).values()
      const schema = header['schema'] as Schema | undefined
      found.set(name.toLowerCase(), {
        name,
        required: header['required'] === true,
        schema,
        schemaPointer: schema === undefined ? undefined : under(at, 'schema'),
        example: first,
      })
    }
    return found
  }
}

function readList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
