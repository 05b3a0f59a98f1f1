/** The report model: what a run saw, as plain data that survives JSON. `report.schema.json` beside it is its published definition. */

/** `skip`: not promised, or blocked by a named failure. `inconclusive`: the target, the network or a bug of ours got in the way. */
export type Verdict = 'pass' | 'fail' | 'warn' | 'info' | 'skip' | 'inconclusive'

/** In the order in which they are counted and shown. */
export const verdicts: readonly Verdict[] = ['fail', 'warn', 'inconclusive', 'info', 'skip', 'pass']

/** What the source says: a MUST, a SHOULD, good practice, or the target's own contract. */
export type Level = 'must' | 'should' | 'practice' | 'contract'

/** What a broken check is worth. */
export type Severity = 'fail' | 'warn' | 'info'

/** The content of a message, as far as it was kept. */
export interface Content {
  /** Decoded as UTF-8, or base64 where the bytes are no text. */
  text: string
  encoding: 'utf8' | 'base64'
  /** Length on the wire. */
  bytes: number
  truncated: boolean
}

/** Field lines in wire order, names in wire case. */
export type HeaderLine = [name: string, value: string]

/** One request and its response, as bytes saw them. */
export interface Exchange {
  /** What the check wanted with it: `create an item`, `write with the stale token`. */
  purpose: string
  request: { method: string; url: string; headers: HeaderLine[]; body: Content | null }
  response: { status: number; headers: HeaderLine[]; body: Content | null } | null
  /** Why there is no (whole) response: `connection refused`, `no answer in 10 s`. */
  error: string | null
  /** ISO 8601, UTC. */
  started: string
  ms: number
}

/** The state of an item as somebody saw it: not there, or there with a value and a token (null: not shown). */
export interface RaceState {
  exists: boolean
  value: string | null
  token: string | null
}

/** One request of a race and what came of it. Times are milliseconds of one monotonic clock, from the start of the round. */
export interface RaceOperation {
  /** Unique in its round, from 1 in the order of the calls. */
  id: number
  /** Who sent it: `A`. What a client sends after an answer that never came, it sends under another name. */
  writer: string
  /** `create` succeeds only where no item is: by its guard (`If-None-Match: *`), or because its key is unique. `delete` may find none. */
  role: 'read' | 'write' | 'create' | 'delete'
  /** Taken before the first byte left. */
  call: number
  /** Taken after the last byte of the answer came; null: no (whole) answer came. */
  end: number | null
  /** The token that it sent; null: none. */
  sent: string | null
  /** The value that it wrote, unlike all others of the round; null for reads and deletes. */
  wrote: string | null
  /** `unknown`: it may have happened, or may still happen at any later time (no answer, a 5xx, a 429). A read that failed is unknown too. */
  outcome: 'done' | 'refused' | 'unknown'
  /** Null: no answer. */
  status: number | null
  /** What the answer showed of the item; null: nothing. For a read that was done, its result. The answer to a write that was done may show its new token without a value. */
  shown: RaceState | null
  /** A read made after all else had ended, and again until nothing changed any more: it counts as the latest, whatever is promised of reads. */
  settled?: boolean
  /** The base URL that it went to, where there are several. */
  url?: string
}

/** What a history proves (fail) or makes doubtful (warn). */
export interface RaceFinding {
  kind:
    | 'lost-update'
    | 'not-carried-out'
    | 'created-twice'
    | 'rejected-visible'
    | 'phantom'
    | 'same-token'
    | 'broken-chain'
    | 'order'
    | 'refused-current'
    | 'no-winner'
  severity: 'fail' | 'warn'
  /** One sentence that names writers, tokens and values. */
  words: string
  /** Ids of the operations that prove it by themselves, in the order of their calls. */
  operations: number[]
}

/** One round of a race: what was sent at once to one fresh item, and what came of it. */
export interface RaceRound {
  /** From 1. */
  number: number
  /** How the requests were made to meet: `last-byte`. */
  delivery: string
  /** The item before the race. */
  start: RaceState
  operations: RaceOperation[]
  findings: RaceFinding[]
}

/** The evidence of a race check. */
export interface Race {
  /** How many rounds were run, and in how many of them something was proved. */
  rounds: number
  losses: number
  /** What may be said of the rate: `200 rounds, no loss seen: rate below 1.5 % at 95 %`. */
  claim: string
  /** The first round that proved something, else the last one; null: none was finished. */
  shown: RaceRound | null
}

/** The verdict of one check on one resource. */
export interface Result {
  /** `if-match/stale-not-performed`. */
  check: string
  /** The resource's name in the contract; null for a check of the whole target. */
  resource: string | null
  title: string
  level: Level
  severity: Severity
  /** Where the contract overrules the severity of the check: what that is elsewhere, and the contract's reason. */
  overruled?: { severity: Severity; reason: string }
  verdict: Verdict
  /** One sentence; null only for `pass`. */
  reason: string | null
  expected: string | null
  seen: string | null
  why: string
  fix: string
  source: string
  /** ISO 8601, UTC. */
  started: string
  ms: number
  exchanges: Exchange[]
  /** Of a check that lets writers race. */
  race?: Race
}

/** Something that a run made, or may have made, and could not delete again. */
export interface Leftover {
  /** The check that made it; `shared`: it was made for all that only read. */
  check: string
  resource: string
  /** Where it is; where that is not known, where its create went. */
  url: string
  /** Half a sentence: `its delete is answered 403`, `the contract has no delete`. */
  reason: string
}

/** What the exchanges of a run showed of a resource; no verdict. Another choice of checks may show more, or less. */
export interface Fact {
  /** The resource's name in the contract. */
  resource: string
  /** What it is about: `entity-tags`. */
  name: string
  /** For programs: `strong`; a number of milliseconds. */
  value: string | number
  /** For people: `strong entity tags`. */
  words: string
  /** The check that it was seen in. */
  check: string
  /** Of the request whose answer showed it. */
  purpose: string
}

/** A run of the suites against one target. */
export interface Report {
  /** False where the run was interrupted: such a report proves nothing by its silence. */
  complete: boolean
  tool: { name: 'ifmatch'; version: string }
  target: { name: string; urls: string[] }
  /** True where nobody made sure that it was the target that answered: TLS certificates were not verified. */
  insecure: boolean
  contract: { file: string; title: string; digest: string; dialects: string[] }
  seed: string
  /** ISO 8601, UTC. */
  started: string
  ms: number
  results: Result[]
  facts: Fact[]
  leftovers: Leftover[]
  summary: Record<Verdict, number>
}
