import { parsePointer, readPointer } from '../../http/pointer.ts'
import type { Contract, Operation, Parameter } from '../contract.ts'
import { isTree } from '../tree.ts'
import { type Mark, markOf, positionOf } from '../marks.ts'
import { follow, under } from '../references.ts'

/** Says where the parts of a document were written: `api.yaml:17`. */
export class Lines {
  readonly #document: Contract['document']

  constructor(document: Contract['document']) {
    this.#document = document
  }

  /** Where an operation is declared. */
  operation(operation: Operation): string {
    return this.at(operation.pointer.slice(1))
  }

  /** Where a parameter stands in its operation, or beside it in its path. */
  parameter(operation: Operation, { name, in: place }: Parameter): string {
    const above = operation.pointer.slice(1).split('/').slice(0, -1).join('/')
    for (const list of [`${operation.pointer.slice(1)}/parameters`, `${above}/parameters`]) {
      const parameters = readPointer(this.#document, list)
      for (const [at, written] of (Array.isArray(parameters) ? parameters : []).entries()) {
        const { value } = follow(this.#document, written, under(list, at))
        if (isTree(value) && value['name'] === name && value['in'] === place) return this.at(under(list, at))
      }
    }
    return this.operation(operation)
  }

  /** Where a response, or with `header` one of its headers, is declared. */
  response(operation: Operation, status: string, header?: string): string {
    const responses = readPointer(this.#document, `${operation.pointer.slice(1)}/responses`)
    const key = isTree(responses) ? Object.keys(responses).find((name) => name.toUpperCase() === status.toUpperCase()) : undefined
    if (key === undefined) return this.operation(operation)
    const here = under(operation.pointer.slice(1), 'responses', key)
    if (header === undefined) return this.at(here)
    const { value, pointer } = follow(this.#document, readPointer(this.#document, here), here)
    const headers = isTree(value) && isTree(value['headers']) ? value['headers'] : {}
    const name = Object.keys(headers).find((one) => one.toLowerCase() === header.toLowerCase())
    return name === undefined ? this.at(here) : this.at(under(pointer, 'headers', name))
  }

  /** Where what a JSON Pointer leads to is written; the nearest that is known. */
  at(pointer: string): string {
    const tokens = parsePointer(pointer)
    for (let length = tokens.length; length > 0; length--) {
      const mark = this.#mark(tokens.slice(0, length))
      if (mark) {
        const { file, line } = positionOf(mark)
        return `${file}:${line}`
      }
    }
    return 'the document'
  }

  #mark(tokens: readonly string[]): Mark | undefined {
    return markOf(readPointer(this.#document, tokens.slice(0, -1)), tokens.at(-1)!)
  }
}
