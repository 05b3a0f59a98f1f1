import { isJson } from '../../http/media-type.ts'
import type { Call, Json, Resource } from '../../spec/contract.ts'
import { fillValues } from '../../spec/values.ts'
import { formWith, isForm } from './form.ts'
import type { ItemState } from './item-state.ts'
import type { Snapshot } from './kit.ts'
import type { WriteOptions } from './options.ts'
import type { Request } from './request.ts'
import { Skip } from './verdict.ts'
import { writable } from './writable.ts'
import { callIn, markerOf, markerWord, type Making, mediaType, sendPointer, writeMember } from './whole.ts'

/**
 * The body of a write: what was read with a fresh value at the marker, a patch of the marker alone, what the contract shows, or what the check
 * says. For any other role the example of the document.
 *
 * @throws Skip where nobody says how such a body looks
 */
export function withWriteBody(
  request: Request,
  making: Making,
  options: WriteOptions,
  { sent, last }: Pick<ItemState, 'sent' | 'last'>,
): Request {
  const { resource, role, contract } = making
  const at = sendPointer(resource)
  const finish = (payload: Json, marker?: string): Request => {
    const whole = Object.entries(options.set ?? {}).reduce<Json>((next, [pointer, value]) => writeMember(next, pointer, value), payload)
    return { ...request, body: at === '' ? whole : writeMember(undefined, at, whole), marker }
  }
  if (options.body !== undefined) return finish(options.body, options.marker)
  if (role !== 'replace' && role !== 'patch') {
    const [example] = mediaType(request.operation, role)?.examples.values() ?? []
    const body = example ?? (request.operation.request?.required ? {} : undefined)
    return body === undefined ? request : finish(fillValues(body, (name) => making.lookup(name, request)))
  }
  const inside = markerOf(resource)
  const marker = options.marker ?? markerWord(resource, contract, making.words)
  const type = mediaType(request.operation, role)
  // a patch of a form of its own is shown in the contract, with `$marker` in it
  if (showsBody(callIn(making))) {
    if (options.set) throw new Skip(`the contract shows a ${role} that changes ${inside}, and no other member`)
    return inside === undefined ? request : { ...request, marker }
  }
  if (inside === undefined && resource.payload.read !== false) throw new Skip('no member is known that clients may change freely (marker)')
  if (role === 'patch' && resource.token?.bumps === 'append-length' && inside === undefined) return { ...request, body: marker }
  if (role === 'patch' && resource.token?.bumps === 'append-length')
    return { ...request, body: marker, marker: readsLength(resource) ? lengthAfter(last, marker) : marker }
  if (role === 'patch' && type && !isJson(type.type) && inside !== '')
    throw new Skip(`nobody says how a patch in ${type.type} looks; show one in the contract: "operations: { patch: { call, with } }"`)
  if (role === 'patch' && type?.type === 'application/json-patch+json')
    return { ...request, marker, body: [{ op: 'replace', path: at + inside, value: marker }] }
  // what cannot be read back is changed all the same: a text as a whole, of anything else what the contract names
  if (inside === undefined && type && !isJson(type.type)) return { ...request, body: marker }
  if (inside === undefined) {
    if (resource.marker === undefined) throw new Skip('no member is known that clients may change freely (marker)')
    return { ...finish(writeMember(role === 'patch' ? {} : (sent ?? {}), resource.marker, marker)), marker: undefined }
  }
  if (isForm(resource)) return finish(formWith(resource, String(sent), marker), marker)
  if (inside === '') return finish(marker, marker)
  if (role === 'patch') return finish(writeMember({}, inside, marker), marker)
  const base = last.payload ?? sent ?? {}
  const own = writable(base, at === '' ? type?.schema : undefined, sent, contract)
  return finish(writeMember(own, inside, marker), marker)
}

/** Does the contract show the whole body of this call? */
export function showsBody({ with: facts }: Call): boolean {
  return facts.some(({ place }) => place.part === 'body' && place.name === '')
}

/** Does a read show nothing but how much there is? */
function readsLength({ payload, token }: Resource): boolean {
  return payload.read !== false && payload.read.some(({ written }) => token?.read.some((place) => place.written === written))
}

/** How much there is when this was appended, as a read shows it. */
function lengthAfter({ token }: Snapshot, appended: string): string {
  return String(Number(token) + Buffer.byteLength(appended))
}
