import type { RaceFinding, RaceOperation, RaceState } from '../../reports/model.ts'

/** What happened to one item while several clients used it at once: the material that `judge` decides on. */
export interface History {
  /** The item before the first operation, as a read showed it. */
  start: RaceState
  /** In any order. */
  operations: readonly RaceOperation[]
  /** Values that it had before the start: a read that shows one is behind. Without them the item must be new: only its absence is older. */
  earlier?: readonly string[]
}

/** What the contract promises beyond the four truths that every contract shares. */
export interface Promises {
  /** `latest`: a read shows what the last write left (`reads: latest`). Else a read may show any earlier state, and only a `settled` one counts. */
  reads: 'latest' | 'any'
  /** `may-repeat`: one token may name several values (dates, weak tags). Else a token that was replaced never comes back for another value. */
  tokens: 'unique' | 'may-repeat'
  /** `exact`: a write whose token is current is never refused, even while another is under way. */
  refusals: 'exact' | 'any'
}

/** What every target owes. */
export const promises: Promises = { reads: 'any', tokens: 'unique', refusals: 'any' }

/** `proved` has at least one finding of severity `fail`; `inconclusive` says why nothing can be told. */
export interface Findings {
  verdict: 'consistent' | 'doubtful' | 'proved' | 'inconclusive'
  findings: RaceFinding[]
  /** Null unless inconclusive. */
  reason: string | null
}
