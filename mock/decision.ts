import type { Bulk, Json, Lock, Mechanism, Operation, Outcome, OutcomeName, Role, Token } from '../spec/contract.ts'
import type { RequestMessage } from '../spec/places.ts'
import type { HeaderLines, Request } from './message.ts'
import type { Model, Models } from './model.ts'
import type { Schemas } from './schemas.ts'
import type { Hold, Item, KeyEntry } from './kept.ts'

/** A request as far as it can be known without the store. */
export interface Facts {
  request: Request
  /** The same, as places see it. */
  message: RequestMessage
  operation: Operation
  model: Model
  models: Models
  schemas: Schemas
  /** All roles that the operation plays for the resource; two where one PUT creates and replaces. */
  roles: Role[]
  /** The lock that the request is about, if it is about one. */
  locking: Locking | undefined
  /** The request is one of many that came in one. */
  within: Bulk | undefined
  /** Who asks; undefined: nobody that the mock knows. */
  caller: string | undefined
  /** Whether a value could stand at a pointer of the request's body, by its schema. */
  fitsMember(pointer: string, value: Json): boolean
  /** Only the header section is known: what depends on the content cannot be decided yet. */
  headersOnly: boolean
}

/** A request that takes a lock or gives it back. */
export interface Locking {
  lock: Lock
  does: 'acquire' | 'release'
}

/** Why something was decided, so that it can always be told. */
export interface Reason {
  /** One sentence with the values that were compared. */
  text: string
  /** The mechanism by name, or the clause of a standard. */
  rule: string
  /** Where it stands in the contract; empty for what every server does. */
  pointer: string
}

/** One member that two writers changed. */
export interface Conflict {
  /** Pointer without the first slash. */
  field: string
  /** Undefined where that side has no such member. */
  base: Json | undefined
  yours: Json | undefined
  theirs: Json | undefined
}

/** What a refusal may reveal. What does not exist is left out. */
export interface Evidence {
  /** The item as it stands. */
  item?: Item
  /** The token that was compared. */
  token?: Token
  sentToken?: Json
  conflicts?: Conflict[]
  /** The members in conflict, where no two versions were compared. */
  fields?: string[]
  sentValue?: Json
  /** The one that has it already. */
  existing?: Item
  suggestions?: Json[]
  state?: Json
  children?: string[]
  /** Who holds it. */
  holder?: string | undefined
  /** Milliseconds until it may be otherwise. */
  wait?: number | undefined
}

/** What becomes of a request. */
export type Decision =
  | {
      kind: 'perform'
      role: Role
      reason: Reason
      item: Item | undefined
      key: string
      next: Json | Buffer | undefined
      /** The version that the client gives it. */
      given?: number | undefined
      /** The lock that is taken or given back, and who held it. */
      locking?: Locking & { hold: Hold | undefined }
      done: Outcome | undefined
    }
  /** The contract has an outcome for it: a refusal, or (2xx, 304) an answer without a new effect. */
  | {
      kind: 'refuse'
      name: OutcomeName
      outcome: Outcome
      mechanism: Pick<Mechanism, 'name' | 'pointer'>
      reason: Reason
      evidence: Evidence
      executed: boolean
    }
  /** An idempotency key was seen before: its answer again, or the item as it is. */
  | { kind: 'replay'; entry: KeyEntry; outcome: Outcome | undefined; current: boolean; reason: Reason }
  /** The first request with this key is under way, and the contract has no outcome for it: wait for its end. */
  | { kind: 'wait'; key: string; reason: Reason }
  /** Refused as any server would, contract or not. */
  | { kind: 'reject'; status: number; reason: Reason; headers: HeaderLines; errors: { pointer: string; message: string }[] }

/** A refusal without a contract. */
export type Rejection = Extract<Decision, { kind: 'reject' }>

/** A rejection with its clause: `reject(404, 'RFC 9110 §15.5.5', 'there is no …')`. */
export function reject(
  status: number,
  rule: string,
  text: string,
  more: { headers?: HeaderLines; errors?: { pointer: string; message: string }[] } = {},
): Rejection {
  return { kind: 'reject', status, reason: { text, rule, pointer: '' }, headers: more.headers ?? [], errors: more.errors ?? [] }
}

/**
 * The refusal of a mechanism by an outcome; undefined where the contract has none of that name (not promised) or calls it `done`: then the
 * request goes through.
 */
export function refuse(
  mechanism: Mechanism,
  name: OutcomeName,
  text: string,
  evidence: Evidence,
  executed = false,
): Extract<Decision, { kind: 'refuse' }> | undefined {
  const outcome = mechanism.outcomes[name]
  if (outcome === undefined || outcome.as === 'done') return undefined
  return {
    kind: 'refuse',
    name,
    outcome,
    mechanism,
    reason: { text, rule: mechanism.name, pointer: mechanism.pointer },
    evidence,
    executed,
  }
}
