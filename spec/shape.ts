import { readFileSync } from 'node:fs'
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { isScalar } from 'yaml'
import { parsePointer } from '../http/pointer.ts'
import { specFile } from './files.ts'
import { type Mark, markOf } from './marks.ts'
import { parsePlace } from './place.ts'
import { Problems } from './problems.ts'
import { didYouMean } from './spelling.ts'
import type { Tree } from './tree.ts'
import { checkWriting } from './writing.ts'

/**
 * Holds what an `x-conflict` says against its JSON Schema, and its writing against what YAML made of it. `holder` is what it stands in.
 * The validator is loaded only when this is called: it takes longer than all the rest of loading.
 */
export async function checkShape(tree: Tree, holder: Tree, problems: Problems): Promise<void> {
  checkWriting(tree, problems)
  const validate = (validator ??= await compile())
  if (validate(tree)) return
  for (const error of telling(validate.errors ?? [])) explain(error, tree, holder, problems)
}

let validator: ValidateFunction | undefined
let schema: Tree

async function compile(): Promise<ValidateFunction> {
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  schema = JSON.parse(readFileSync(specFile('x-conflict.schema.json'), 'utf8')) as Tree
  return new Ajv2020({ allErrors: true, verbose: true, strict: false, validateFormats: false }).compile(schema)
}

/** Keywords that only say that something below them failed, which says so itself. */
const frames = new Set(['if', 'anyOf', 'oneOf', 'allOf', 'propertyNames'])

/** Of all that a validator says, what is news: no frames, and no unknown key that is known but wrong inside. */
function telling(errors: readonly ErrorObject[]): ErrorObject[] {
  return errors.filter((error) => {
    if (frames.has(error.keyword)) return false
    if (error.keyword === 'unevaluatedProperties') return !knownKeys(error).includes(String(error.params['unevaluatedProperty']))
    return true
  })
}

function knownKeys(error: ErrorObject): string[] {
  const at = error.parentSchema as Tree
  const shared = at['$ref'] === '#/$defs/common' ? ((schema['$defs'] as Tree)['common'] as Tree) : {}
  return [at, shared].flatMap(({ properties }) => Object.keys((properties ?? {}) as Tree))
}

function explain(error: ErrorObject, tree: Tree, holder: Tree, problems: Problems): void {
  const path = parsePointer(error.instancePath)
  const name = path.at(-1) ?? 'x-conflict'
  const mark = markAt(tree, path) ?? markOf(holder, 'x-conflict')
  const value = error.data
  const described = String((error.parentSchema as Tree | undefined)?.['description'] ?? '')
  const unknown = (error.params['additionalProperty'] ?? error.params['unevaluatedProperty']) as string | undefined
  if (unknown !== undefined) {
    const known = knownKeys(error)
    const meant = didYouMean(unknown, known)
    const hint = meant ? `did you mean ${meant}?` : `known are ${known.join(', ')}`
    problems.error(
      markAt(tree, [...path, unknown]),
      `${JSON.stringify(unknown)} is unknown in ${name}; ${hint} (own keys begin with x-)`,
      unknown,
      known.join(', '),
    )
    return
  }
  const shown = JSON.stringify(value) ?? ''
  switch (error.keyword) {
    case 'not':
      return problems.error(mark, described, value, 'one place')
    case 'required': {
      const missing = String(error.params['missingProperty'])
      return problems.error(mark, `${name} needs ${missing}${missing === 'version' ? ': add "version: 1"' : ''}`, '', missing)
    }
    case 'pattern': {
      if (described.startsWith('a place:')) return explainPlace(error, value, mark, tree, path, problems)
      return problems.error(mark, `${shown} does not fit ${name}: expected ${article(described)}`, value, described)
    }
    case 'enum': {
      const allowed = (error.params['allowedValues'] as unknown[]).map(String)
      const meant = typeof value === 'string' ? didYouMean(value, allowed) : undefined
      return problems.error(
        mark,
        `${shown} does not fit ${name}; ${meant ? `did you mean ${meant}? Expected` : 'expected'} ${listed(allowed)}`,
        value,
        allowed.join(', '),
      )
    }
    case 'const':
      if (name === 'version') return problems.error(mark, `version ${shown} of x-conflict is not known; expected 1`, value, '1')
      return problems.error(
        mark,
        `${shown} does not fit ${name}: expected ${described || JSON.stringify(error.params['allowedValue'])}`,
        value,
        described,
      )
    case 'type': {
      if (value === null && isScalar(mark?.value) && mark.value.source === '') return undefined
      if (value === null) return problems.error(mark, `${name} is empty; say ${article(described)}, or take the key out`, '', described)
      return problems.error(
        mark,
        `${shown.slice(0, 80)} does not fit ${name}: expected ${typeNames(error.params['type'] as string)}${described ? ` (${described})` : ''}`,
        value,
        described,
      )
    }
    case 'minItems':
    case 'minProperties':
      return problems.error(mark, `${name} is empty; it needs at least ${String(error.params['limit'])}`, value, described)
    default:
      return problems.error(
        mark,
        `${shown.slice(0, 80)} does not fit ${name}: it ${error.message ?? 'is wrong'}${described ? ` (${described})` : ''}`,
        value,
        described,
      )
  }
}

function explainPlace(error: ErrorObject, value: unknown, mark: Mark | undefined, tree: Tree, path: string[], problems: Problems): void {
  const written = String(error.propertyName ?? value)
  try {
    parsePlace(written)
  } catch (wrong) {
    problems.error(
      error.propertyName === undefined ? mark : markAt(tree, [...path, error.propertyName]),
      (wrong as Error).message,
      written,
      '$request.header.NAME, $request.body#/MEMBER, …',
    )
  }
}

function markAt(tree: Tree, path: readonly string[]): Mark | undefined {
  let at: unknown = tree
  for (const key of path.slice(0, -1)) at = (at as Tree)[key]
  return path.length ? markOf(at, path.at(-1)!) : undefined
}

function article(description: string): string {
  return description ? description.replace(/\.$/, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase()) : 'a value'
}

function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}

function typeNames(types: string | string[]): string {
  const names: Record<string, string> = {
    object: 'a map',
    array: 'a list',
    string: 'a text',
    integer: 'a whole number',
    boolean: 'true or false',
    number: 'a number',
  }
  return listed(
    [types]
      .flat()
      .flatMap((type) => type.split(','))
      .map((type) => names[type] ?? type),
  )
}
