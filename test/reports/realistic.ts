import type { Exchange, HeaderLine, Report, Result, Verdict } from '../../reports/model.ts'
import { content, exchange, report, result } from './build.ts'

const origin = 'https://staging.example.test/v1'
const json: HeaderLine = ['Content-Type', 'application/json']
const bearer: HeaderLine = ['Authorization', 'Bearer $TOKEN']

/** Checks as a catalogue has them: id, level, source, title. */
const catalogue: [string, Result['level'], string, string][] = [
  ['etag/present', 'contract', 'x-conflict/resources/document/token', 'a read tells the version of the item'],
  ['etag/syntax', 'must', 'RFC 9110 §8.8.3', 'an entity tag is a quoted text of visible characters'],
  ['etag/changes-with-content', 'must', 'RFC 9110 §8.8.1', 'a strong tag changes when the content changes'],
  ['etag/stable-without-change', 'practice', 'RFC 9110 §8.8.1', 'the tag of an item that nobody changes stays the same'],
  ['etag/head-agrees', 'should', 'RFC 9110 §9.3.2', 'HEAD answers with the tag that GET answers with'],
  ['if-match/current-performed', 'must', 'RFC 9110 §13.1.1', 'a write with the current token is performed'],
  ['if-match/stale-not-performed', 'must', 'RFC 9110 §13.1.1', 'a write whose token is stale is not performed'],
  ['if-match/stale-delete-not-performed', 'must', 'RFC 9110 §13.1.1', 'a delete whose token is stale is not performed'],
  ['if-match/weak-never-matches', 'must', 'RFC 9110 §8.8.3.2', 'a weak tag in If-Match never matches'],
  ['if-match/list-any', 'must', 'RFC 9110 §13.1.1', 'one current tag in a list is enough'],
  ['if-none-match/fresh-is-304', 'should', 'RFC 9110 §13.1.2', 'a read with the current tag is answered 304'],
  ['if-none-match/create-only', 'must', 'RFC 9110 §13.1.2', 'a create-only write does not overwrite'],
  ['428/missing-not-performed', 'contract', 'RFC 6585 §3', 'a write without the required token is not performed'],
  ['conflict-body/current-token', 'contract', 'x-conflict/resources/note/outcomes/stale', 'the refusal tells the current version'],
  ['conflict-body/problem-status', 'must', 'RFC 9457 §3.1.2', 'the status in a problem is the status of the response'],
  ['unique/duplicate-refused', 'contract', 'x-conflict/resources/user/unique/username', 'a second item with a taken value is not created'],
  ['unique/case', 'contract', 'x-conflict/resources/user/unique/username', 'a taken value in other case counts as taken'],
  ['idempotency/repeat-once', 'contract', 'x-conflict/resources/payment/idempotency', 'two requests with one key have one effect'],
  [
    'idempotency/reused-key',
    'should',
    'draft-ietf-httpapi-idempotency-key-header §2.6',
    'a key that was used for another payload is refused',
  ],
  [
    'state/forbidden-transition',
    'contract',
    'x-conflict/resources/order/rules/lifecycle',
    'an action that the state forbids changes nothing',
  ],
  ['safe/get-never-409', 'must', 'RFC 9110 §9.2.1', 'a read is never answered 409'],
  ['race/one-winner', 'must', 'RFC 9110 §13.1.1', 'of many writers with one token, one wins'],
]

const resources = ['document', 'note', 'user', 'file', 'payment', 'order']

/** Which resources a check is about; for all others it is skipped. */
const concerns: Record<string, string[]> = {
  'if-match': ['document', 'file'],
  'if-none-match': ['document', 'file'],
  '428': ['document'],
  'conflict-body': ['document', 'note', 'user', 'order'],
  unique: ['user'],
  idempotency: ['payment'],
  state: ['order'],
  race: ['document', 'note'],
}

const answered = (status: number, headers: HeaderLine[], body: unknown): Exchange['response'] => ({
  status,
  headers: [['Date', 'Mon, 02 Mar 2026 09:30:00 GMT'], ...headers],
  body: body === undefined ? null : content(JSON.stringify(body)),
})

/** The four requests of a stale write that was performed. */
function lostUpdate(resource: string): Exchange[] {
  const url = `${origin}/${resource}s/9f2c`
  const read = (purpose: string, tag: string, title: string) =>
    exchange({ url, headers: [bearer] }, { purpose, response: answered(200, [json, ['ETag', tag]], { id: '9f2c', title }), ms: 21 })
  const write = (purpose: string, tag: string, title: string, next: string) =>
    exchange(
      { method: 'PUT', url, headers: [bearer, json, ['If-Match', tag]], body: content(JSON.stringify({ title })) },
      { purpose, response: answered(200, [json, ['ETag', next]], { id: '9f2c', title }), ms: 34 },
    )
  return [
    read('learn the token', '"v1"', 'draft'),
    write('somebody else saves first', '"v1"', 'theirs, marker k3x9', '"v2"'),
    write('save with the stale token', '"v1"', 'ours, marker p7d2', '"v3"'),
    read('look at what is stored', '"v3"', 'ours, marker p7d2'),
  ]
}

/** What deviates from a pass, by check and resource. */
const findings: Record<string, Partial<Result>> = {
  'if-match/stale-not-performed file': {
    verdict: 'fail',
    reason: 'the write with the stale token was performed',
    expected: 'the file as the other writer left it ("theirs, marker k3x9"), and status 412',
    seen: 'status 200, and the file holds what the stale writer sent ("ours, marker p7d2")',
    exchanges: lostUpdate('file'),
  },
  'if-match/stale-delete-not-performed file': {
    verdict: 'fail',
    reason: 'the delete with the stale token was performed',
    expected: 'the file is still there, and status 412',
    seen: 'status 204, then 404 on reading it',
    why: 'somebody deletes what another has just finished',
    fix: 'look at If-Match before deleting: DELETE … WHERE id = ? AND version = ?, and answer 412 where no row was deleted',
    exchanges: [
      ...lostUpdate('file').slice(0, 2),
      exchange(
        { method: 'DELETE', url: `${origin}/files/9f2c`, headers: [bearer, ['If-Match', '"v1"']] },
        { purpose: 'delete with the stale token', response: answered(204, [], undefined), ms: 18 },
      ),
    ],
  },
  'unique/case user': {
    verdict: 'fail',
    reason: 'a username that differs only in case was taken twice',
    expected: 'the second create is refused with 409',
    seen: 'status 201, and two users: "ada-k3x9" and "ADA-K3X9"',
    why: 'two accounts that people cannot tell apart; a reset of the one password reaches the other',
    fix: 'a unique index over lower(username), not over username',
    exchanges: ['ada-k3x9', 'ADA-K3X9'].map((username, index) =>
      exchange(
        { method: 'POST', url: `${origin}/users`, headers: [bearer, json], body: content(JSON.stringify({ username })) },
        {
          purpose: index === 0 ? 'create a user' : 'create one with the same name in capitals',
          response: answered(201, [json, ['Location', `/v1/users/${index}`]], { username }),
          ms: 40,
        },
      ),
    ),
  },
  'etag/head-agrees document': {
    verdict: 'warn',
    reason: 'the answer to HEAD has no ETag',
    expected: 'ETag: "v1", as GET has it',
    seen: 'no ETag',
    why: 'clients that fetch the tag cheaply get none and write without one',
    fix: 'answer HEAD with the code of GET, without the content',
    exchanges: [
      exchange(
        { method: 'HEAD', url: `${origin}/documents/9f2c`, headers: [bearer] },
        { purpose: 'read the header', response: answered(200, [json], undefined), ms: 9 },
      ),
    ],
  },
  'race/one-winner document': {
    verdict: 'inconclusive',
    reason: 'the target answered 503 to 14 of 20 writers, nobody won',
    exchanges: [
      exchange(
        {
          method: 'PUT',
          url: `${origin}/documents/9f2c`,
          headers: [bearer, json, ['If-Match', '"v1"']],
          body: content('{"title":"writer 3"}'),
        },
        { purpose: 'writer 3 of 20', response: null, error: 'connection reset by peer', ms: 312 },
      ),
    ],
  },
  'idempotency/reused-key payment': {
    verdict: 'info',
    reason: 'a used key with another payload was answered 201; the contract does not promise otherwise',
  },
}

/** A report as a team would get it from a staging system: mostly well, some real faults. */
export function realistic(change: Partial<Report> = {}): Report {
  const results = catalogue.flatMap(([check, level, source, title]) =>
    resources.map((resource) => one(check, level, source, title, resource)),
  )
  return report(results, { target: { name: 'staging', urls: [origin] }, ...change })
}

function one(check: string, level: Result['level'], source: string, title: string, resource: string): Result {
  const about = concerns[check.split('/')[0]!] ?? resources
  const verdict: Verdict = about.includes(resource) ? 'pass' : 'skip'
  const reason = verdict === 'skip' ? `not promised: the contract says nothing of this for ${resource}s` : null
  const sent =
    verdict === 'skip'
      ? []
      : [
          exchange(
            { url: `${origin}/${resource}s/9f2c`, headers: [bearer] },
            { response: answered(200, [json, ['ETag', '"v1"']], { id: '9f2c' }) },
          ),
        ]
  return result({ check, level, source, title, resource, verdict, reason, exchanges: sent, ...findings[`${check} ${resource}`] })
}
