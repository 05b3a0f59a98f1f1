import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

/** A JSON object of a document. */
export interface Member {
  [name: string]: any
}

/** An example of a document, and the schema that it has to fit. */
interface Example {
  /** JSON Pointer to the example's value. */
  pointer: string
  value: unknown
  /** JSON Pointer to its schema. */
  schema: string
}

/** One step of a JSON Pointer (RFC 6901 §3). */
const step = (name: string | number): string => String(name).replaceAll('~', '~0').replaceAll('/', '~1')

/** What a pointer names, `$ref`s on the way followed; with the pointer at which it really stands. */
function resolve(document: Member, pointer: string): { at: string; value: any } {
  let at = ''
  let value: any = document
  for (const name of pointer.split('/').slice(1)) {
    if (value?.$ref) ({ at, value } = resolve(document, value.$ref.slice(1)))
    at += `/${name}`
    value = value?.[name.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return value?.$ref && Object.keys(value).length === 1 ? resolve(document, value.$ref.slice(1)) : { at, value }
}

/** All examples of an OpenAPI 3.1 document whose `$ref`s are internal: those of contents, parameters and headers. */
export function examplesOf(document: Member): Example[] {
  const found = new Map<string, Example>()
  const visit = (value: any, at: string): void => {
    if (value === null || typeof value !== 'object') return
    if ('schema' in value) {
      if ('example' in value) found.set(`${at}/example`, { pointer: `${at}/example`, value: value.example, schema: `${at}/schema` })
      for (const name of Object.keys(value.examples ?? {})) {
        const example = resolve(document, `${at}/examples/${step(name)}`)
        found.set(`${at} ${name}`, { pointer: `${example.at}/value`, value: example.value?.value, schema: `${at}/schema` })
      }
    }
    for (const [name, member] of Object.entries(value)) {
      if (!['schema', 'schemas', 'example', 'examples', 'x-conflict'].includes(name)) visit(member, `${at}/${step(name)}`)
    }
  }
  visit(document, '')
  return [...found.values()]
}

/** The examples that do not fit their schemas, each as `pointer: what is wrong`. */
export function misfits(document: Member): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, allowUnionTypes: true })
  formats.default(ajv)
  ajv.addSchema({ ...document, $id: 'file:///document' })
  return examplesOf(document).flatMap(({ pointer, value, schema }) => {
    const fits = ajv.getSchema(`file:///document#${encodeURI(schema)}`)
    if (!fits) return [`${pointer}: no schema at ${schema}`]
    return fits(value) ? [] : [`${pointer}: ${ajv.errorsText(fits.errors, { dataVar: '' })}`]
  })
}
