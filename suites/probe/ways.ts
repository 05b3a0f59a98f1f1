import { isDeepStrictEqual } from 'node:util'
import { formatPointer, parsePointer } from '../../http/pointer.ts'
import { queryGuardName, tokenName } from '../../spec/candidates/names.ts'
import type { Json, Operation, Place, Role, Schema } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import { propertiesOf } from '../../spec/schemas.ts'
import { mediaType } from '../kit/whole.ts'
import type { Put, Shot, Subject } from './subject.ts'

/** A way in which a write may say which version it was made from: where the token is read, and where it is sent. */
export interface Way {
  /** A place in the answer to a read: `$response.header.ETag`. */
  read: string
  send: Place
  /** Sent in quotes, though it is read without. */
  quoted: boolean
  /** The other parts of a version that is told in several places; each goes a way of its own. */
  beside?: readonly Way[]
}

/** What a request carries that goes this way with what a read showed; undefined if the read does not show the whole token. */
export function along(way: Way, shot: Shot, next: (token: string | number) => string | number = (token) => token): Put[] | undefined {
  const puts = [way, ...(way.beside ?? [])].map((part): Put | undefined => {
    const token = shot.values.get(part.read)
    return token === undefined ? undefined : { place: part.send, value: spelled(part, next(token)) }
  })
  return puts.every((put) => put !== undefined) ? puts : undefined
}

/** Do two requests carry the same version? */
export function isSamePut(one: readonly Put[], other: readonly Put[] | undefined): boolean {
  return isDeepStrictEqual(
    one.map(({ value }) => value),
    other?.map(({ value }) => value),
  )
}

function spelled(way: Way, token: string | number): Json {
  if (way.quoted) return `"${token}"`
  return way.send.part === 'body' ? token : String(token)
}

/**
 * The ways worth trying for a role, the likely first: by the tag, by members whose names tell of a version, by what changed when somebody
 * wrote (`changed`), each in a header, in the body and in the query.
 */
export function waysFor(subject: Subject, role: Role, shot: Shot, changed: readonly string[] = []): Way[] {
  const { operation } = subject.resource.operations.get(role)!
  const ways: Way[] = []
  const add = (read: string, send: string, quoted = false): void => {
    if (!ways.some((way) => way.read === read && way.send.written === send)) ways.push({ read, send: parsePlace(send), quoted })
  }
  const fields = [...shot.values.keys()]
    .filter((place) => place.startsWith('$response.header.'))
    .map((place) => place.slice('$response.header.'.length))
  const tag = fields.find((name) => name.toLowerCase() === 'etag')
  if (tag !== undefined) add(`$response.header.${tag}`, '$request.header.If-Match')
  const members = [...shot.values.keys()]
    .filter((place) => place.startsWith('$response.body#'))
    .map((place) => place.slice('$response.body#'.length))
  const marker = subject.resource.marker ?? ''
  const telling = members.filter((pointer) => pointer !== marker && (isTelling(pointer) || changed.includes(`$response.body#${pointer}`)))
  for (const pointer of telling.toSorted((a, b) => parsePointer(a).length - parsePointer(b).length).slice(0, 4)) {
    const name = parsePointer(pointer).at(-1)!
    const read = `$response.body#${pointer}`
    const declared = membersNamed(subject, role, name)
    // where it is declared, it is not sent elsewhere in the body
    const inBody = !operation.request ? [] : !declared.length || declared.includes(pointer) ? [pointer] : declared
    for (const member of inBody) add(read, `$request.body#${member}`)
    for (const query of queriesOf(operation, name)) add(read, `$request.query.${query}`)
    for (const header of headersOf(operation)) add(read, `$request.header.${header}`)
    if (tag === undefined) add(read, '$request.header.If-Match', true)
  }
  const fixed = subject.resource.with.map(({ place }) => place.name.toLowerCase())
  for (const name of fields) {
    if (/^(etag|last-modified)$/i.test(name) || fixed.includes(name.toLowerCase())) continue
    const declared = operation.parameters.find((one) => one.in === 'header' && one.name.toLowerCase() === name.toLowerCase())
    add(`$response.header.${name}`, `$request.header.${declared?.name ?? name}`)
  }
  return ways
}

/** Does a member, or what it lies in, have the name of a version? `/version`, `/version/number`, `/meta/versionId` */
function isTelling(pointer: string): boolean {
  return parsePointer(pointer)
    .slice(-2)
    .some((name) => tokenName(name) !== undefined)
}

/** Where else a body of the role has a member of this name, as far as its schema tells: `/preconditions/resourceVersion`. */
function membersNamed({ resource, scene }: Subject, role: Role, name: string): string[] {
  const schema = mediaType(resource.operations.get(role)!.operation, role)?.schema
  const { deref } = scene.session.target.loaded
  const find = (at: Schema, above: readonly string[]): string[] =>
    Object.entries(propertiesOf(at, deref)).flatMap(([member, below]) => [
      ...(member === name ? [formatPointer([...above, member])] : []),
      ...(above.length < 2 ? find(below, [...above, member]) : []),
    ])
  return schema === undefined ? [] : find(schema, [])
}

/** Headers of the operation that seem to take a version. */
function headersOf(operation: Operation): string[] {
  return operation.parameters
    .filter(
      (parameter) =>
        parameter.in === 'header' && /version|revision|generation|offset/i.test(parameter.name) && !/api|accept/i.test(parameter.name),
    )
    .map(({ name }) => name)
}

/** The parameters of the operation that may take a token, and those that are named for the member by custom: `rev`, `if_seq_no`, `ifGenerationMatch`. */
function queriesOf(operation: Operation, member: string): string[] {
  const declared = operation.parameters
    .filter((parameter) => parameter.in === 'query' && queryGuardName(parameter.name) !== undefined)
    .map(({ name }) => name)
  const plain = member.replace(/^[_@]+/, '')
  const conditions = [`if_${plain}`, `if${plain.charAt(0).toUpperCase()}${plain.slice(1)}Match`].filter(
    (name) => queryGuardName(name) !== undefined,
  )
  const own = conditions.length || (queryGuardName(plain) === undefined && tokenName(plain) === undefined) ? [] : [plain]
  return [...new Set([...declared, ...conditions, ...own])]
}
