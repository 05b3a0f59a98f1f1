import { parsePointer, readPointer } from '../http/pointer.ts'
import type { Contract, Json, OutcomeName, Overruling, Place, Resource, Token } from './contract.ts'
import type { Draft, Surroundings } from './draft.ts'
import { checkFit } from './fitting.ts'
import { readBulk } from './bulk.ts'
import { readGuards } from './guards.ts'
import { readIdempotency } from './idempotency.ts'
import type { Inferred } from './infer/inferred.ts'
import { inferMarker } from './infer/marker.ts'
import { inferSample } from './infer/sample.ts'
import { readLocks } from './locks.ts'
import { type Mark, markOf } from './marks.ts'
import type { Setting } from './mechanism.ts'
import { checkNames } from './names.ts'
import { Origins } from './origins.ts'
import { resolveOutcomes } from './outcomes.ts'
import { parametersOf } from './pairs.ts'
import { readIdentity, readParents, readPayload } from './resource-places.ts'
import { readRules } from './rules.ts'
import { readToken } from './token.ts'
import { isTree, type Tree } from './tree.ts'
import { readUnique } from './unique.ts'

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
  const locks = readLocks(setting)
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
    ...(token ? readOf(token) : []),
    ...guards.flatMap((guard) => [...guard.send, ...Object.values(guard.sendParts ?? {}).flat(), ...readOf(guard.token)]),
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
    locks,
    rules,
    bulk: readBulk(setting),
    order: (tree['order'] as OutcomeName[] | undefined) ?? [],
    outcomes: resolveOutcomes(tree['outcomes'], undefined, undefined, pointer, reader, problems).outcomes,
    ...readOverrulings(tree),
    pointer,
  }
  checkFit(resource, setting)
  checkNames(resource, setting)
  noteUnpromised(resource, origins)
  return resource
}

/** The checks that weigh otherwise here; one that is `false` is as the catalogue has it. */
function readOverrulings({ checks }: Tree): Pick<Resource, 'checks'> {
  const said = Object.entries(isTree(checks) ? checks : {}).filter(([, overruling]) => overruling !== false)
  return said.length ? { checks: Object.fromEntries(said) as unknown as Record<string, Overruling> } : {}
}

/** All places that a token is read at, those of its parts too. */
function readOf(token: Token): Place[] {
  return [...token.read, ...Object.values(token.parts ?? {}).flat()]
}

const notPromised = 'inherited, not promised'

/** Marks what only a dialect says and no operation declares. */
function noteUnpromised(resource: Resource, origins: Origins): void {
  const kinds: [
    string,
    (Resource['guards'][number] | Resource['unique'][number] | Resource['locks'][number] | Resource['rules'][number])[],
  ][] = [
    ['guards', resource.guards],
    ['unique', resource.unique],
    ['locks', resource.locks],
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
