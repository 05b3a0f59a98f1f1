import type { Json, Role, Place, Fact, Schema, Call } from './operation.ts'

/** What can refuse a request: guards, uniqueness, keys, locks and rules, and how each result looks on the wire. */

export type TokenFormat = 'etag' | 'etag-weak' | 'quoted-or-bare' | 'integer' | 'opaque' | 'http-date' | 'rfc3339'

/** The value that names a version, and where it is read. */
export interface Token {
  /** Alternatives: the first that is there is read, all that the document declares are written. Empty, if it has parts. */
  read: Place[]
  /** Of a token of several parts, where each is read, by name; all of them together are the token. */
  parts?: Record<string, Place[]>
  format: TokenFormat
  bumps: 'every-write' | 'on-change' | 'content-hash' | 'append-length'
  /** Roles and actions that change it; undefined: every write. */
  by: Role[] | undefined
  /** The contract said so itself, or the read operation declares one of the places: its absence is a broken promise. */
  promised: boolean
  pointer: string
}

export type Match =
  | 'equal'
  | 'strong'
  | 'weak'
  | 'successor'
  | 'greater'
  | 'greater-or-equal'
  | 'not-modified-since'
  | 'differs'
  | 'modified-since'

export const refusals = [
  'stale',
  'missing',
  'malformed',
  'partial',
  'disagree',
  'absent',
  'exists',
  'contended',
  'unchanged',
  'duplicate',
  'repeated',
  'keyMissing',
  'keyMalformed',
  'keyReused',
  'keyInFlight',
  'keyDuplicate',
  'keyFailedBefore',
  'keyExpired',
  'locked',
  'lockLost',
  'blocked',
] as const

/** The named results of a refused, repeated or (`done`) performed request. */
export type OutcomeName = (typeof refusals)[number] | 'done'

export type Reveal =
  | 'currentToken'
  | 'sentToken'
  | 'current'
  | 'fields'
  | 'sentValue'
  | 'base'
  | 'theirs'
  | 'existing'
  | 'suggestions'
  | 'holder'
  | 'state'
  | 'children'

/** How an outcome looks on the wire; it alone knows status and body. */
export interface Outcome {
  /** The name it was looked up by (an alias keeps its own name). */
  name: OutcomeName
  /** The outcome whose words it uses, where it is another's name (`missing: stale`); `done` means "let through, said openly". */
  as: OutcomeName
  /** Allowed statuses, the mock takes the first; empty: the status of the operation's success. */
  status: number[]
  mediaType: string | undefined
  where: Fact[]
  reveal: Partial<Record<Reveal, Place[]>>
  /** What is revealed part by part: a token of several parts. */
  revealParts: Partial<Record<Reveal, Record<string, Place[]>>>
  headers: Record<string, string>
  body: Json | undefined
  retry: 'refetch' | 'same' | 'same-after' | 'new-key' | 'never' | undefined
  pointer: string
}

/** The outcomes that hold for one mechanism after the look-up (mechanism, resource, root, dialect). Absent: not promised. */
export type Outcomes = Partial<Record<OutcomeName, Outcome>>

/** What guards, uniqueness, keys, locks and rules have in common. */
export interface Mechanism {
  name: string
  /** The roles and actions for which it is promised. */
  for: Role[]
  /** The roles for which a dialect has it but no operation declares the place: inherited, not promised. */
  unpromised: Role[]
  when: Fact[]
  override: Fact[]
  outcomes: Outcomes
  /** Where it stands in the contract: `x-conflict/resources/document/guards/update`. */
  pointer: string
}

/** A sentinel that a guard knows (`any`: whatever version; `none`: must not exist): a value to send, or sending nothing. */
export type Sentinel = { value: Json } | { omitted: true }

export interface Guard extends Mechanism {
  /** Alternatives. Empty, if the token is sent part by part. */
  send: Place[]
  /** Of a token of several parts, where each is sent, by the names of `Token.parts`. */
  sendParts?: Record<string, Place[]>
  match: Match
  required: 'never' | 'if-exists' | 'always'
  any: Sentinel | undefined
  none: Sentinel | undefined
  /** The token that it compares: its own, or that of the resource. */
  token: Token
  /** The place that names the item looked at, if it is not the addressed one. */
  item: Place | undefined
}

export interface Unique extends Mechanism {
  /** Together. */
  fields: Place[]
  within: Place[]
  compare: 'exact' | 'case-insensitive'
}

export interface Idempotency extends Mechanism {
  key: Place[]
  schema: Schema | undefined
  required: 'never' | 'always'
  scope: ('caller' | 'operation')[]
  /** What makes two requests the same; empty: nothing is compared. */
  fingerprint: ('method' | 'path' | 'body' | Place)[]
  /** Allowed ways, the mock takes the first. */
  onRepeat: ('replay' | 'current' | 'reject')[]
  stores: 'executed' | 'success' | 'all'
  /** Milliseconds; undefined: not said. */
  expires: number | undefined
}

/** Who holds an item keeps others from writing it until the lock is given back or expires. */
export interface Lock extends Mechanism {
  acquire: Call
  /** Undefined: it can only expire. */
  release: Call | undefined
  /** Where the answer to `acquire` tells the lock's token; empty: there is none, the caller holds it. */
  read: Place[]
  /** Where a write sends it. */
  send: Place[]
  /** Milliseconds; undefined: not said. */
  expires: number | undefined
}

/** Many items in one request, each with a result of its own; results stand in the order of the items. */
export interface Bulk {
  call: Call
  /** The list in the request, and the list in the answer. */
  items: Place
  results: Place
  /** The shape of one item, by role; values not yet filled in. */
  as: Record<Role, Json>
  /** Where one result says its status (`$item…`); empty: nowhere. */
  status: Place[]
  /** Where one result holds what the single request would be answered with; empty: nowhere. */
  answer: Place[]
  /** All of them take effect, or none. */
  atomic: boolean
  pointer: string
}

export type Rule = Mechanism &
  (
    | { kind: 'has-children'; children: string }
    | { kind: 'parent-missing'; parent: Place }
    | { kind: 'cycle'; parent: Place }
    | { kind: 'mismatch'; places: Place[] }
    | { kind: 'transition'; state: string; allowed: Record<Role, Record<string, string[]>> }
    | { kind: 'merge'; base: Place; ours: Place; into: string }
    | { kind: 'described'; arrange: Call[]; act: Call; undo: Call[] }
  )
