import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Json } from './contract.ts'
import { specFile } from './files.ts'
import { layer } from './layers.ts'
import { isTree, type Tree } from './tree.ts'
import { type Mark, markOf, markOfContainer } from './marks.ts'
import { type Problems } from './problems.ts'
import { didYouMean } from './spelling.ts'
import { checkShape } from './shape.ts'
import { readSource } from './source.ts'

/** The names of the dialects that come with ifmatch. */
export function builtInDialects(): string[] {
  return readdirSync(specFile('dialects'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted()
}

/** Keys that belong to the file they stand in and are not laid over each other. */
const ownKeys = ['version', 'extends', 'evidence', 'resources']

/**
 * Lays the dialects that are extended over each other, later ones last, each over what it extends itself.
 * `extra` are names that were given beside the document (`--dialect`); they come after its own.
 */
export async function layerDialects(
  contract: Tree,
  from: Located,
  extra: readonly string[],
  problems: Problems,
): Promise<{ tree: Tree; names: string[] }> {
  const names: string[] = []
  const chain: string[] = []

  const load = async (name: string, mark: Mark | undefined, from: Located): Promise<Tree> => {
    const target = findDialect(name, from, mark, problems)
    if (!target) return {}
    if (chain.includes(target.file)) {
      problems.error(
        mark,
        `the dialect ${name} extends itself: ${[...chain.slice(chain.indexOf(target.file)), target.file].map(shortName).join(' → ')}; take one of these out of extends`,
        name,
        'no circle',
      )
      return {}
    }
    const { value } = await readSource(target.file, target.name, 'dialect')
    const tree = isTree(value) ? value['x-conflict'] : undefined
    if (!isTree(tree)) {
      problems.error(
        markOfContainer(value),
        `${target.name} is no dialect: expected x-conflict at its top`,
        '',
        'x-conflict: { version: 1, … }',
      )
      return {}
    }
    if (!target.builtIn) await checkShape(tree, value as Tree, problems)
    if ('resources' in tree)
      problems.error(
        markOf(tree, 'resources'),
        'a dialect names no resources: say it for all of them, or say it in the contract',
        '',
        'a dialect without resources',
      )
    if (!names.includes(target.name)) names.push(target.name)
    chain.push(target.file)
    const result = layer(await loadAll(tree, target), strip(tree))
    chain.pop()
    return result
  }
  const loadAll = async (tree: Tree, from: Located): Promise<Tree> => {
    let under: Tree = {}
    for (const [name, mark] of extendsOf(tree)) under = layer(under, await load(name, mark, from))
    return under
  }

  let tree = await loadAll(contract, from)
  for (const name of extra) tree = layer(tree, await load(name, undefined, { name: 'x', file: path.resolve('x') }))
  return { tree, names }
}

/** What a contract or a dialect says for every resource. */
export function strip(tree: Tree): Tree {
  const rest = layer({}, tree)
  for (const key of ownKeys) delete rest[key]
  for (const key of Object.keys(rest)) if (key.startsWith('x-')) delete rest[key]
  return rest
}

function extendsOf(tree: Tree): [string, Mark | undefined][] {
  const said = tree['extends'] as Json | undefined
  if (typeof said === 'string') return [[said, markOf(tree, 'extends')]]
  return Array.isArray(said)
    ? said.flatMap((name, at): [string, Mark | undefined][] => (typeof name === 'string' ? [[name, markOf(said, at)]] : []))
    : []
}

/** A file, and how messages name it. */
interface Located {
  name: string
  file: string
  /** It comes with ifmatch: our tests hold it against the schema, not every run. */
  builtIn?: boolean
}

function findDialect(name: string, from: Located, mark: Mark | undefined, problems: Problems): Located | undefined {
  if (/^https?:/.test(name)) return { name, file: name }
  if (/[/\\]|\.(ya?ml|json)$/.test(name)) {
    if (/^https?:/.test(from.file)) return { name: new URL(name, from.file).href, file: new URL(name, from.file).href }
    return {
      name: path.isAbsolute(name) ? name : path.join(path.dirname(from.name), name),
      file: path.resolve(path.dirname(from.file), name),
    }
  }
  const known = builtInDialects()
  if (known.includes(name)) return { name, file: specFile(`dialects/${name}.yaml`), builtIn: true }
  const meant = didYouMean(name, known)
  problems.error(
    mark,
    `there is no dialect ${JSON.stringify(name)}${meant ? `; did you mean ${meant}?` : ''} Known are ${known.join(', ')}; a dialect of your own is named by its path, as in ./${name}.yaml`.replace(
      '" Known',
      '": known',
    ),
    name,
    known.join(', '),
  )
  return undefined
}

function shortName(file: string): string {
  return path.basename(file).replace(/\.ya?ml$/, '')
}
