import { parsePointer } from '../http/pointer.ts'
import type { Call, Lack, Mechanism, Operation, Outcome, OutcomeName, Place, Resource, Role } from './contract.ts'
import { layerOutcomes } from './layers.ts'
import { isTree, type Tree } from './tree.ts'
import { type Mark, markOf } from './marks.ts'
import { isSaid, type Setting } from './mechanism.ts'
import { parsePlace } from './place.ts'
import { best, responsesFor, type Room, roomInRequest, roomInResponse, schemaRoom } from './room.ts'

/**
 * Holds every place that the contract itself names against what the operations declare. A place that no operation it is for has room
 * for is an error, one that the document leaves open a warning; so is a status that an operation does not document.
 */
export function checkFit(resource: Resource, setting: Setting): void {
  const { tree } = setting
  const fit = new Fit(setting)
  const call = (...roles: Role[]): Operation[] => roles.flatMap((role) => resource.operations.get(role)?.operation ?? [])

  fit.said(tree, 'token', (token) => fit.places(token, 'read', call('read', 'create', 'replace')))
  fit.said(tree, 'payload', (payload) => {
    fit.places(payload, 'read', call('read'))
    fit.places(payload, 'send', call('create', 'replace', 'patch'))
    fit.places(payload, 'list', call('list'))
  })
  fit.said(tree, 'parents', (parents) => {
    for (const parent of Object.keys(parents)) fit.places(parents, parent, call('create'))
  })
  if (isTree(tree['identity']) && !('at' in tree['identity']))
    for (const parameter of Object.keys(tree['identity'])) fit.places(tree['identity'], parameter, call('create', 'replace'))
  else fit.places(tree, 'identity', call('create', 'replace'))
  fit.member(tree, 'marker', resource)
  for (const [role, own] of resource.operations) fit.with(own, tree['operations'], role)

  for (const guard of resource.guards) {
    fit.mechanism(guard, tree['guards'], ['send', 'item'], neededOf(guard))
    const own = isTree(tree['guards']) ? tree['guards'][guard.name] : undefined
    if (isTree(own)) fit.said(own, 'token', (token) => fit.places(token, 'read', call('read', 'create', 'replace')))
  }
  for (const unique of resource.unique) fit.mechanism(unique, tree['unique'], ['fields', 'within'], ['duplicate'])
  if (resource.idempotency)
    fit.mechanism(
      resource.idempotency,
      tree,
      ['key'],
      resource.idempotency.required === 'always' ? ['keyMissing', 'keyReused'] : ['keyReused'],
    )
  for (const lock of resource.locks) {
    fit.mechanism(lock, tree['locks'], ['send'], ['locked'])
    const own = isTree(tree['locks']) ? tree['locks'][lock.name] : undefined
    if (isTree(own)) fit.places(own, 'read', [lock.acquire.operation])
    fit.with(lock.acquire, own, 'acquire')
    if (lock.release) fit.with(lock.release, own, 'release')
  }
  if (resource.bulk) {
    fit.said(tree, 'bulk', (bulk) => {
      fit.places(bulk, 'items', [resource.bulk!.call.operation])
      fit.places(bulk, 'results', [resource.bulk!.call.operation])
    })
  }
  for (const rule of resource.rules) {
    fit.mechanism(rule, tree['rules'], ['parent', 'places', 'base', 'ours'], ['blocked'])
    if (rule.kind === 'transition' && isTree(tree['rules'])) fit.member(tree['rules'][rule.name] as Tree, 'state', resource)
  }
}

function neededOf(guard: Resource['guards'][number]): OutcomeName[] {
  if (guard.for.every((role) => role === 'read' || role === 'list')) return ['unchanged']
  return [
    ...(guard.match === 'differs' ? [] : ['stale' as const]),
    ...(guard.none ? ['exists' as const] : []),
    ...(guard.required === 'never' ? [] : ['missing' as const]),
  ]
}

class Fit {
  readonly #setting: Setting

  constructor(setting: Setting) {
    this.#setting = setting
  }

  /** Looks into a member that the contract says itself. */
  said(holder: Tree, key: string, look: (member: Tree) => void): void {
    if (isTree(holder[key]) && isSaid(holder, key)) look(holder[key])
  }

  /** The places at a key, of which one has to have room in one of the operations. */
  places(holder: Tree, key: string, operations: readonly Operation[], statuses: readonly number[] = []): void {
    if (holder[key] === undefined || holder[key] === false || !isSaid(holder, key) || !operations.length) return
    const said = holder[key]
    if (isTree(said) && !('at' in said)) {
      for (const part of Object.keys(said)) this.places(said, part, operations, statuses)
      return
    }
    const list = Array.isArray(said) ? said : undefined
    const alternatives = (list ?? [said]).flatMap((written, at): { place: Place; mark: Mark | undefined }[] => {
      const place = quietly(isTree(written) ? written['at'] : written)
      const told = !statuses.length && place?.name.split('/').includes('*')
      return place && !told ? [{ place, mark: list ? markOf(list, at) : markOf(holder, key) }] : []
    })
    const rooms = alternatives.map(({ place }) => this.#room(place, operations, statuses))
    if (rooms.length && rooms.every((room) => room === 'closed'))
      for (const { place, mark } of alternatives) this.#tell('closed', place, operations, mark)
    else if (!rooms.includes('declared')) this.#tell('open', alternatives[0]?.place, operations, alternatives[0]?.mark)
  }

  /** A pointer in the payload. */
  member(holder: Tree, key: string, resource: Resource): void {
    const pointer = holder[key]
    if (typeof pointer !== 'string' || !isSaid(holder, key) || resource.payload.read === false) return
    const read = resource.operations.get('read')?.operation
    const above = resource.payload.read[0]
    if (!read || above?.part !== 'body') return
    const rooms = responsesFor(read, []).flatMap(({ content }) =>
      content
        .filter(({ type }) => /\bjson$/.test(type))
        .map(({ schema }) => schemaRoom(schema, parsePointer(above.name + pointer), this.#setting.deref)),
    )
    const mark = markOf(holder, key)
    if (rooms.length && best(rooms) === 'closed')
      this.#setting.problems.error(
        mark,
        `${key} ${pointer} names nothing: what ${read.method} ${read.path} answers has no such member; name one that its schema declares`,
        pointer,
        'a member of the item',
      )
  }

  /** The facts of a call that stands at a key: the path must have the parameters that they speak of. */
  with({ operation, with: facts }: Call, holder: unknown, key: string): void {
    const said = isTree(holder) ? holder[key] : undefined
    for (const { place } of facts) {
      if (place.part !== 'path' || place.message !== 'request' || operation.path.includes(`{${place.name}}`)) continue
      this.#tell('closed', place, [operation], markOf(isTree(said) ? said['with'] : undefined, place.written))
    }
  }

  mechanism(mechanism: Mechanism, holder: unknown, keys: readonly string[], needed: readonly OutcomeName[]): void {
    if (!isTree(holder)) return
    const { operations, tree } = this.#setting
    const calls = mechanism.for.flatMap((role) => operations.get(role)?.operation ?? [])
    const said = holder[mechanism.name]
    const short = mechanism.pointer.includes('/unique/') && (!isTree(said) || 'at' in said)
    if (short) this.places(holder, mechanism.name, calls)
    else if (isTree(said)) for (const key of keys) this.places(said, key, calls)
    const outcomes = layerOutcomes(
      isTree(tree['outcomes']) ? tree['outcomes'] : {},
      isTree(said) && isTree(said['outcomes']) ? said['outcomes'] : {},
    )
    for (const name of Object.keys(mechanism.outcomes) as OutcomeName[]) {
      const outcome = mechanism.outcomes[name]!
      if (!needed.includes(name)) continue
      this.#status(mechanism, name, outcome, calls)
      const words = outcomes[outcome.as]
      if (!isTree(words)) continue
      const documented = calls.filter((operation) => responsesFor(operation, outcome.status).length)
      for (const key of isTree(words['where']) ? Object.keys(words['where']) : [])
        if (isSaid(words['where'], key)) this.#fact(key, markOf(words['where'], key), documented, outcome.status)
      for (const key of isTree(words['reveal']) ? Object.keys(words['reveal']) : [])
        this.places(words['reveal'] as Tree, key, documented, outcome.status)
    }
  }

  #fact(written: string, mark: Mark | undefined, operations: readonly Operation[], statuses: readonly number[]): void {
    const place = quietly(written)
    if (!place || !operations.length) return
    const room = this.#room(place, operations, statuses)
    if (room !== 'declared') this.#tell(room, place, operations, mark)
  }

  #room(place: Place, operations: readonly Operation[], statuses: readonly number[]): Room {
    const { deref } = this.#setting
    return best(
      operations.map((operation) =>
        place.message === 'request' ? roomInRequest(place, operation, deref) : roomInResponse(place, operation, statuses, deref),
      ),
    )
  }

  #tell(room: Room, place: Place | undefined, operations: readonly Operation[], mark: Mark | undefined): void {
    if (!place) return
    const where = [...new Set(operations.map(({ method, path }) => `${method} ${path}`))].join(', ')
    const what = place.part === 'body' ? (place.name === '' ? 'body' : 'member') : place.part === 'header' ? 'header' : 'parameter'
    if (room === 'open')
      this.#setting.problems.warn(
        mark,
        `${place.written}: the document declares no such ${what} for ${where}, nor does it rule it out`,
        lacksOf(place, operations),
      )
    else
      this.#setting.problems.error(
        mark,
        `${place.written}: the ${place.message} of ${where} has no room for such a ${what}; name one that the document declares, or declare it`,
        place.written,
        `a ${what} that the document declares`,
      )
  }

  #status(mechanism: Mechanism, name: OutcomeName, outcome: Outcome, operations: readonly Operation[]): void {
    const { status: statuses } = outcome
    if (!statuses.length) return
    for (const operation of new Set(operations)) {
      if (!operation.responses.length || responsesFor(operation, statuses).length) continue
      this.#setting.problems.warn(
        this.#setting.operationMark(operation),
        `${operation.method} ${operation.path} documents no ${statuses.join(' or ')}, which ${mechanism.name} answers with for ${name}`,
        [{ operation: operation.pointer, declare: { response: outcome } }],
      )
    }
  }
}

/** A parameter that operations do not declare. */
function lacksOf({ message, part, name }: Place, operations: readonly Operation[]): Lack[] {
  if (message !== 'request' || (part !== 'header' && part !== 'query')) return []
  return operations.map(({ pointer }) => ({ operation: pointer, declare: { parameter: { in: part, name } } }))
}

function quietly(written: unknown): Place | undefined {
  try {
    return typeof written === 'string' ? parsePlace(written) : undefined
  } catch {
    return undefined
  }
}
