import type { Fact, Place, Resource } from './contract.ts'
import type { Draft, Surroundings } from './draft.ts'
import { inferIdentity, locationText } from './infer/identity.ts'
import { inferList } from './infer/list.ts'
import { inferParents } from './infer/parents.ts'
import { isTree } from './tree.ts'
import { markOf } from './marks.ts'
import { parametersOf } from './pairs.ts'
import { parsePlace } from './place.ts'

export function readIdentity(
  { name, pair, tree, operations }: Draft,
  { reader, problems, document, deref, origins }: Surroundings,
  facts: Fact[],
): Map<string, Place[]> {
  const identity = new Map<string, Place[]>()
  const shared = new Set(parametersOf(pair.collection))
  const given = new Set(facts.filter(({ place }) => place.part === 'path').map(({ place }) => place.name))
  const own = parametersOf(pair.item).filter((parameter) => !shared.has(parameter) && !given.has(parameter))
  const last = own.at(-1) ?? parametersOf(pair.item).at(-1)
  const add = (parameter: string, places: Place[]): void =>
    void identity.set(
      parameter,
      places.map((place) => aroundLocation(place, pair.item, parameter)),
    )
  const said = tree['identity']
  if (isTree(said) && !('at' in said)) {
    for (const parameter of Object.keys(said)) {
      if (said[parameter] === false) continue
      if (pair.item !== undefined && !parametersOf(pair.item).includes(parameter)) {
        problems.error(
          markOf(said, parameter),
          `the path ${pair.item} has no parameter ${parameter}; it has ${parametersOf(pair.item).join(', ') || 'none'}`,
          parameter,
          parametersOf(pair.item).join(', '),
        )
      }
      add(parameter, reader.places(said, parameter))
    }
  } else if (said !== undefined && said !== false) add(last ?? 'id', reader.places(tree, 'identity'))
  const create = operations.get('create')?.operation
  for (const parameter of pair.collection === undefined ? own.slice(-1) : own) {
    if (identity.has(parameter) || !create || pair.item === undefined || said === false) continue
    const { value, why } = inferIdentity(parameter, pair.item, create, document, deref)
    identity.set(parameter, value)
    origins.infer([name, 'identity', parameter], why)
  }
  return identity
}

/** A Location is a URL: the id is what stands in it where the item's path has its parameter. */
function aroundLocation(place: Place, item: string | undefined, parameter: string): Place {
  if (place.part !== 'header' || place.text !== undefined || !/^(content-)?location$/i.test(place.name) || item === undefined) return place
  const text = locationText(item, parameter)
  return text === undefined ? place : { ...place, text }
}

export function readPayload({ name, tree, operations }: Draft, { reader, deref, origins }: Surroundings): Resource['payload'] {
  const said = isTree(tree['payload']) ? tree['payload'] : {}
  const whole = (key: string, expression: string): Place[] => {
    origins.add([name, 'payload', key], { from: 'default', note: 'the whole body' })
    return [parsePlace(expression)]
  }
  const list = inferList(operations.get('list')?.operation, deref)
  if (said['list'] === undefined && list) origins.infer([name, 'payload', 'list'], list.why)
  return {
    send: said['send'] === undefined ? whole('send', '$request.body') : reader.places(said, 'send'),
    read: said['read'] === false ? false : said['read'] === undefined ? whole('read', '$response.body') : reader.places(said, 'read'),
    list: said['list'] === undefined ? (list?.value ?? []) : reader.places(said, 'list'),
  }
}

export function readParents(
  { name, pair, tree }: Draft,
  all: ReadonlyMap<string, Draft>,
  { reader, problems, origins }: Surroundings,
  facts: Fact[],
): Map<string, Place> {
  const parents = new Map<string, Place>()
  const said = isTree(tree['parents']) ? tree['parents'] : {}
  for (const parent of Object.keys(said)) {
    if (said[parent] === false) continue
    if (!all.has(parent))
      problems.error(
        markOf(said, parent),
        `there is no resource ${JSON.stringify(parent)}; known are ${[...all.keys()].join(', ')}`,
        parent,
        [...all.keys()].join(', '),
      )
    const place = reader.place(said, parent)
    if (place) parents.set(parent, place)
  }
  const taken = new Set(
    [...facts.map(({ place }) => place), ...parents.values()].filter(({ part }) => part === 'path').map(({ name: parameter }) => parameter),
  )
  const items = new Map(
    [...all].flatMap(([other, draft]): [string, string][] =>
      other !== name && draft.pair.item !== undefined ? [[other, draft.pair.item]] : [],
    ),
  )
  for (const [parent, place] of inferParents(pair.collection ?? pair.item, taken, items)) {
    if (parents.has(parent) || parent in said) continue
    parents.set(parent, place)
    origins.infer([name, 'parents', parent], `its path lies under that of ${parent}`)
  }
  return parents
}
