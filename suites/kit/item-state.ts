import { isDeepStrictEqual } from 'node:util'
import type { Guard, Json, Resource } from '../../spec/contract.ts'
import type { Answer } from './answer.ts'
import type { Snapshot } from './kit.ts'
import type { Identity, Request } from './request.ts'
import { sameToken } from './token.ts'
import { markerOf } from './whole.ts'

/** What is known of an item, shared by all handles on it. */
export interface ItemState {
  resource: Resource
  path: Record<string, string>
  id: string
  /** Who created it. */
  owner: Identity
  created: Answer
  sent: Json | undefined
  last: Snapshot
  /** Something was written since it was last read. */
  dirty: boolean
  gone: boolean
  /** A read has shown it. */
  seen: boolean
  /** Does a read show the last write that was answered with success? Undefined: one did, or nothing can tell. */
  shows: ((read: Snapshot) => boolean) | undefined
  /** The word that `$unique` stands for in all that belongs to it. */
  unique: string
  /** The token of the lock that we hold on it. */
  lock: Json | undefined
}

/** What an item is expected to show from now on, since this request was answered with success. */
export function performed(state: ItemState, request: Request): void {
  const { last, resource } = state
  // to take a lock, or to give it back, need not show
  if (['create', 'read', 'list', 'call'].includes(request.role)) return
  const changes: ItemState['shows'] = ({ payload }) => !isDeepStrictEqual(payload, last.payload)
  if (request.role === 'delete') state.gone = true
  else if (request.role !== 'replace' && request.role !== 'patch') state.shows = changes
  else if (resource.guards.some(refusesWithSuccess)) return
  else if (markerOf(resource) === undefined) state.shows = ({ token }) => !sameToken(token, last.token)
  // a patch with a body of its own shows by what it changes, as an action does
  else state.shows = request.role === 'patch' && request.marker === undefined ? changes : showsMarker(request.marker)
}

/** Reads show a write by what it put at the marker. */
export function showsMarker(written: string | undefined): ItemState['shows'] {
  return written === undefined ? undefined : ({ marker }) => isDeepStrictEqual(marker, written)
}

/** Some APIs answer 200 and say in the content that nothing was done. */
export function refusesWithSuccess({ outcomes }: Guard): boolean {
  return Object.values(outcomes).some(({ status, as }) => as !== 'done' && status.some((code) => code < 300))
}
