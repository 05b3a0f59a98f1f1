/**
 * The resolved contract: what `x-conflict` says about an API after dialects, overlays and inference were laid over each other.
 *
 * It is plain data. The mock acts it out and the suites hold a target against it; neither reads YAML or OpenAPI by itself.
 * `docs/contract.md` describes the language that it comes from.
 */

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** A role that an operation plays for a resource; any name beside the six is an action (`ship`, `merge`). */
export type Role = 'create' | 'read' | 'list' | 'replace' | 'patch' | 'delete' | (string & {})

/** Where a value stands in a message: an OpenAPI runtime expression, taken apart. */
export interface Place {
  /** The expression as the contract writes it, for messages: `$request.header.If-Match`. */
  written: string
  /** `item` is one result of a bulk request (`$item…`). */
  message: 'request' | 'response' | 'item'
  part: 'header' | 'query' | 'path' | 'body' | 'status'
  /** The header, parameter or, for a body, the JSON Pointer (`''` is the whole body; a `*` segment is every member of a list). */
  name: string
  /** A text around the value, which stands at `{}`: `"(<{}>)"`. */
  text?: string
}

/** What a fact says of a place. */
export type Condition = { equals: Json } | { contains: string } | { oneOf: Json[] } | { present: boolean }

/** A place and what holds there. In `when`, `override` and `where` it must hold; in `with` it is made true. */
export interface Fact {
  place: Place
  is: Condition
}

/** A JSON Schema as the document has it; `$ref`s are not followed (see `Contract.deref`). */
export type Schema = boolean | { [keyword: string]: unknown }

/** A parameter of an operation, path-level ones included. */
export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required: boolean
  schema: Schema | undefined
  example: Json | undefined
}

/** One media type of a request or a response. */
export interface MediaType {
  /** As declared, lower case, without parameters: `application/json`. */
  type: string
  schema: Schema | undefined
  /** JSON Pointer to the schema in `Contract.document`, for compiling it with its `$ref`s. */
  schemaPointer: string | undefined
  /** All examples by name; a single `example` is named `''`. */
  examples: Map<string, Json>
}

/** A declared header of a response. */
export interface HeaderSpec {
  name: string
  required: boolean
  schema: Schema | undefined
  schemaPointer: string | undefined
  example: Json | undefined
}

/** A declared response. */
export interface ResponseSpec {
  /** `"200"`, `"4XX"` or `"default"`. */
  status: string
  description: string
  /** By lower-case name. */
  headers: Map<string, HeaderSpec>
  content: MediaType[]
}

/** An operation of the document, references resolved. */
export interface Operation {
  /** Where it stands: `#/paths/~1documents~1{id}/put`. */
  pointer: string
  operationId: string | undefined
  /** Upper case. */
  method: string
  /** The path template as in `paths`. */
  path: string
  parameters: Parameter[]
  request: { required: boolean; content: MediaType[] } | undefined
  responses: ResponseSpec[]
  /** Alternatives of scheme names (each list is "all of these"); empty: none needed. */
  security: string[][]
}

/** An operation together with the facts that make the call: `{ call, with }`. */
export interface Call {
  operation: Operation
  with: Fact[]
}

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
    | { kind: 'described'; arrange: Call[]; act: Call }
  )

/** What a check is worth for one resource, where that is not what the catalogue says. */
export interface Overruling {
  /** `off`: the check is left out. */
  severity: 'fail' | 'warn' | 'info' | 'off'
  /** One sentence: why it is so here. */
  reason: string
}

/** A collection/item pair of paths, the operations on it, and the five that can refuse (guards, uniqueness, a key, locks, rules). */
export interface Resource {
  name: string
  collection: string | undefined
  item: string | undefined
  /** The path parameters of `item`, in order; the last one is the item's own unless `identity` says otherwise. */
  parameters: string[]
  operations: Map<Role, Call>
  with: Fact[]
  /** By path parameter: where the id of a new item is learnt (response) or chosen by the client (request). */
  identity: Map<string, Place[]>
  /** By resource: the place that its id fills in a create. */
  parents: Map<string, Place>
  arrange: Call[]
  /** A body that create accepts, values not yet filled in; undefined: nothing known. */
  sample: Json | undefined
  payload: { send: Place[]; read: Place[] | false; list: Place[] }
  /** JSON Pointer, in the payload, to a member that clients may change freely; `''` is all of a text; undefined: none found. */
  marker: string | undefined
  token: Token | undefined
  reads: 'latest' | undefined
  /** `owner`: an item is there only for the caller who made it. */
  access: 'owner' | undefined
  guards: Guard[]
  unique: Unique[]
  idempotency: Idempotency | undefined
  locks: Lock[]
  rules: Rule[]
  bulk: Bulk | undefined
  /** Which outcome answers when several could: these first, in this order. Empty: key, lock, guard, rule, unique. */
  order: OutcomeName[]
  /** By the id of a check; undefined: none. */
  checks?: Record<string, Overruling>
  /** Those of the resource itself, for what needs no mechanism. */
  outcomes: Outcomes
  pointer: string
}

/** Where a line of the resolved contract comes from. */
export interface Origin {
  from: 'said' | 'dialect' | 'inferred' | 'default'
  /** The file, or the dialect's name; undefined for what was inferred. */
  file?: string
  line?: number
  column?: number
  /** Why it was inferred, or `inherited, not promised`. */
  note?: string
}

/** What an operation would have to declare for a contract to fit it. */
export interface Lack {
  /** As `Operation.pointer`. */
  operation: string
  declare: { parameter: { in: 'header' | 'query'; name: string } } | { response: Outcome }
}

/** A finding about a contract that does not stop it from being used. */
export interface Warning {
  file: string
  line: number
  column: number
  message: string
  /** What the document could declare, so that this is not found again. */
  lacks?: Lack[]
}

export interface Contract {
  title: string
  /** Of the API, from `info`. */
  apiVersion: string
  /** The main file or URL. */
  file: string
  /** SHA-256, hex, over the resolved contract and the document: equal digests, equal promises. */
  digest: string
  dialects: string[]
  resources: Map<string, Resource>
  /** All operations of the document, with or without a contract. */
  operations: Operation[]
  /** Base URLs from `servers`, for information. */
  servers: string[]
  securitySchemes: Map<string, { [member: string]: Json }>
  /** The whole document as 2020-12-flavoured JSON with only internal `$ref`s: the root that `schemaPointer`s point into. */
  document: { [member: string]: Json }
  /** Follows internal `$ref`s until there is none; a circular chain ends in `true`. */
  deref(schema: Schema): Schema
  /** By path in the resolved contract (`resources/document/guards/update/match`). */
  origins: Map<string, Origin>
  warnings: Warning[]
}
