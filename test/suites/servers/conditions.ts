/** RFC 9110 §13, written for the library alone. */

/** What a version is known by. */
export interface Validators {
  tag: string | undefined
  /** Milliseconds. */
  modified: number | undefined
}

export type Fields = { [name: string]: string | string[] | undefined }

/** The members of a list of entity tags; undefined if it is none. */
export function tagsIn(field: string): string[] | undefined {
  const tags: string[] = []
  let rest = field.trim()
  while (rest !== '') {
    const [whole, tag] = /^((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,[ \t]*|$)/.exec(rest) ?? []
    if (whole === undefined) return undefined
    tags.push(tag!)
    rest = rest.slice(whole.length)
  }
  return tags.length > 0 ? tags : undefined
}

const strong = (one: string, other: string): boolean => one === other && !one.startsWith('W/')
const weak = (one: string, other: string): boolean => one.replace('W/', '') === other.replace('W/', '')

/** Is one of the tags (or, for `*`, anything) there? */
function names(field: string, { tag }: Validators, same: (one: string, other: string) => boolean): boolean {
  return field.trim() === '*' || (tag !== undefined && (tagsIn(field) ?? []).some((one) => same(one, tag)))
}

/** Seconds; undefined where the text is no HTTP date. */
function secondsOf(field: unknown): number | undefined {
  const ms = typeof field === 'string' && field.endsWith(' GMT') ? Date.parse(field) : NaN
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
}

/** A write of what is there, or (`undefined`) of what is not: may it be performed? */
export function mayWrite(fields: Fields, there: Validators | undefined, weakMatch: boolean): boolean {
  const { 'if-match': match, 'if-none-match': none } = fields
  if (typeof match === 'string') {
    if (!there || !names(match, there, weakMatch ? weak : strong)) return false
  } else {
    const since = secondsOf(fields['if-unmodified-since'])
    if (since !== undefined && there?.modified !== undefined && Math.floor(there.modified / 1000) > since) return false
  }
  return !(typeof none === 'string' && there && names(none, there, weak))
}

/** A read of what is there: as the client knows it already? */
export function isKnown(fields: Fields, there: Validators): boolean {
  const none = fields['if-none-match']
  if (typeof none === 'string') return names(none, there, weak)
  const since = secondsOf(fields['if-modified-since'])
  return since !== undefined && there.modified !== undefined && Math.floor(there.modified / 1000) <= since
}

/** A condition that no server can make sense of. */
export function isOdd(fields: Fields): boolean {
  return ['if-match', 'if-none-match'].some(
    (name) => typeof fields[name] === 'string' && fields[name] !== '*' && tagsIn(fields[name])?.length !== 1,
  )
}
