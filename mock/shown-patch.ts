import { readPointer, writePointer } from '../http/pointer.ts'
import type { Fact, Json, Operation } from '../spec/contract.ts'
import { readPlace, type RequestMessage } from '../spec/places.ts'
import { namesIn } from '../spec/values.ts'
import { isMembers } from './conflicts.ts'
import type { Model } from './model.ts'
import { fitShape } from './shape.ts'

/**
 * The facts of a patch whose shape the contract shows, with `$marker` in it, where that is no part of an item that could be merged.
 */
export function shownPatch(operation: Operation, { resource }: Model): Fact[] | undefined {
  const { marker } = resource
  if (marker === undefined) return undefined
  for (const call of resource.operations.values()) {
    if (call.operation !== operation) continue
    const shown = call.with.filter(({ place, is }) => place.part === 'body' && 'equals' in is && namesIn(is.equals).includes('$marker'))
    const isMerge = shown.some(
      ({ place, is }) => 'equals' in is && readPointer(writePointer({}, place.name, is.equals), marker) === '$marker',
    )
    if (shown.length > 0 && !isMerge) return shown
  }
  return undefined
}

/** What such a patch changes: the marker, or (where the shape names the marker beside its value) the member that it names. */
export function changeIn(shown: Fact[], message: RequestMessage, marker: string): { pointer: string; value: Json } | undefined {
  const names = [marker, marker.slice(1), marker.slice(1).replaceAll('/', '.')]
  const open = (shape: Json): Json => {
    if (Array.isArray(shape)) return shape.map(open)
    if (isMembers(shape)) return Object.fromEntries(Object.entries(shape).map(([name, member]) => [name, open(member)]))
    return typeof shape === 'string' && names.includes(shape) ? '$path' : shape
  }
  for (const { place, is } of shown) {
    const bound = 'equals' in is ? fitShape(open(is.equals), readPlace(place, message), true)?.bound : undefined
    const value = bound?.get('$marker')
    if (value === undefined) continue
    const path = bound!.get('$path')
    if (typeof path !== 'string' || names.includes(path)) return { pointer: marker, value }
    return { pointer: path.startsWith('/') ? path : `/${path.replaceAll('.', '/')}`, value }
  }
  return undefined
}
