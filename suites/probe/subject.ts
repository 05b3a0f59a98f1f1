import { formatPointer, readPointer, writePointer } from '../../http/pointer.ts'
import { tokenName } from '../../spec/candidates/names.ts'
import type { Json, Parameter, Place, Resource, Role } from '../../spec/contract.ts'
import { hasMembers, isJson, propertiesOf } from '../../spec/schemas.ts'
import { readPlaces, writePlace } from '../../spec/places.ts'
import type { Answer } from '../kit/answer.ts'
import { Fixture } from '../kit/fixture.ts'
import type { Item } from '../kit/kit.ts'
import { type Request, withHeader, withoutHeader } from '../kit/request.ts'
import type { Scene } from '../kit/scene.ts'
import type { Session } from '../kit/session.ts'
import { silentScene } from '../kit/silent.ts'
import { formWith, isForm, markerInForm } from '../kit/form.ts'
import { isWeakTag, turned } from '../kit/settled.ts'
import { mediaType } from '../kit/whole.ts'
import type { Way } from './ways.ts'

/** Something got in the way of the rest of a probe; what was settled before stands. */
export class Stop extends Error {}

/** An item as one read, or the answer to a write, shows it. */
export interface Shot {
  answer: Answer
  payload: Json | undefined
  /** The value at the marker. */
  marker: Json | undefined
  /** Every text and number in it by the place where it stands: header fields that may be versions, members up to four levels down. */
  values: Map<string, string | number>
}

/** What is put at a place of a request. */
export interface Put {
  place: Place
  value: Json
}

/** One resource while it is probed: makes whole requests, counts them, and knows what it created. */
export class Subject {
  readonly resource: Resource
  readonly scene: Scene
  readonly fixture: Fixture
  /** Roles whose content no read gives back: that they were performed shows in a version, a length or a time that changed. */
  readonly unseen: Set<Role> = new Set()
  /** Headers that reads tell and writes declare. */
  readonly #told: Set<string> = new Set()
  /** The way in which a delete that wants a version takes it. */
  removedBy: Way | undefined
  readonly #budget: number
  #sent = 0

  constructor(session: Session, resource: Resource, { budget, signal }: { budget: number; signal: AbortSignal }) {
    this.resource = resource
    this.#budget = budget
    this.scene = silentScene(session, resource, 'probe', signal)
    this.fixture = new Fixture(this.scene, resource)
  }

  get sent(): number {
    return this.#sent
  }

  has(role: Role): boolean {
    return this.resource.operations.has(role)
  }

  /** `PUT /notes/{noteId}`, for evidence. */
  call(role: Role): string {
    const { operation } = this.resource.operations.get(role)!
    return `${operation.method} ${operation.path}`
  }

  /**
   * @param owed what is sent in any case, since it gives something back
   * @throws Stop when the resource has had its share of requests
   */
  async send(request: Request, owed = false): Promise<Answer> {
    if (this.#sent >= this.#budget && !owed) throw new Stop(`the limit of ${this.#budget} requests for a resource was reached`)
    this.#sent++
    return this.scene.send(request)
  }

  word(): string {
    return this.scene.words.word()
  }

  uuid(): string {
    return this.scene.words.uuid()
  }

  /** The request of a create with this body (undefined: the sample), for these values of path parameters (undefined: parents are made). */
  creation(body: Json | undefined, puts: readonly Put[] = [], path?: Record<string, string>): Promise<Request> {
    const options = { purpose: 'probe: create', key: null, ...(body === undefined ? {} : { body }), ...(path && { path }) }
    return this.#made(this.fixture.request('create', options), puts)
  }

  /** Creates; the item is there where the answer is a 2xx that tells its id. */
  async create(request: Request): Promise<{ answer: Answer; item: Item | undefined }> {
    const answer = await this.send(request)
    return { answer, item: answer.ok ? await this.fixture.found(answer) : undefined }
  }

  async read(item: Item, fields: Record<string, string> = {}): Promise<Shot> {
    let request = await item.request('read', { purpose: 'probe: read', token: null })
    // a request that asks for the whole answer makes libraries skip the conditions (RFC 9111 §5.2.1.4)
    if (Object.keys(fields).length) request = withoutHeader(request, 'cache-control')
    for (const [name, value] of Object.entries(fields)) request = withHeader(request, name, value)
    const look = async (): Promise<Shot> => this.shot(await this.send(request))
    // a tag that is weak for its first second only would be taken for one that no write takes
    return Object.keys(fields).length ? look() : turned(this.scene, this.resource, await look(), isWeakTag, look)
  }

  shot(answer: Answer): Shot {
    const { payload: places, marker } = this.resource
    const payload = answer.ok ? readPlaces(places.read === false ? [] : places.read, answer) : undefined
    const values = new Map<string, string | number>()
    for (const [name] of answer.request.role === 'read' ? answer.headers : []) if (this.#takes(name)) this.#told.add(name.toLowerCase())
    for (const [name, value] of answer.headers)
      if (/^(etag|last-modified)$|version|revision|generation/i.test(name) || this.#takes(name))
        values.set(`$response.header.${name}`, value)
    for (const [pointer, value] of scalars(answer.body)) values.set(`$response.body#${pointer}`, value)
    const inside = isForm(this.resource)
      ? markerInForm(this.resource, String(payload))
      : marker === undefined
        ? undefined
        : (readPointer(payload, marker) as Json | undefined)
    return { answer, payload, marker: inside, values }
  }

  /** A write of the item that puts a word at the marker, not sent. `before` is what a read showed. */
  async change(item: Item, role: Role, before: Shot | undefined, marker: string, puts: readonly Put[] = []): Promise<Request> {
    const options = { purpose: `probe: ${role}`, token: null, marker }
    const body = role === 'replace' ? this.#content(item, before, marker) : undefined
    return this.#made(this.#bare(item.request(role, body === undefined ? options : { ...options, body })), puts)
  }

  async removal(item: Item, puts: readonly Put[] = []): Promise<Request> {
    return this.#made(this.#bare(item.request('delete', { purpose: 'probe: delete', token: null })), puts)
  }

  /** Does a write declare a header of this name, that reads tell too? */
  #takes(name: string): boolean {
    return (['replace', 'patch', 'delete'] as const).some((role) =>
      this.resource.operations
        .get(role)
        ?.operation.parameters.some((one) => one.in === 'header' && one.name.toLowerCase() === name.toLowerCase() && !isSettled(one)),
    )
  }

  /** Without the headers that may say a version: such a one comes only where it is tried, also where the document asks for it. */
  async #bare(request: Promise<Request>): Promise<Request> {
    const fixed = this.resource.with.map(({ place }) => place.name.toLowerCase())
    const isOpen = (name: string): boolean => this.#told.has(name.toLowerCase()) && !fixed.includes(name.toLowerCase())
    const made = await request
    return { ...made, headers: made.headers.filter(([name]) => !isOpen(name)) }
  }

  /** What a replacement sends, where the sample does not show it: the members that its schema declares and clients may write, as they were read; without a schema, what create sent. */
  #content(item: Item, before: Shot | undefined, marker: string): Json | undefined {
    const { resource, scene } = this
    const { deref } = scene.session.target.loaded
    const type = mediaType(resource.operations.get('replace')!.operation, 'replace')
    if (isForm(resource)) return formWith(resource, String(item.sent), marker)
    if (resource.marker === '' || (type && !hasMembers(type))) return marker
    const send = resource.payload.send.find((place) => place.part === 'body')?.name ?? ''
    const sent = readPointer(item.sent, send) as Json | undefined
    const declared = type && isJson(type) && type.schema !== undefined && send === '' ? propertiesOf(type.schema, deref) : {}
    let content: Json = isMap(sent) ? sent : {}
    if (Object.keys(declared).length) {
      const read = isMap(before?.payload) ? before.payload : {}
      const known = { ...read, ...content }
      const isWritable = (name: string): boolean => {
        const schema = deref(declared[name]!)
        return !(typeof schema === 'object' && schema['readOnly'] === true)
      }
      // a version that is sent back is a condition: it comes only where one is tried
      const isOurs = (name: string): boolean => name in (content as object) || tokenName(name) === undefined
      content = Object.fromEntries(
        Object.keys(declared).flatMap((name) => (name in known && isWritable(name) && isOurs(name) ? [[name, known[name]!]] : [])),
      )
    }
    return resource.marker === undefined ? content : (writePointer(content, resource.marker, marker) as Json)
  }

  async #made(request: Promise<Request>, puts: readonly Put[]): Promise<Request> {
    const made = puts.reduce((next, { place, value }) => writePlace(place, value, next), await request)
    const isNamed = made.body === undefined || made.headers.some(([name]) => name.toLowerCase() === 'content-type')
    const type = mediaType(made.operation, made.role)?.type
    // a version may be the first thing in a body
    return isNamed || type === undefined ? made : withHeader(made, 'Content-Type', type)
  }
}

export function isMap(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** All texts and numbers in a value, by JSON Pointer, up to four levels down. */
export function scalars(value: Json | undefined, above: readonly string[] = []): [pointer: string, value: string | number][] {
  if (typeof value === 'string' || typeof value === 'number') return above.length ? [[formatPointer(above), value]] : []
  if (typeof value !== 'object' || value === null || above.length >= 4) return []
  return Object.entries(value).flatMap(([name, member]) => scalars(member, [...above, name]))
}

/** Does the document ask for this very text, as for the version of an API? A version of an item cannot be told beforehand. */
function isSettled({ required, example, schema }: Parameter): boolean {
  const at = typeof schema === 'object' ? schema : {}
  const listed = at['enum']
  const value = example ?? at['example'] ?? at['default'] ?? at['const'] ?? (Array.isArray(listed) ? listed[0] : undefined)
  return required && typeof value === 'string'
}
