import type { Parameter, Place, Resource, Role } from '../../spec/contract.ts'
import { writePlace } from '../../spec/places.ts'
import { fillValues } from '../../spec/values.ts'
import { withKey } from './key.ts'
import type { Item } from './kit.ts'
import type { CreateOptions, ListOptions } from './options.ts'
import type { Request } from './request.ts'
import type { Scene } from './scene.ts'
import { isUpdate, placesSent } from './token.ts'
import { lookupIn } from './values.ts'
import {
  callOf,
  finishRequest,
  madeTrue,
  type Making,
  markerOf,
  markerWord,
  mediaType,
  ownName,
  sampleBody,
  sendPointer,
  startRequest,
  writeMember,
} from './whole.ts'

/** Composes the requests of a resource from its contract, whole: parents made, ids chosen, the sample filled in. */
export class Composer {
  readonly #scene: Scene
  readonly #spec: Resource
  readonly #parent: (name: string, options: CreateOptions) => Promise<Item>

  /** @param parent creates an item of another resource, to which what is composed belongs */
  constructor(scene: Scene, spec: Resource, parent: (name: string, options: CreateOptions) => Promise<Item>) {
    this.#scene = scene
    this.#spec = spec
    this.#parent = parent
  }

  async request(role: Role, options: CreateOptions & ListOptions = {}): Promise<Request> {
    const words = this.#scene.wordsFor(this.#spec)
    const unique = words.word()
    const making: Making = {
      contract: this.#scene.session.target.loaded,
      resource: this.#spec,
      role,
      as: options.as ?? 'a',
      purpose: options.purpose ?? `try ${role}`,
      path: { ...this.#chosenPath(role, unique), ...options.path },
      words,
      lookup: lookupIn(this.#scene, { unique }),
    }
    callOf(this.#spec, role)
    if (role === 'create') await this.#arrange(making)
    const parents = await this.#parents(role, options)
    for (const { place, id } of parents) if (place.part === 'path') making.path[place.name] = id
    let request = startRequest(making)
    if (role !== 'read' && role !== 'list' && role !== 'delete') request = this.#withSample(request, making, options)
    for (const { place, id } of parents) if (place.part !== 'path') request = writePlace(place, id, request)
    // what the check itself says of a member has the last word, also over a parent's place
    for (const [pointer, value] of Object.entries(options.set ?? {}))
      request = { ...request, body: writeMember(request.body, sendPointer(this.#spec) + pointer, value) }
    request = withKey(request, this.#spec, options.key, making.contract)
    request = this.#asNew(request)
    const facts = [...(options.under?.when ?? []), ...(options.with ?? [])]
    return { ...madeTrue(facts, finishRequest(request, making), making), unique }
  }

  #withSample(request: Request, making: Making, options: CreateOptions): Request {
    const marker = markerWord(this.#spec, making.contract, making.words)
    const sample = sampleBody(making, request, marker)
    const at = sendPointer(this.#spec)
    const body = options.body === undefined ? sample : at === '' ? options.body : writeMember(sample, at, options.body)
    return { ...request, body, marker: options.body === undefined && markerOf(this.#spec) !== undefined ? marker : undefined }
  }

  /** Where create and replace are one operation that always wants a condition, a create says "must not exist". */
  #asNew(request: Request): Request {
    const shared = this.#spec.operations.get('replace')?.operation === request.operation && request.role === 'create'
    const demanded = this.#spec.guards.some((guard) => isUpdate(guard) && guard.required === 'always' && guard.for.includes('replace'))
    const guard = this.#spec.guards.find((guard) => guard.none && 'value' in guard.none)
    if (!shared || !demanded || !guard?.none || !('value' in guard.none)) return request
    return writePlace(placesSent(guard)[0]!, guard.none.value, request)
  }

  /** The calls that a create needs to have been made. One that is refused may have been made before: whether that is so, the create shows. */
  async #arrange(making: Making): Promise<void> {
    for (const call of this.#spec.arrange) {
      const before: Making = { ...making, role: 'arrange', call, purpose: `arrange ${call.operation.method} ${call.operation.path}` }
      const [example] = mediaType(call.operation, 'arrange')?.examples.values() ?? []
      const request = startRequest(before)
      const body = example === undefined ? undefined : fillValues(example, (name) => making.lookup(name, request))
      await this.#scene.send(finishRequest({ ...request, body }, before))
    }
  }

  async #parents(role: Role, options: CreateOptions & ListOptions): Promise<{ place: Place; id: string }[]> {
    const made: { place: Place; id: string }[] = []
    for (const [name, place] of this.#spec.parents) {
      if (role !== 'create' && role !== 'list' && place.part !== 'path') continue
      if (place.part === 'path' && options.path?.[place.name] !== undefined) continue
      if (options.of) {
        const named = options.of.query.find(([query]) => place.part === 'query' && query === place.name)?.[1]
        if (named !== undefined) made.push({ place, id: named })
        continue
      }
      const given = options.parents?.[name]
      if (!given && name === this.#spec.name) continue
      // who is not signed in is asked about this create, and could make no parent for it
      const as = options.as === 'anonymous' ? 'a' : options.as
      const item = given ?? (await this.#parent(name, { as, purpose: `create the ${name} that it belongs to` }))
      made.push({ place, id: item.id })
    }
    return made
  }

  /** Ids that the client chooses, by path parameter. */
  #chosenPath(role: Role, word: string): Record<string, string> {
    const chosen = [...this.#spec.identity]
      .filter(([, places]) => places.some(({ message, part }) => message === 'request' && part !== 'body'))
      .map(([name]) => name)
    const own = role === 'read' || role === 'replace' || role === 'patch' || role === 'delete' ? [ownName(this.#spec)] : []
    const parameters = this.#spec.operations.get(role)?.operation.parameters ?? []
    return Object.fromEntries(
      [...chosen, ...own]
        .filter((name) => name !== '')
        .map((name) => [name, this.#fits(name, parameters) ? word : this.#scene.words.uuid()]),
    )
  }

  /** May the id of this name be any word? Not where the document asks for a UUID. */
  #fits(name: string, parameters: readonly Parameter[]): boolean {
    const places = [name, ...(this.#spec.identity.get(name) ?? []).map((place) => place.name)]
    return !parameters.some(
      ({ name: parameter, schema }) => places.includes(parameter) && typeof schema === 'object' && schema['format'] === 'uuid',
    )
  }
}
