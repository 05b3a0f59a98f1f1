/** What facts are about, in the order in which they are told. */
export const factNames = [
  'entity-tags',
  'last-modified',
  'versions',
  'unchanged-write',
  'tag-of-write',
  'replace-without-token',
  'patch-without-token',
  'delete-without-token',
  'put-to-missing',
  'reads-after-writes',
  'members-added',
  'members-changed',
  'members-left-out',
] as const

export type FactName = (typeof factNames)[number]

/** One thing that the exchanges of one check showed of a resource: plain data, from which facts are drawn when all checks are done. */
export interface Sighting {
  resource: string
  fact: FactName
  /** What was seen; the words of the fact's own file. */
  value: string
  /** Milliseconds, a difference, a status, where it is about one. */
  amount?: number
  check: string
  /** Of the request whose answer showed it. */
  purpose: string
}

/** Sightings of one fact on one resource as one value, with the words for people and the sighting that it is told from; undefined: they say nothing. */
export type Conclusion = { value: string | number; words: string; from: Sighting } | undefined
