/** In what conforming offices differ. Every value of every member is legal under the contract that goes with it. */
export interface Habits {
  /** A repeat is answered to the letter, with a mark of its own and another request id, or with the payment as it is. */
  replay: 'letter' | 'marked' | 'current'
  /** The status of a repeat. */
  replayStatus: 'first' | 200
  /** What makes two requests with one key the same. */
  compares: 'bytes' | 'meaning' | 'declared members' | 'nothing'
  /** A request whose key is at work is refused, or waits for the answer. */
  inFlight: 'refused' | 'waits'
  /** A repeat is refused. */
  rejectsRepeats: boolean
  /** Which answers are kept under a key. */
  stores: 'success' | 'executed' | 'all'
  keyReused: number
  keyFormat: 'any' | 'uuid' | 'quoted'
  /** Within what a key is known. */
  keyScope: 'caller' | 'caller and operation' | 'everybody'
  /** Milliseconds that a payment takes. */
  work: number
  /** What is made of an address before it is stored. */
  email(text: string): string
  /** What is made of a handle before it is stored. */
  handle(text: string): string
  /** What is compared of a handle. */
  handleKey(text: string): string
  duplicate: number
  /** Where the answer to a taken value names its member. */
  names: 'pointer' | 'member' | 'detail' | 'nothing'
  suggests: boolean
  /** An address stays what it was: another one is refused with 422. */
  emailStays: boolean
  /** A repeated create of the same label. */
  repeated: 200 | 201 | 303
  refundAgain: 409 | 200
  refunded: 200 | 204 | 303
  /** Another caller's payment. */
  foreign: 404 | 403
  failedTest: number
  patched: 200 | 204
  unknownPatch: 415 | 400
  /** Statuses in bulk results. */
  bulkStatus: 'number' | 'text'
  missingParent: number
  /** A lock that its holder takes again. */
  lockAgain: 'same' | 'new' | 'refused'
  /** What is deleted answers a second DELETE. */
  deleteAgain: 404 | 204 | 410
  /** What is deleted: nothing is left of it, or its address tells so with 200 or 410. */
  remains: 'nothing' | 'a mark' | 410
  /** Milliseconds after which a new thing is changed by a job, once, with a new version; 0: never. */
  settles: number
  /** Only who made a thing may change, lock or delete it. */
  ownersOnly: boolean
  /** Many in one request are all done, or none. */
  atomic: boolean
  /** Of what handles may be made. */
  handles: RegExp
  /** Unknown members are refused; also `id`, which the address tells. */
  strict: boolean | 'and id'
  /** Members that only reads have. */
  extra: boolean
  /** Names of a caller's problem: RFC 9457, or of one's own. */
  refusals: 'problem' | 'own'
}

/** The most ordinary ones. */
export const plain: Habits = {
  replay: 'letter',
  replayStatus: 'first',
  compares: 'meaning',
  inFlight: 'refused',
  rejectsRepeats: false,
  stores: 'executed',
  keyReused: 422,
  keyFormat: 'any',
  keyScope: 'caller',
  work: 15,
  email: (text) => text,
  handle: (text) => text,
  handleKey: (text) => text,
  duplicate: 409,
  names: 'pointer',
  suggests: true,
  emailStays: false,
  repeated: 200,
  refundAgain: 409,
  refunded: 200,
  foreign: 404,
  failedTest: 409,
  patched: 200,
  unknownPatch: 415,
  bulkStatus: 'number',
  missingParent: 409,
  lockAgain: 'same',
  deleteAgain: 404,
  remains: 'nothing',
  settles: 0,
  ownersOnly: false,
  atomic: false,
  handles: /./,
  strict: false,
  extra: false,
  refusals: 'problem',
}

/** What the known-bad offices do wrong; each is one bug in an otherwise ordinary server. */
export type Bug =
  | 'key-ignored'
  | 'key-of-everybody'
  | 'key-of-refusal-burnt'
  | 'key-claimed-late'
  | 'other-payload-executed'
  | 'other-payload-replayed'
  | 'case-not-compared'
  | 'unique-on-create-only'
  | 'suggests-taken'
  | 'label-made-twice'
  | 'refund-twice'
  | 'test-ignored'
  | 'patch-half-done'
  | 'merge-takes-mine'
  | 'bulk-ignores-version'
  | 'bulk-says-done'
  | 'ring-made'
  | 'orphans-made'
  | 'lock-ignored'
  | 'lock-of-anybody'
  | 'lock-taken-twice'
  | 'lock-kept-after-release'
