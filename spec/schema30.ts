import { isTree } from './tree.ts'

const one = [
  'not',
  'items',
  'additionalProperties',
  'contains',
  'if',
  'then',
  'else',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
]
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const maps = ['properties', 'patternProperties', '$defs', 'dependentSchemas']

/**
 * Turns the Schema Objects of an OpenAPI 3.0 document into JSON Schema 2020-12, in place: `nullable` becomes a type, the Booleans
 * `exclusiveMinimum` and `exclusiveMaximum` become numbers. Examples and extensions are left alone.
 */
export function modernizeSchemas(document: unknown): void {
  const seen = new Set<object>()
  const schema = (at: unknown): void => {
    if (!isTree(at) || seen.has(at)) return
    seen.add(at)
    modernize(at)
    for (const key of one) schema(at[key])
    for (const key of lists) if (Array.isArray(at[key])) at[key].forEach(schema)
    for (const key of maps) if (isTree(at[key])) Object.values(at[key]).forEach(schema)
  }
  const walk = (at: unknown, path: string[]): void => {
    if (typeof at !== 'object' || at === null || seen.has(at)) return
    seen.add(at)
    for (const [key, value] of Object.entries(at)) {
      if (key === 'example' || key === 'examples' || key === 'default' || key.startsWith('x-')) continue
      if (key === 'schema') schema(value)
      else if (key === 'schemas' && path.length === 1 && path[0] === 'components') Object.values(value ?? {}).forEach(schema)
      else walk(value, [...path, key])
    }
  }
  walk(document, [])
}

function modernize(schema: Record<string, unknown>): void {
  if (schema['nullable'] === true && typeof schema['type'] === 'string') schema['type'] = [schema['type'], 'null']
  delete schema['nullable']
  for (const [flag, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[flag] !== 'boolean') continue
    const exclusive = schema[flag] && typeof schema[limit] === 'number'
    delete schema[flag]
    if (!exclusive) continue
    schema[flag] = schema[limit]
    delete schema[limit]
  }
}
