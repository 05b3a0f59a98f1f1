import type { Odd } from '../caught.ts'
import type { Case } from './hold.ts'

/** An office that differs from the ordinary one, and nothing that it does is wrong. */
export interface Oddity extends Case, Odd {
  name: string
}

const anna = { headers: [['Authorization', 'Bearer badge-of-anna'] as [string, string]], query: [] }

const key = (says: object): Case['says'] => ({ payment: { idempotency: { for: ['create', 'refund'], required: 'always', ...says } } })

/** What conforming servers do, one by one; none of it may be called a fault. */
export const oddities: readonly Oddity[] = [
  { name: 'nothing odd' },
  { name: 'repeats are marked', habits: { replay: 'marked' } },
  {
    name: 'repeats are marked, as the contract says',
    habits: { replay: 'marked' },
    says: { payment: { outcomes: { repeated: { where: { '$response.header.Idempotent-Replayed': 'true' } } } } },
  },
  {
    name: 'repeats show what is there now, as the contract says',
    habits: { replay: 'current', replayStatus: 200 },
    says: key({ onRepeat: 'current' }),
  },
  {
    name: 'repeats are answered 200, as the contract says',
    habits: { replayStatus: 200 },
    says: { payment: { outcomes: { repeated: { status: 200 } } } },
  },
  { name: 'the letters of two requests are compared, not their meaning', habits: { compares: 'bytes' } },
  { name: 'only declared members are compared', habits: { compares: 'declared members' } },
  { name: 'who comes while the key is at work waits for the answer', habits: { inFlight: 'waits' } },
  { name: 'refusals are kept under their key, as the contract says', habits: { stores: 'all' }, says: key({ stores: 'all' }) },
  { name: 'only success is kept under a key', habits: { stores: 'success' }, says: key({ stores: 'success' }) },
  {
    name: 'another payload is answered 409, as the contract says',
    habits: { keyReused: 409 },
    says: { payment: { outcomes: { keyReused: { status: 409 } } } },
  },
  {
    name: 'another payload is answered 400, as the contract says',
    habits: { keyReused: 400 },
    says: { payment: { outcomes: { keyReused: { status: 400 } } } },
  },
  { name: 'keys are UUIDs', habits: { keyFormat: 'uuid' }, says: key({ schema: { type: 'string', format: 'uuid' } }) },
  {
    name: 'keys stand in quotes (RFC 9651)',
    habits: { keyFormat: 'quoted' },
    says: key({ schema: { type: 'string', pattern: '^".*"$' } }),
  },
  {
    name: 'a key is known by caller and operation',
    habits: { keyScope: 'caller and operation' },
    says: key({ scope: ['caller', 'operation'] }),
  },
  { name: 'a payment takes its time', habits: { work: 150 } },
  { name: 'addresses are stored in small letters', habits: { email: (text) => text.toLowerCase() } },
  { name: 'texts are trimmed', habits: { email: (text) => text.trim(), handle: (text) => text.trim() } },
  { name: 'handles are stored in the composed form of Unicode', habits: { handle: (text) => text.normalize('NFC') } },
  { name: 'handles are stored in small letters', habits: { handle: (text) => text.toLowerCase() } },
  { name: 'handles are compared without case, and kept as they are', habits: { handleKey: (text) => text.toLowerCase() } },
  {
    name: 'handles are compared without accents',
    habits: { handleKey: (text) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase() },
  },
  {
    name: 'a taken value is answered 422, as the contract says',
    habits: { duplicate: 422 },
    says: { user: { outcomes: { duplicate: { status: 422 } } } },
  },
  {
    name: 'a taken value is answered 400, as the contract says',
    habits: { duplicate: 400 },
    says: { user: { outcomes: { duplicate: { status: 400 } } } },
  },
  { name: 'the member is named by its name alone', habits: { names: 'member' } },
  { name: 'the member is named in a sentence', habits: { names: 'detail' } },
  { name: 'an address stays what it was', habits: { emailStays: true } },
  { name: 'refusals in JSON of their own', habits: { refusals: 'own' } },
  {
    name: 'who asks for a label that is there is sent to it',
    habits: { repeated: 303 },
    says: { label: { unique: { name: { fields: '$request.body#/name', outcomes: { repeated: { status: 303 } } } } } },
  },
  {
    name: 'who asks for a label that is there is told 201',
    habits: { repeated: 201 },
    says: { label: { unique: { name: { fields: '$request.body#/name', outcomes: { repeated: { status: 201 } } } } } },
  },
  { name: 'a second refund is answered as the first', habits: { refundAgain: 200 } },
  { name: 'a refund is answered 204', habits: { refunded: 204 } },
  { name: 'a refund is answered with where the payment is', habits: { refunded: 303 } },
  { name: 'payments of others are forbidden', habits: { foreign: 403 } },
  { name: 'a failed test is answered 422', habits: { failedTest: 422 } },
  { name: 'a failed test is answered 412', habits: { failedTest: 412 } },
  { name: 'patches are answered 204', habits: { patched: 204 } },
  { name: 'patches of other media types are answered 400', habits: { unknownPatch: 400 } },
  {
    name: 'statuses in bulk results are texts',
    habits: { bulkStatus: 'text' },
    says: { note: { bulk: { status: { at: '$item#/status', text: '{}' } } } },
  },
  {
    name: 'a parent that is not there is answered 422, as the contract says',
    habits: { missingParent: 422 },
    says: { folder: { rules: { under: { outcomes: { blocked: { status: 422 } } } } } },
  },
  {
    name: 'a parent that is not there is answered 404, as the contract says',
    habits: { missingParent: 404 },
    says: { folder: { rules: { under: { outcomes: { blocked: { status: 404 } } } } } },
  },
  { name: 'who holds the lock is given another', habits: { lockAgain: 'new' } },
  { name: 'who holds the lock is refused it like all others', habits: { lockAgain: 'refused' } },
  { name: 'a second DELETE is answered 204', habits: { deleteAgain: 204 } },
  { name: 'a second DELETE is answered 410', habits: { deleteAgain: 410 } },
  { name: 'unknown members are refused', habits: { strict: true } },
  { name: 'reads have members that no write has', habits: { extra: true } },
  { name: 'only declared members are taken, and reads have others', habits: { strict: true, extra: true } },
  { name: 'what is written may not say the id, which reads say', habits: { strict: 'and id', extra: true } },
  { name: 'what a key stands for is not compared, as the contract says', habits: { compares: 'nothing' }, says: key({ fingerprint: [] }) },
  {
    name: 'repeats are refused, as the contract says',
    habits: { rejectsRepeats: true },
    says: {
      payment: {
        idempotency: { for: ['create', 'refund'], required: 'always', onRepeat: 'reject', outcomes: { keyDuplicate: { status: 409 } } },
      },
    },
  },
  { name: 'what is deleted is answered 410', habits: { remains: 410 } },
  { name: 'what is deleted leaves a mark behind', habits: { remains: 'a mark' } },
  ...[2, 8, 20, 60].map((settles) => ({
    name: `a job changes what is new after ${settles} ms, with a new version`,
    habits: { settles },
    unsure: { 'entity-tags/write-answer-current': 'the read after a create may come after the job' },
  })),
  { name: 'only who made a thing may change it', habits: { ownersOnly: true } },
  {
    name: 'many in one request are all done or none, as the contract says',
    habits: { atomic: true },
    says: { note: { bulk: { atomic: true } } },
  },
  { name: 'handles are made of small letters', habits: { handles: /^[a-z0-9-]+$/ } },
  { name: 'one caller, who is given the lock again', target: { identities: { a: anna } } },
  {
    name: 'one caller, who is given another lock',
    target: { identities: { a: anna } },
    habits: { lockAgain: 'new' },
    warns: { 'locks/taken-once': 'two programs of one caller know no more of each other than two callers do' },
  },
  { name: 'one caller, who is refused the lock that he holds', target: { identities: { a: anna } }, habits: { lockAgain: 'refused' } },
]
