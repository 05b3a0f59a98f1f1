import type { Finding } from '../../spec/candidates/finding.ts'
import type { Json, Schema } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import { responsesFor } from '../../spec/room.ts'
import { isJson, schemaAt } from '../../spec/schemas.ts'
import { tokenOf } from './conditions.ts'
import { type Guarding, probeBumps } from './guards.ts'
import { inParts, isWhole } from './parts.ts'
import type { Subject } from './subject.ts'
import type { Trial } from './trial.ts'
import type { Way } from './ways.ts'

/** What is known of the token that a guard compares, by key: where it is read, its form, when it changes and by whom. */
export async function tokenFindings(trial: Trial, guarding: Guarding): Promise<[key: string, Finding][]> {
  const { subject, now } = trial
  const { way, role } = guarding
  const call = subject.call('read')
  const bumps = role === 'delete' ? undefined : await probeBumps(trial, guarding)
  const found: [string, Finding][] = []
  const settle = (key: string, value: Json, because: string): void =>
    void found.push([key, { at: [], value, sure: true, because: [because] }])
  if (way.beside) {
    settle('read', inParts(way, 'read'), `${call} shows its parts, writes take all of them`)
    settle('format', isWhole(way, now) ? 'integer' : 'opaque', 'as it was read')
  } else {
    const token = now.values.get(way.read)!
    const bare = (value: string | number): string => String(value).replace(/^"(.*)"$/, '$1')
    const sameElsewhere = [...now.values]
      .filter(([place, value]) => place !== way.read && bare(value) === bare(token) && String(token).length > 3)
      .map(([place]) => place)
    const read = [way.read, ...sameElsewhere]
    settle('read', read.length === 1 ? read[0]! : read, `${call} shows it, writes take it`)
    const quoted = sameElsewhere.some((place) => now.values.get(place) !== token)
    settle(
      'format',
      quoted ? 'quoted-or-bare' : formatOf(subject, way, token),
      `as it was read${quoted ? ', with and without quotes' : ''}`,
    )
  }
  // where it could not be tried, the word that promises least
  settle('bumps', bumps?.bumps ?? 'on-change', bumps?.because ?? 'not tried')
  const writes = (['replace', 'patch'] as const).filter((one) => subject.has(one) && !trial.absent.includes(one))
  const keeping = writes.filter((one) => one !== role && trial.kept.get(one)?.has(way.read))
  if (keeping.length)
    settle(
      'by',
      writes.filter((one) => !keeping.includes(one)),
      `${keeping.map((one) => subject.call(one)).join(', ')} with another content → the same token`,
    )
  return found
}

function formatOf(subject: Subject, way: Way, token: string | number): string {
  const place = parsePlace(way.read)
  if (place.part === 'header' && place.name.toLowerCase() === 'etag') return tokenOf(String(token)).format
  if (typeof token === 'number') return 'integer'
  const { operation } = subject.resource.operations.get('read')!
  const { deref } = subject.scene.session.target.loaded
  const schemas = responsesFor(operation, []).flatMap(({ headers, content }): (Schema | undefined)[] =>
    place.part === 'header'
      ? [headers.get(place.name.toLowerCase())?.schema]
      : content.filter(isJson).map(({ schema }) => (schema === undefined ? undefined : schemaAt(schema, place.name, deref))),
  )
  const isNumber = schemas.some((schema) => {
    const at = schema === undefined ? true : deref(schema)
    return typeof at === 'object' && (at['type'] === 'integer' || /^u?int\d+$/.test(String(at['format'])))
  })
  return isNumber && /^\d+$/.test(token) ? 'integer' : tokenOf(token).format
}
