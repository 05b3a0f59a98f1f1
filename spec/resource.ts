import { parsePointer, readPointer } from '../http/pointer.ts'
import type { Call, Contract, Fact, Json, Place, Resource, Role, Schema } from './contract.ts'
import { checkFit } from './fitting.ts'
import { inferIdentity, inferList, inferMarker, inferParents, inferSample, type Inferred, locationText } from './infer.ts'
import { isTree } from './layers.ts'
import { type Mark, markOf } from './marks.ts'
import { readGuards, readIdempotency, readRules, readToken, readUnique, type Setting } from './mechanisms.ts'
import { resolveOutcomes } from './outcomes.ts'
import { type Pair, parametersOf } from './pairs.ts'
import { parsePlace } from './places.ts'
import type { Problems } from './problems.ts'
import type { Reader } from './reader.ts'
import { inferRoles } from './roles.ts'
import type { Origins } from './origins.ts'

type Tree = Record<string, unknown>

/** What is known before the mechanisms of a resource can be read: its paths and its calls. */
export interface Draft {
  name: string
  pair: Pair
  /** All that is said of it, layered. */
  tree: Tree
  operations: Map<Role, Call>
}

/** What all resources of one document are read with. */
export interface Surroundings {
  document: Json
  operations: Contract['operations']
  reader: Reader
  problems: Problems
  origins: Origins
  deref: (schema: Schema) => Schema
}

/** The calls of a resource by role: those on its paths, and over them what the contract says. */
export function readDraft(name: string, pair: Pair, tree: Tree, around: Surroundings): Draft {
  const operations = new Map<Role, Call>()
  for (const [role, operation] of inferRoles(pair, around.operations)) {
    operations.set(role, { operation, with: [] })
    around.origins.infer([name, 'operations', role], 'from its paths')
  }
  const said = tree['operations']
  for (const [role, call] of isTree(said) ? Object.entries(said) : []) {
    if (call === false) operations.delete(role)
    else {
      const found = around.reader.call(said as Tree, role, operations)
      if (found) operations.set(role, found)
    }
  }
  const replace = operations.get('replace')
  const taken = isTree(said) && said['create'] === false
  if (
    !operations.has('create') &&
    !taken &&
    replace &&
    replace.operation.path === pair.item &&
    replace.operation.responses.some(({ status }) => status === '201')
  )
    operations.set('create', replace)
  return { name, pair, tree, operations }
}

/** Everything about one resource, from what is said of it and what the document shows. */
export function readResource(draft: Draft, all: ReadonlyMap<string, Draft>, around: Surroundings): Resource {
  const { name, pair, tree, operations } = draft
  const { reader, problems, deref, origins, document } = around
  const pointer = `x-conflict/resources/${name}`
  const take = <T>(path: string[], inferred: Inferred<T> | undefined): T | undefined => {
    if (inferred) origins.infer([name, ...path], inferred.why)
    return inferred?.value
  }
  const otherRoles = new Set([...all.values()].flatMap((other) => [...other.operations.keys()]))
  const operationMark = (operation: Contract['operations'][number]): Mark | undefined =>
    markOf(readPointer(document, parsePointer(operation.pointer.slice(1)).slice(0, -1)), operation.method.toLowerCase())
  const half = { name, tree, operations, reader, problems, deref, otherRoles, origins, operationMark }
  const token = readToken(tree, 'token', `${pointer}/token`, half)
  const setting: Setting = { ...half, token }
  const unique = readUnique(setting)
  const guards = readGuards(setting)
  const idempotency = readIdempotency(setting)
  const rules = readRules(setting, new Set(all.keys()))
  const parameters = parametersOf(pair.item)
  const facts = reader.facts(tree, 'with')
  const identity = readIdentity(draft, around, facts)
  const create = operations.get('create')?.operation ?? operations.get('replace')?.operation
  const payload = readPayload(draft, around)

  const inferredUnique = [
    ...unique.filter(({ for: roles, unpromised }) => roles.length || unpromised.length).flatMap(({ fields }) => fields),
    ...[...identity.values()].flat().filter((place) => place.message === 'request'),
  ]
  const sample =
    tree['sample'] !== undefined
      ? (tree['sample'] as Json)
      : create && take(['sample'], inferSample(create, inferredUnique, document, deref))
  const parents = readParents(draft, all, around, facts)
  const places = [
    ...(token?.read ?? []),
    ...guards.flatMap((guard) => [...guard.send, ...guard.token.read]),
    ...unique.flatMap(({ fields, within }) => [...fields, ...within]),
    ...(idempotency?.key ?? []),
    ...[...identity.values()].flat(),
    ...parents.values(),
    ...rules.flatMap((rule) => ('parent' in rule ? [rule.parent] : 'places' in rule ? rule.places : [])),
  ]
  const used = new Set(places.filter(({ part }) => part === 'body').map(({ name: at }) => at))
  for (const rule of rules) if (rule.kind === 'transition') used.add(rule.state)
  for (const parameter of parameters) used.add(`/${parameter}`)
  const marker = typeof tree['marker'] === 'string' ? tree['marker'] : take(['marker'], inferMarker({ operations, payload }, used, deref))
  const resource: Resource = {
    name,
    collection: pair.collection,
    item: pair.item,
    parameters,
    operations,
    with: facts,
    identity,
    parents,
    arrange: Array.isArray(tree['arrange'])
      ? tree['arrange'].flatMap((_, at) => reader.call(tree['arrange'] as unknown[], at, operations) ?? [])
      : [],
    sample,
    payload,
    marker,
    token,
    reads: tree['reads'] === 'latest' ? 'latest' : undefined,
    access: tree['access'] === 'owner' ? 'owner' : undefined,
    guards,
    unique,
    idempotency,
    rules,
    outcomes: resolveOutcomes(tree['outcomes'], undefined, undefined, pointer, reader, problems).outcomes,
    pointer,
  }
  checkFit(resource, setting)
  noteUnpromised(resource, origins)
  return resource
}

const notPromised = 'inherited, not promised'

/** Marks what only a dialect says and no operation declares. */
function noteUnpromised(resource: Resource, origins: Origins): void {
  const kinds: [string, (Resource['guards'][number] | Resource['unique'][number] | Resource['rules'][number])[]][] = [
    ['guards', resource.guards],
    ['unique', resource.unique],
    ['rules', resource.rules],
  ]
  const mechanisms = kinds.flatMap(([kind, list]) => list.map((mechanism) => ({ path: [resource.name, kind, mechanism.name], mechanism })))
  const all = [...mechanisms, ...(resource.idempotency ? [{ path: [resource.name, 'idempotency'], mechanism: resource.idempotency }] : [])]
  for (const { path, mechanism } of all) {
    if (mechanism.unpromised.length) origins.note([...path, 'unpromised'], notPromised)
    if (mechanism.unpromised.length && !mechanism.for.length) origins.note(path, notPromised)
    if ('token' in mechanism && mechanism.token !== resource.token && !mechanism.token.promised)
      origins.note([...path, 'token', 'promised'], notPromised)
  }
  if (resource.token && !resource.token.promised) origins.note([resource.name, 'token', 'promised'], notPromised)
}

function readIdentity(
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

function readPayload({ name, tree, operations }: Draft, { reader, deref, origins }: Surroundings): Resource['payload'] {
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

function readParents(
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
