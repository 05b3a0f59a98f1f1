/**
 * A model of RFC 9110 §13, written from its text alone, to hold the mock against. It shares no code with it and parses nothing: conditions come as what
 * they mean, beside how they are written.
 */

export interface Tag {
  weak: boolean
  opaque: string
}

/** What `If-Match` or `If-None-Match` says: `*`, a list of tags, or a text that is neither. */
export type TagCondition = '*' | readonly Tag[] | 'unreadable'

/** What a date field says: milliseconds since 1970, or a text that is no HTTP date. */
export type DateCondition = number | 'unreadable'

export interface Conditions {
  ifMatch?: TagCondition
  ifNoneMatch?: TagCondition
  ifModifiedSince?: DateCondition
  ifUnmodifiedSince?: DateCondition
}

/** The selected representation: its tag and its modification date in whole seconds. */
export interface Selected {
  tag: Tag
  modified: number
}

export type Result = 'performed' | 'not modified' | 'precondition failed' | 'not found'

/**
 * @param method GET, HEAD, PUT, PATCH or DELETE; PUT creates what is not there
 * @param selected what is there, if anything is
 */
export function rfc9110(method: string, conditions: Conditions, selected: Selected | undefined): Result {
  // §13.2.1: conditions are ignored where the answer without them is neither 2xx nor 412
  if (selected === undefined && method !== 'PUT') return 'not found'
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  const isRead = method === 'GET' || method === 'HEAD'
  // §13.2.2, steps 1 and 2
  if (ifMatch !== undefined) {
    if (!ifMatchHolds(ifMatch, selected)) return 'precondition failed'
  } else if (typeof ifUnmodifiedSince === 'number' && selected !== undefined) {
    // §13.1.4: earlier than or equal to the date; ignored where it is no date, or where there is no modification date
    if (selected.modified > ifUnmodifiedSince) return 'precondition failed'
  }
  // steps 3 and 4
  if (ifNoneMatch !== undefined) {
    if (!ifNoneMatchHolds(ifNoneMatch, selected)) return isRead ? 'not modified' : 'precondition failed'
  } else if (isRead && typeof ifModifiedSince === 'number' && selected !== undefined) {
    // §13.1.3
    if (selected.modified <= ifModifiedSince) return 'not modified'
  }
  return 'performed'
}

/** §13.1.1; a field that cannot be read is held for false, since ignoring it would switch a protection off. */
function ifMatchHolds(condition: TagCondition, selected: Selected | undefined): boolean {
  if (condition === 'unreadable') return false
  if (condition === '*') return selected !== undefined
  // §8.8.3.2, strong comparison
  return selected !== undefined && condition.some((tag) => !tag.weak && !selected.tag.weak && tag.opaque === selected.tag.opaque)
}

/** §13.1.2; a field that cannot be read matches nothing. */
function ifNoneMatchHolds(condition: TagCondition, selected: Selected | undefined): boolean {
  if (condition === 'unreadable') return true
  if (condition === '*') return selected === undefined
  // §8.8.3.2, weak comparison
  return !condition.some((tag) => selected !== undefined && tag.opaque === selected.tag.opaque)
}
