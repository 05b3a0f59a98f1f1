import type { RaceOperation, RaceState } from '../../reports/model.ts'
import type { Json, Outcomes } from '../../spec/contract.ts'
import { factsHold } from '../../spec/facts.ts'
import type { Answer } from '../kit/answer.ts'
import type { Snapshot, TokenValue } from '../kit/kit.ts'
import type { Met } from '../kit/session.ts'

/** What is said of a request that met others beside what came of it. */
export interface Said {
  role: Exclude<RaceOperation['role'], 'read'>
  sent?: TokenValue | undefined
  wrote?: string | undefined
  /** With which a success may be told from a refusal that has its status. */
  outcomes: Outcomes
}

/** An operation that has no place among the others yet. */
type Raw = Omit<RaceOperation, 'id' | 'writer'>

/** Content that no read shows again is told apart by a number of its own, in all rounds. */
let unseenContents = 0

/** The operations of one round, in the order in which they were called, with times from the first of them. */
export class Record {
  readonly #urls: readonly string[]
  readonly #operations: Raw[] = []
  readonly #met: Map<Met, Raw> = new Map()

  /** @param urls of the target: where there are several, it is told which one a request went to */
  constructor(urls: readonly string[]) {
    this.#urls = urls
  }

  /** A request that met others. */
  met(met: Met, { role, sent, wrote, outcomes }: Said): RaceOperation['outcome'] {
    const { answer, called, returned, exchange } = met
    const unseen = role === 'delete' ? null : `content ${++unseenContents}`
    const raw: Raw = {
      role,
      call: called,
      end: Number.isFinite(returned) ? returned : null,
      sent: sent === undefined ? null : spelt(sent),
      wrote: wrote ?? unseen,
      outcome: outcomeOf(answer, outcomes),
      status: exchange.response?.status ?? null,
      // what a write shows of the item may be older than what it wrote (RFC 9110 §9.3.4)
      shown: null,
      ...(this.#urls.length > 1 && { url: new URL(exchange.request.url).origin }),
    }
    this.#operations.push(raw)
    this.#met.set(met, raw)
    return raw.outcome
  }

  /** A read after all else had ended; what an earlier one showed does not count any more. */
  settled(read: () => Promise<Snapshot>): Promise<Snapshot> {
    this.discount()
    return this.#read(read, { settled: true })
  }

  /** No read shows for certain what was there in the end. */
  discount(): void {
    for (const operation of this.#operations) delete operation.settled
  }

  /** A read like any other. */
  read(read: () => Promise<Snapshot>): Promise<Snapshot> {
    return this.#read(read, {})
  }

  async #read(read: () => Promise<Snapshot>, how: { settled?: true }): Promise<Snapshot> {
    const call = performance.now()
    const snapshot = await read()
    const isThere = snapshot.exists || [404, 410].includes(snapshot.answer.status)
    this.#operations.push({
      role: 'read',
      call,
      end: performance.now(),
      sent: null,
      wrote: null,
      outcome: isThere ? 'done' : 'unknown',
      status: snapshot.answer.status,
      shown: isThere ? stateOf(snapshot) : null,
      ...how,
    })
    return snapshot
  }

  get operations(): RaceOperation[] {
    const sorted = this.#sorted
    const from = sorted[0]?.call ?? 0
    return sorted.map((operation, at) => {
      const { call, end } = operation
      return { id: at + 1, writer: letters(at), ...operation, call: call - from, end: end === null ? null : end - from }
    })
  }

  /** What became of a request that was recorded. */
  of(met: Met): RaceOperation {
    return this.operations[this.#sorted.indexOf(this.#met.get(met)!)]!
  }

  get #sorted(): Raw[] {
    return this.#operations.toSorted((a, b) => a.call - b.call)
  }
}

/** How a snapshot shows the item. */
export function stateOf({ exists, marker, token }: Snapshot): RaceState {
  return { exists, value: marker === undefined ? null : spelt(marker), token: token === undefined ? null : spelt(token) }
}

/** Statuses below 500 after which nobody knows whether the request was, or will be, carried out. */
const open = new Set([202, 408, 425, 429])

/** Was it carried out? Only a clear yes or no is one: from anything else nothing is concluded. */
export function outcomeOf(answer: Answer | undefined, outcomes: Outcomes): RaceOperation['outcome'] {
  if (!answer || answer.status >= 500 || open.has(answer.status)) return 'unknown'
  if (answer.ok) return refusesWithSuccess(answer, outcomes) ? 'refused' : 'done'
  return answer.status >= 400 ? 'refused' : 'unknown'
}

/** Some APIs answer 200 and say in the content that nothing was done. */
function refusesWithSuccess(answer: Answer, outcomes: Outcomes): boolean {
  return Object.values(outcomes).some(
    ({ status, where, as }) => as !== 'done' && where.length > 0 && status.includes(answer.status) && factsHold(where, answer),
  )
}

function spelt(value: Json | TokenValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A, B, … Z, AA, AB, … */
function letters(at: number): string {
  return (at >= 26 ? letters(Math.floor(at / 26) - 1) : '') + String.fromCodePoint(65 + (at % 26))
}
