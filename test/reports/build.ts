import type { Content, Exchange, Fact, HeaderLine, Race, RaceOperation, Report, Result, Verdict } from '../../reports/model.ts'
import { summarise } from '../../reports/summary.ts'

/** A text as a whole body. */
export function content(text: string): Content {
  return { text, encoding: 'utf8', bytes: Buffer.byteLength(text), truncated: false }
}

interface Sent {
  method?: string
  url?: string
  headers?: HeaderLine[]
  body?: Content | null
}

/** An exchange that was answered, unless told otherwise. */
export function exchange(request: Sent = {}, change: Partial<Exchange> = {}): Exchange {
  return {
    purpose: 'read the item',
    request: { method: 'GET', url: 'http://127.0.0.1:4090/documents/7', headers: [], body: null, ...request },
    response: { status: 200, headers: [['Content-Type', 'application/json']], body: content('{}') },
    error: null,
    started: '2026-03-02T09:30:00.000Z',
    ms: 3.2,
    ...change,
  }
}

/** A fact with every field. */
export function fact(change: Partial<Fact> = {}): Fact {
  return {
    resource: 'document',
    name: 'entity-tags',
    value: 'strong',
    words: 'strong entity tags',
    check: 'entity-tags/changes-on-write',
    purpose: 'read the item',
    ...change,
  }
}

/** A result with every field; a pass unless told otherwise. */
export function result(change: Partial<Result> = {}): Result {
  const verdict = change.verdict ?? 'pass'
  const judged = verdict === 'fail' || verdict === 'warn'
  return {
    check: 'if-match/stale-not-performed',
    resource: 'document',
    title: 'a write whose token is stale is not performed',
    level: 'must',
    severity: verdict === 'warn' ? 'warn' : 'fail',
    verdict,
    reason: verdict === 'pass' ? null : 'the write with the stale token was performed',
    expected: judged ? 'the item as the other writer left it, and status 412' : null,
    seen: judged ? 'status 200, and the item holds what the stale writer sent' : null,
    why: 'the second of two editors silently erases the work of the first',
    fix: 'compare and write in one statement: UPDATE … WHERE id = ? AND version = ?',
    source: 'RFC 9110 §13.1.1',
    started: '2026-03-02T09:30:00.000Z',
    ms: 12,
    exchanges: [exchange()],
    ...change,
  }
}

/** A race that two of five writers won, one of whom was never answered. */
export function race(change: Partial<Race> = {}): Race {
  const common = { role: 'write', sent: '"8f1c-7"', outcome: 'refused', status: 412, shown: null } as const
  const write = (id: number, call: number, end: number | null, rest: Partial<RaceOperation>): RaceOperation => ({
    ...common,
    id,
    writer: 'ABCDE'[id - 1]!,
    call,
    end,
    wrote: `k3x9-${id}`,
    ...rest,
  })
  const read = { writer: 'F', role: 'read', sent: null, wrote: null, outcome: 'done', status: 200, settled: true } as const
  const operations = [
    write(1, 0, 24.31, { outcome: 'done', status: 200, shown: { exists: true, value: null, token: '"8f1c-8"' } }),
    write(2, 0.09, 25.02, {}),
    write(3, 0.17, 24.87, { outcome: 'done', status: 200, shown: { exists: true, value: null, token: '"8f1c-9"' } }),
    write(4, 0.26, null, { outcome: 'unknown', status: null }),
    write(5, 0.31, 25.4, {}),
    write(6, 10_026.1, 10_028.4, {
      ...read,
      shown: { exists: true, value: 'k3x9-3', token: '"8f1c-9"' },
    }),
  ]
  const words =
    'A\'s write of "k3x9-1" and C\'s write of "k3x9-3" both took effect upon the same version (token "8f1c-7"): one of them was overwritten unseen'
  const findings = [{ kind: 'lost-update' as const, severity: 'fail' as const, words, operations: [1, 3] }]
  const start = { exists: true, value: 'k3x9-0', token: '"8f1c-7"' }
  return {
    rounds: 3,
    losses: 1,
    claim: '3 rounds, a loss proved in 1',
    shown: { number: 3, delivery: 'last-byte', start, operations, findings },
    ...change,
  }
}

/** A whole run with these results. */
export function report(results: Result[], change: Partial<Report> = {}): Report {
  return {
    complete: true,
    tool: { name: 'ifmatch', version: '0.1.0' },
    target: { name: 'staging', urls: ['http://127.0.0.1:4090'] },
    contract: {
      file: 'api/openapi.yaml',
      title: 'Document service',
      digest: '9d1f0c6be1a24f0b8f5b0a7d3c2e1f00112233445566778899aabbccddeeff00',
      dialects: ['rfc9110', 'idempotency-key'],
    },
    seed: '8c1f52',
    started: '2026-03-02T09:29:58.000Z',
    ms: 4210,
    insecure: false,
    results,
    facts: [],
    leftovers: [],
    summary: summarise(results),
    ...change,
  }
}

/** One result of every verdict. */
export function everyVerdict(): Result[] {
  const of = (verdict: Verdict, change: Partial<Result> = {}) => result({ verdict, check: `if-match/${verdict}-example`, ...change })
  return [
    of('fail'),
    of('warn', { level: 'should', source: 'RFC 9110 §8.8.3.1', reason: 'the answer to HEAD has no ETag' }),
    of('inconclusive', { reason: 'no answer in 10 s', exchanges: [exchange({}, { response: null, error: 'no answer in 10 s' })] }),
    of('info', { reason: 'a write without a token is performed; the contract does not promise otherwise' }),
    of('skip', { reason: 'not promised: no guard is sent in the body', exchanges: [] }),
    of('pass'),
  ]
}

/** Texts that attack a reader: markup, quotes, ends of sections, terminal escapes, bidirectional marks, NUL, lone surrogates. */
export const hostile: readonly string[] = [
  '<script>window.hacked = 1</script>',
  '"><img src=x onerror="window.hacked = 2">',
  "' onmouseover='window.hacked = 3",
  ']]><script>window.hacked = 4</script>',
  '</style></pre></details><svg onload=window.hacked=5>',
  '\x1b[31mred\x1b]0;title\x07\x9b2J',
  'safe\u202eexe.txt \u2066isolated\u2069 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627',
  'nul \0 del \x7f bom \ufeff none \ufffe half \ud800 end',
  '&amp; &lt; &#0; %00 ${HOME} $(id) `id` \\ \\u0041',
  'javascript:window.hacked=6',
]

/** A result that carries a hostile text in every place that can come from the wire or from a contract. */
export function hostileResult(text: string, verdict: Verdict): Result {
  const headers: HeaderLine[] = [
    ['X-Echo', text],
    [text, 'a name'],
  ]
  return result({
    verdict,
    check: `if-match/${text}`,
    resource: text,
    title: text,
    reason: text,
    expected: text,
    seen: text,
    why: text,
    fix: text,
    source: text,
    race: hostileRace(text),
    exchanges: [
      exchange(
        { method: text, url: text, headers, body: content(text) },
        { purpose: text, error: text, response: { status: 299, headers, body: content(text) } },
      ),
    ],
  })
}

function hostileRace(text: string): Race {
  const { shown, ...rest } = race({ claim: text })
  const state = { exists: true, value: text, token: text }
  const operations = shown!.operations.map((operation) => ({
    ...operation,
    writer: text,
    url: text,
    sent: text,
    wrote: operation.wrote && text,
    shown: operation.shown && state,
  }))
  const findings = shown!.findings.map((finding) => ({ ...finding, words: text }))
  return { ...rest, shown: { ...shown!, delivery: text, start: state, operations, findings } }
}
