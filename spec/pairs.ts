import type { Operation } from './contract.ts'

/** A collection and its items, as the paths of a document show them. */
export interface Pair {
  name: string
  collection: string | undefined
  item: string | undefined
}

/** `branches` → `branch`, `categories` → `category`, `people` → `person`; what is no plural stays. */
export function singular(word: string): string {
  const odd: Record<string, string> = {
    people: 'person',
    children: 'child',
    men: 'man',
    women: 'woman',
    indices: 'index',
    series: 'series',
    news: 'news',
    movies: 'movie',
    statuses: 'status',
    addresses: 'address',
    shelves: 'shelf',
    leaves: 'leaf',
  }
  const known = odd[word.toLowerCase()]
  if (known) return known
  if (/[^aeiou]ies$/i.test(word)) return word.replace(/ies$/i, 'y')
  if (/(ch|sh|x|ss|zz)es$/i.test(word)) return word.slice(0, -2)
  if (/([^s]us|ss|is)$/i.test(word) || !/s$/i.test(word)) return word
  return word.slice(0, -1)
}

/** The parameters of a path template, in order. */
export function parametersOf(template: string | undefined): string[] {
  return [...(template ?? '').matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name!)
}

/** The path of the collection that an item's path stands in: `/x` for `/x/{id}`, `/x/{id}.json` and `/x({id})`; undefined if it names no item. */
export function collectionOf(item: string): string | undefined {
  const keyed = /^(.*[^/])\([^()]*\{[^()]*\}[^()]*\)$/.exec(item)
  if (keyed) return keyed[1]
  return /^(.*)\/[^/]*\{[^/{}]+\}[^/]*$/.exec(item)?.[1]
}

/** All pairs that the paths show: `/x` with `/x/{id}` or `/x({id})`, and an item without collection whose PUT creates (documents 201). */
export function inferPairs(operations: readonly Operation[]): Pair[] {
  const paths = [...new Set(operations.map(({ path }) => path))]
  const pairs: Pair[] = []
  for (const item of paths) {
    const above = collectionOf(item)
    if (above === undefined) continue
    const isKeyed = item.endsWith(')')
    const collection = [above, `${above}/`].find(
      (path) => path !== '' && path !== '/' && paths.includes(path) && (isKeyed || !path.endsWith('}')),
    )
    const creates = operations.some(
      ({ path, method, responses }) => path === item && method === 'PUT' && responses.some(({ status }) => status === '201'),
    )
    if (!collection && !creates) continue
    pairs.push({ name: nameOf(item, collection), collection, item })
  }
  return withOwnNames(pairs)
}

/** `/orders/{id}` → `order`: the last word of the collection in the singular, else the item's own parameter. */
export function nameOf(item: string, collection: string | undefined): string {
  const literals = (collection ?? collectionOf(item) ?? '').split('/').filter((segment) => segment && !segment.includes('{'))
  const last = (collection ?? collectionOf(item) ?? '').replace(/\/$/, '').split('/').at(-1) ?? ''
  if (last && !last.includes('{')) return singular(last)
  return singular(parametersOf(item).at(-1) ?? literals.at(-1) ?? 'item')
}

/** Where two collections have one name, the deeper ones are named with what they lie in: `order-item`. */
function withOwnNames(pairs: Pair[]): Pair[] {
  const taken = new Set<string>()
  return pairs
    .toSorted((a, b) => depth(a) - depth(b))
    .map((pair) => {
      let name = pair.name
      const above = (pair.collection ?? pair.item ?? '')
        .split('/')
        .filter((segment) => segment && !segment.includes('{'))
        .slice(0, -1)
      while (taken.has(name) && above.length) name = `${singular(above.pop()!)}-${name}`
      for (let n = 2; taken.has(name); n++) name = `${pair.name}-${n}`
      taken.add(name)
      return { ...pair, name }
    })
}

function depth(pair: Pair): number {
  return (pair.collection ?? pair.item ?? '').split('/').length
}

/** The pair that a contract means by a name and the paths it says itself; what it leaves out comes from the paths. */
export function pairFor(
  name: string,
  said: { collection?: string; item?: string },
  pairs: readonly Pair[],
  operations: readonly Operation[],
): Pair | undefined {
  const paths = new Set(operations.map(({ path }) => path))
  if (said.item !== undefined) {
    const above = collectionOf(said.item)
    const inferred =
      above === undefined
        ? undefined
        : [above, `${above}/`].find((path) => path !== '' && path !== '/' && path !== said.item && paths.has(path))
    return { name, collection: said.collection ?? inferred, item: said.item }
  }
  if (said.collection !== undefined)
    return {
      name,
      collection: said.collection,
      item: [...paths].find((path) => [said.collection, said.collection!.replace(/\/$/, '')].includes(collectionOf(path))),
    }
  const plain = (text: string): string => singular(text).toLowerCase().replaceAll(/[-_ ]/g, '')
  return pairs.find((pair) => pair.name === name) ?? pairs.find((pair) => plain(pair.name) === plain(name))
}
