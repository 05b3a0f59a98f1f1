import { createRequire } from 'node:module'
import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { escapeToken } from '../http/pointer.ts'
import type { Contract, Json, Schema } from '../spec/contract.ts'

const require = createRequire(import.meta.url)

/** What is wrong with a value, where. */
export interface Flaw {
  /** JSON Pointer into the value. */
  pointer: string
  message: string
  keyword: string
}

const known = new WeakMap<Contract, Schemas>()

/** The schemas of a contract: to compile one takes longer than all else that a mock does, so all mocks of a contract share them. */
export function schemasOf(contract: Contract): Schemas {
  const schemas = known.get(contract) ?? new Schemas(contract)
  known.set(contract, schemas)
  return schemas
}

/** The schemas of a document, compiled when they are first asked for. */
export class Schemas {
  readonly #contract: Contract
  readonly #compiled = new Map<string, ValidateFunction>()
  #ajv: Ajv2020 | undefined

  constructor(contract: Contract) {
    this.#contract = contract
  }

  /** All flaws of what a client sent; a member that only the server writes (`readOnly`) is not missed. */
  flawsOfRequest(pointer: string | undefined, value: Json): Flaw[] {
    return this.#flaws(pointer, value, (error) => !isMissingServerMember(error, this.#contract))
  }

  /** All flaws of what a server says. */
  flaws(pointer: string | undefined, value: Json): Flaw[] {
    return this.#flaws(pointer, value, () => true)
  }

  /** Whether a value fits a schema that may stand anywhere. */
  fits(schema: Schema | undefined, value: Json): boolean {
    if (schema === undefined || schema === true) return true
    if (schema === false) return false
    const key = JSON.stringify(schema)
    let validate = this.#compiled.get(key)
    if (validate === undefined) {
      validate = this.#compiler().compile(rooted(schema) as object)
      this.#compiled.set(key, validate)
    }
    return validate(value) as boolean
  }

  #flaws(pointer: string | undefined, value: Json, counts: (error: ErrorObject) => boolean): Flaw[] {
    if (pointer === undefined) return []
    let validate = this.#compiled.get(pointer)
    if (validate === undefined) {
      validate = this.#compiler().compile({ $ref: `contract${pointer.startsWith('#') ? pointer : `#${pointer}`}` })
      this.#compiled.set(pointer, validate)
    }
    if (validate(value)) return []
    return (validate.errors ?? []).filter(counts).map((error) => ({
      pointer:
        error.keyword === 'required' ? `${error.instancePath}/${escapeToken(String(error.params['missingProperty']))}` : error.instancePath,
      message: error.keyword === 'required' ? 'is required' : (error.message ?? error.keyword),
      keyword: error.keyword,
    }))
  }

  #compiler(): Ajv2020 {
    if (this.#ajv === undefined) {
      // loaded late: it takes as long as all the rest of a start
      const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')
      const { default: addFormats } = require('ajv-formats') as typeof import('ajv-formats')
      this.#ajv = new Ajv2020({
        strict: false,
        allErrors: true,
        verbose: true,
        validateSchema: false,
        validateFormats: true,
        logger: false,
      })
      addFormats(this.#ajv)
      this.#ajv.addSchema(this.#contract.document, 'contract')
    }
    return this.#ajv
  }
}

/** A schema whose `#/…` references point into the document, made to stand on its own. */
function rooted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rooted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === '$ref' && typeof member === 'string' && member.startsWith('#') ? `contract${member}` : rooted(member),
    ]),
  )
}

function isMissingServerMember(error: ErrorObject, contract: Contract): boolean {
  if (error.keyword !== 'required') return false
  const properties = (error.parentSchema as { properties?: Record<string, Schema> } | undefined)?.properties ?? {}
  const member = properties[String(error.params['missingProperty'])]
  if (member === undefined) return false
  const schema = contract.deref(member)
  return (typeof schema === 'object' && schema['readOnly'] === true) || (typeof member === 'object' && member['readOnly'] === true)
}
