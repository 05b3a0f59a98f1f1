import type { Json } from '../contract.ts'
import { collectionOf, nameOf, parametersOf } from '../pairs.ts'
import { isTree, type Tree } from '../tree.ts'

/** What somebody says of the one resource that the paths of a document do not show. Nothing of it is a promise. */
export interface Hint {
  /** Path templates, as in `paths`. */
  collection?: string | undefined
  item?: string | undefined
  /** Place → value, made true in every request: `{ "$request.path.bucket": "photos" }`. */
  with?: { [place: string]: Json } | undefined
  /** A body that create accepts. */
  sample?: Json | undefined
}

/** Resources in the words of the contract; `x-because` says why, for the reader. */
export type Structure = { [name: string]: { [key: string]: Json } }

/** What is written of a resource's shape: none of it can refuse anything. */
export const shapes: ReadonlySet<string> = new Set(['operations', 'identity', 'parents', 'payload', 'with', 'sample', 'marker'])

/** The resource that a hint names. @throws SyntaxError where the document has no such path */
export function hinted({ collection, item, with: facts, sample }: Hint, paths: Tree): Structure {
  if (item === undefined) return {}
  for (const [option, path] of [
    ['--item', item],
    ['--collection', collection],
  ])
    if (path !== undefined && !Object.hasOwn(paths, path))
      throw new SyntaxError(
        `${option} ${path}: the document has no such path; it has ${Object.keys(paths).slice(0, 20).join(', ') || 'none'}`,
      )
  const said = {
    item,
    ...(collection === undefined ? {} : { collection }),
    ...(facts && Object.keys(facts).length ? { with: facts } : {}),
    ...(sample === undefined ? {} : { sample }),
  }
  return { [nameOf(item, collection)]: { ...said, 'x-because': 'said on the command line' } }
}

/**
 * Resources that pairs of paths do not show: containers that a PUT or an MKCOL to a path with a slash at its end makes (LDP §5.2, RFC 4918
 * §9.3), and items that a query names.
 */
export function structureOf(paths: Tree): Structure {
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, methods]) => {
      const found = isTree(methods) ? (container(path, methods) ?? queried(path, methods)) : undefined
      return found ? [[nameOf(path.replace(/\/$/, ''), parametersOf(path).length ? undefined : path), found]] : []
    }),
  )
}

function container(path: string, methods: Tree): Structure[string] | undefined {
  const own = /\{([^{}]+)\}\/$/.exec(path)?.[1]
  if (own === undefined) return undefined
  const more = { ...part(methods, 'x-oai-additionalOperations'), ...part(methods, 'additionalOperations') }
  const isMade = part(part(methods, 'put'), 'responses')['201'] !== undefined
  if (!isMade && more['MKCOL'] === undefined) return undefined
  const method = more['MKCOL'] === undefined ? 'PUT' : 'MKCOL'
  return {
    item: path,
    operations: { create: `${method} ${path}`, ...(method === 'PUT' ? { replace: false } : { mkcol: false }) },
    identity: { [own]: `$request.path.${own}` },
    // what a read gives is what lies in it
    payload: { read: false },
    'x-because': `${method} ${path} makes a container`,
  }
}

function queried(path: string, methods: Tree): Structure[string] | undefined {
  if (parametersOf(path).length || !isTree(methods['get']) || !isTree(methods['put'])) return undefined
  const names = (operation: unknown): string[] =>
    [methods['parameters'], isTree(operation) ? operation['parameters'] : []]
      .flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
      .flatMap((one) =>
        isTree(one) && one['in'] === 'query' && one['required'] === true && typeof one['name'] === 'string' ? [one['name']] : [],
      )
  const both = names(methods['get']).filter((name) => names(methods['put']).includes(name))
  const own = both.at(-1)
  if (own === undefined) return undefined
  return {
    item: path,
    operations: { create: `PUT ${path}` },
    identity: `$request.query.${own}`,
    'x-because': `GET and PUT ${path} name the item in the query, by ${own}`,
  }
}

/** Items without a collection whose PUT is not said to create. */
export function lonely(paths: Tree): Structure {
  const items = Object.entries(paths).filter(
    ([template, methods]) =>
      template.endsWith('}') && collectionOf(template) !== undefined && isTree(methods) && isTree(methods['get']) && isTree(methods['put']),
  )
  return Object.fromEntries(items.map(([item]) => [parametersOf(item).at(-1)!, { item, operations: { create: `PUT ${item}` } }]))
}

function part(tree: Tree, key: string): Tree {
  return isTree(tree[key]) ? tree[key] : {}
}
