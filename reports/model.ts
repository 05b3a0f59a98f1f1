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

/** The verdict of one check on one resource. */
export interface Result {
  /** `if-match/stale-not-performed`. */
  check: string
  /** The resource's name in the contract; null for a check of the whole target. */
  resource: string | null
  title: string
  level: Level
  severity: Severity
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
}

/** Something that a run made, or may have made, and could not delete again. */
export interface Leftover {
  /** The check that made it. */
  check: string
  resource: string
  /** Where it is; where that is not known, where its create went. */
  url: string
  /** Half a sentence: `its delete is answered 403`, `the contract has no delete`. */
  reason: string
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
  leftovers: Leftover[]
  summary: Record<Verdict, number>
}
