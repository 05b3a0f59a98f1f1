import type { Bulk, Guard, Idempotency, Lock, Outcome, OutcomeName, Outcomes, Rule, Token, Unique } from './promised.ts'
import type { Call, Fact, Json, Operation, Place, Role, Schema } from './operation.ts'

export * from './promised.ts'
export type * from './operation.ts'

/**
 * The resolved contract: what `x-conflict` says about an API after dialects, overlays and inference were laid over each other.
 *
 * It is plain data. The mock acts it out and the suites hold a target against it; neither reads YAML or OpenAPI by itself.
 * `docs/contract.md` describes the language that it comes from.
 */

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
