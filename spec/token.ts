import type { Operation, Place, Role, Token } from './contract.ts'
import { isTree, type Tree } from './tree.ts'
import { markOf } from './marks.ts'
import { isSaid, type Setting } from './mechanism.ts'
import { roomInResponse } from './room.ts'

/** The token that a map describes. `promised`: the contract says so itself, or an operation that shows items declares one of its places. */
export function readToken(
  holder: Tree,
  key: string,
  pointer: string,
  setting: Pick<Setting, 'reader' | 'problems' | 'operations' | 'deref' | 'origins'>,
): Token | undefined {
  const said = holder[key]
  if (!isTree(said)) return undefined
  const parts = setting.reader.parts(said, 'read')
  const read = parts ? [] : setting.reader.places(said, 'read')
  if (!read.length && !parts) {
    if (said['read'] === undefined)
      setting.problems.error(
        markOf(holder, key),
        'this token is read nowhere; say where, as in "read: $response.header.ETag"',
        '',
        'read: a place in the response',
      )
    return undefined
  }
  const sources = ['read', 'create', 'replace'].flatMap((role) => setting.operations.get(role)?.operation ?? [])
  const shows = (operation: Operation, places: readonly Place[]): boolean =>
    places.some((place) => roomInResponse(place, operation, [], setting.deref) === 'declared')
  const declares = (operation: Operation): boolean =>
    parts ? Object.values(parts).every((places) => shows(operation, places)) : shows(operation, read)
  const first = read[0]
  const declared = sources.slice(0, 1).find(declares)
  if (declared) setting.origins.infer([...pointer.split('/').slice(2), 'promised'], `${declared.method} ${declared.path} declares it`)
  return {
    read,
    ...(parts ? { parts } : {}),
    format: (said['format'] as Token['format']) ?? (first?.part === 'header' && first.name.toLowerCase() === 'etag' ? 'etag' : 'opaque'),
    bumps: (said['bumps'] as Token['bumps']) ?? 'every-write',
    by: said['by'] as Role[] | undefined,
    promised: isSaid(holder, key) || declared !== undefined,
    pointer,
  }
}
