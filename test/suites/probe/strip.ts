import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parse, stringify } from 'yaml'

const conditions = /^(if-(none-)?match|if-(un)?modified-since|.*idempotency-key)$/i
const queries = /^(_?rev|version|_?etag|if_seq_no|if_primary_term|if-?(meta)?generation-?match|cas)$/i

type Tree = { [member: string]: unknown }

/**
 * A copy of a document from which nobody can tell what it promises about conflicts: without `x-conflict`, the answers 409, 412 and 428, and
 * the parameters that carry conditions, versions and keys.
 */
export async function strip(document: string, folder: string): Promise<string> {
  const whole = parse(await readFile(document, 'utf8'), { maxAliasCount: -1 }) as Tree
  delete whole['x-conflict']
  const components = (whole['components'] ?? {}) as { [kind: string]: Tree }
  const target = (value: unknown): Tree | undefined => {
    const ref = (value as Tree | undefined)?.['$ref']
    if (typeof ref !== 'string') return value as Tree | undefined
    return ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, step) => (at as Tree)[step], whole) as Tree
  }
  const kept = (list: unknown): unknown =>
    Array.isArray(list)
      ? list.filter((one) => {
          const { name, in: place } = target(one) as { name: string; in: string }
          return !(place === 'header' ? conditions : place === 'query' ? queries : /^$/).test(name)
        })
      : undefined
  for (const item of Object.values(whole['paths'] as { [path: string]: Tree })) {
    if (item['parameters']) item['parameters'] = kept(item['parameters'])
    const more = ['additionalOperations', 'x-oai-additionalOperations'].flatMap((key) => Object.values((item[key] ?? {}) as Tree))
    for (const operation of [...Object.values(item), ...more] as Tree[]) {
      if (typeof operation !== 'object' || operation === null || !('responses' in operation)) continue
      if (operation['parameters']) operation['parameters'] = kept(operation['parameters'])
      for (const status of ['409', '412', '428']) delete (operation['responses'] as Tree)[status]
    }
  }
  for (const [name, parameter] of Object.entries(components['parameters'] ?? {})) {
    const { name: field, in: place } = parameter as { name: string; in: string }
    if ((place === 'header' ? conditions : place === 'query' ? queries : /^$/).test(field)) delete components['parameters']![name]
  }
  const file = path.join(folder, path.basename(document))
  await writeFile(file, stringify(whole, { aliasDuplicateObjects: false }))
  return file
}
