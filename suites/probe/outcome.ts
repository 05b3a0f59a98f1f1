import { isDeepStrictEqual } from 'node:util'
import { formatPointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import type { Answer } from '../kit/answer.ts'
import { kindOf } from './kind.ts'
import { isMap } from './subject.ts'

/** What is known to be true when an answer comes, so that what it reveals can be recognized. Values that the probe made up are found nowhere by accident. */
export interface Truth {
  /** The item as it is. */
  current?: Json | undefined
  currentToken?: string | number | undefined
  /** What our request put at the members in conflict, what is stored there, what was there in the version that we named. */
  sentValue?: string | undefined
  theirs?: string | undefined
  base?: string | undefined
  /** Pointers to the members in conflict. */
  fields?: readonly string[]
  /** The id of the item that exists. */
  existing?: string | undefined
}

type Seen = { [name: string]: Json }

/** The outcome that an answer was, as the contract says it: status, media type, what tells it from others, what it reveals. */
export function outcomeOf(answer: Answer, truth: Truth = {}): Seen {
  const seen: Seen = { status: answer.status }
  if (answer.text !== '' && answer.mediaType !== undefined) seen['mediaType'] = answer.mediaType
  const where = kindOf(answer)
  if (where) seen['where'] = where
  const reveal = revealed(answer, truth)
  if (Object.keys(reveal).length) seen['reveal'] = reveal
  return seen
}

function revealed(answer: Answer, truth: Truth): { [name: string]: Json } {
  const found: { [name: string]: Json } = {}
  const { currentToken } = truth
  const etag = answer.header('etag')
  if (currentToken !== undefined && etag !== undefined && etag === currentToken) found['currentToken'] = '$response.header.ETag'
  if (!isMap(answer.body)) return found
  const current =
    truth.current === undefined
      ? undefined
      : Object.entries(answer.body).find(([, member]) => isMap(member) && isDeepStrictEqual(member, truth.current))?.[0]
  const rest = leaves(answer.body, []).filter(({ path }) => path[0] !== current)
  const all = new Set(rest)
  const find = (fits: (value: Json, path: readonly string[]) => boolean): { path: readonly string[]; value: Json } | undefined =>
    [...all].find(({ value, path }) => fits(value, path))
  if (currentToken !== undefined && found['currentToken'] === undefined) {
    // a small number is found by accident: it counts only under a name that says what it is
    const at = find(
      (value, path) =>
        value === currentToken && (typeof value === 'string' || /^current|version|rev|etag|token|seq|head/i.test(path.at(-1)!)),
    )
    if (at) found['currentToken'] = `$response.body#${formatPointer(at.path)}`
  }
  if (current !== undefined) found['current'] = `$response.body#${formatPointer([current])}`
  for (const name of ['sentValue', 'theirs', 'base'] as const) {
    const value = truth[name]
    const at = value === undefined ? undefined : find((one) => one === value)
    if (at) found[name] = `$response.body#${starred(at.path)}`
  }
  if (truth.existing !== undefined) {
    const location = answer.header('location')
    const at = find((value) => value === truth.existing || (typeof value === 'string' && value.endsWith(`/${truth.existing}`)))
    if (location?.includes(truth.existing)) found['existing'] = '$response.header.Location'
    else if (at?.value === truth.existing) found['existing'] = `$response.body#${formatPointer(at.path)}`
  }
  for (const field of truth.fields ?? []) {
    const name = field.slice(1)
    const at = find((value, path) => path.length > 1 && typeof value === 'string' && [name, field, `#${field}`].includes(value))
    if (!at) continue
    const place = `$response.body#${starred(at.path)}`
    const [head] = String(at.value).split(name)
    found['fields'] = head === '' ? place : { at: place, text: `${head}{}` }
    break
  }
  return found
}

/** The path with a `*` in place of the first index, as in `/conflicts/0/field`; a text that is itself a member of a list leads to the list. */
function starred(path: readonly string[]): string {
  const at = path.findIndex((step) => /^\d+$/.test(step))
  if (at < 0) return formatPointer(path)
  return formatPointer(at === path.length - 1 ? path.slice(0, at) : path.map((step, index) => (index === at ? '*' : step)))
}

function leaves(value: Json | undefined, above: readonly string[]): { path: readonly string[]; value: Json }[] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return above.length ? [{ path: above, value }] : []
  if (typeof value !== 'object' || value === null || above.length >= 5) return []
  return Object.entries(value).flatMap(([name, member]) => leaves(member, [...above, name]))
}
