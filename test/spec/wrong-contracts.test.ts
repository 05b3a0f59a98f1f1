import { expect, test } from 'vitest'
import { loadText, problemsOf, things } from './loading.ts'

const head = '  version: 1\n  extends: rfc9110\n'

/** What `x-conflict` says (from line 23 on), and what is told: line, column and the story. */
const wrong: [string, string, string | RegExp][] = [
  ['an unknown key', `${head}  gaurds: {}\n`, '25:3: "gaurds" is unknown in x-conflict; did you mean guards? (own keys begin with x-)'],
  [
    'an unknown key inside',
    `${head}  guards: { update: { requierd: always } }\n`,
    '25:23: "requierd" is unknown in update; did you mean required? (own keys begin with x-)',
  ],
  [
    'an unknown outcome',
    `${head}  outcomes: { stail: { status: 409 } }\n`,
    '25:15: "stail" is unknown in outcomes; did you mean stale? (own keys begin with x-)',
  ],
  [
    'an unknown value',
    `${head}  guards: { update: { required: allways } }\n`,
    '25:23: "allways" does not fit required; did you mean always? Expected never, if-exists or always',
  ],
  [
    'an unknown kind',
    `${head}  rules: { x: { kind: transitoin } }\n`,
    /^25:17: "transitoin" does not fit kind; did you mean transition\? Expected has-children/,
  ],
  [
    'a status as text',
    `${head}  outcomes: { stale: { status: "409" } }\n`,
    /^25:24: "409" does not fit status: expected a whole number or a list/,
  ],
  [
    'an unknown dialect',
    '  version: 1\n  extends: rfc911\n',
    /^24:3: there is no dialect "rfc911"; did you mean rfc9110\? Known are .*conflict409, .*rfc9110.*; a dialect of your own/,
  ],
  ['no version', '  extends: rfc9110\n', '22:1: x-conflict needs version: add "version: 1"'],
  ['a version to come', '  version: 2\n', '23:3: version 2 of x-conflict is not known; expected 1'],
  [
    'a token that names no header',
    '  version: 1\n  token: { read: $response.header }\n',
    '24:12: $response.header names no header: add its name, as in $response.header.NAME',
  ],
  [
    'a member without #',
    `${head}  outcomes: { stale: { status: 412, where: { $response.body.reason: x } } }\n`,
    '25:46: $response.body.reason is no place: a member of a body is written $response.body#/reason',
  ],
  ['a place in what is filled but no request', `${head}  token: { read: $response.query.rev }\n`, /^25:12: a response has no query/],
  [
    'a text without a hole',
    `${head}  token: { read: { at: $response.body#/version, text: v } }\n`,
    '25:49: "v" does not fit text: expected a text with {} where the value stands',
  ],
  [
    'a "*" outside of reveal',
    `${head}  token: { read: "$response.body#/a/*/b" }\n`,
    /^25:12: .*a "\*" segment may stand only in what an outcome reveals/,
  ],
  [
    'a blank before #/',
    `${head}  token:\n    read: $response.body #/version\n`,
    '26:5: "#/version" after $response.body is a comment, because a blank stands before it; write $response.body#/version without the blank',
  ],
  [
    'a blank before #/ in a flow map',
    `${head}  token: { read: $response.body #/version }\n`,
    /no well-formed YAML: .*a blank before "#\/" makes the rest of the line a comment/,
  ],
  [
    'a member that the closed schema has no room for',
    `${head}  token: { read: $response.body#/revision }\n`,
    /^25:12: \$response\.body#\/revision: the response of GET \/things\/\{id\}, .* has no room for such a member/,
  ],
  [
    'a path parameter that the path lacks',
    `${head}  resources: { thing: { operations: { ship: { call: shipThing, with: { $request.path.no: x } } } } }\n`,
    /^25:72: \$request\.path\.no: the request of POST \/things\/\{id\}\/ship has no room for such a parameter/,
  ],
  [
    'a call that does not exist',
    `${head}  resources: { thing: { operations: { ship: shipThin } } }\n`,
    '25:39: there is no operation "shipThin" in this document; did you mean "shipThing"?',
  ],
  [
    'a path that does not exist',
    `${head}  resources: { thing: { item: "/thing/{id}" } }\n`,
    /^25:25: the document has no path "\/thing\/\{id\}"/,
  ],
  [
    'a role that does not exist',
    `${head}  resources: { thing: { guards: { update: { for: [replce] } } } }\n`,
    '25:51: thing has no role or action "replce"; it has create, list, read, replace, delete, ship',
  ],
  [
    'a resource that does not exist',
    `${head}  resources: { thng: {} }\n`,
    /^25:16: no pair of paths is called "thng"; say "item: .*the paths show: thing$/,
  ],
  [
    'children that do not exist',
    `${head}  resources: { thing: { rules: { r: { kind: has-children, children: leaf } } } }\n`,
    '25:59: there is no resource "leaf"; known are thing',
  ],
  [
    'a parameter that is none',
    `${head}  resources: { thing: { identity: { key: $response.body#/id } } }\n`,
    '25:37: the path /things/{id} has no parameter key; it has id',
  ],
  ['a marker that is no member', `${head}  resources: { thing: { marker: /nam } }\n`, /^25:25: marker \/nam names nothing/],
  [
    'a guard with nothing to compare',
    '  version: 1\n  guards: { update: { send: $request.header.If-Match } }\n',
    /^24:13: the guard update has nothing to compare: thing has no token/,
  ],
  [
    'a guard that looks at nothing',
    `${head}  guards: { updat: { required: always } }\n`,
    /^25:13: the guard updat says nowhere what it looks at/,
  ],
  [
    'uniqueness without outcome',
    '  version: 1\n  unique: { name: $request.body#/name }\n',
    /^24:13: this uniqueness can refuse, but no outcome says how: add "outcomes: \{ duplicate:/,
  ],
  [
    'a requirement without outcome',
    '  version: 1\n  token: { read: $response.header.ETag }\n  outcomes: { stale: { status: 412 } }\n  guards: { update: { send: $request.header.If-Match, required: always } }\n',
    /^26:13: this guard that is required can refuse, .*missing/,
  ],
  [
    'an outcome without status',
    '  version: 1\n  token: { read: $response.header.ETag }\n  guards: { update: { send: $request.header.If-Match, outcomes: { stale: { retry: refetch } } } }\n',
    /^25:67: the outcome stale has no status/,
  ],
  [
    'names in a circle',
    `${head}  outcomes: { stale: exists, exists: stale }\n`,
    /^25:15: the outcomes exists → stale → exists name each other in a circle/,
  ],
  [
    'a name for nothing',
    '  version: 1\n  outcomes: { exists: stale }\n',
    /^24:15: exists is said to be like stale, but nothing says what stale is/,
  ],
  [
    'a key that is no text',
    `${head}  rules: { r: { kind: transition, state: /status, allowed: { ship: { 1: "2" } } } }\n`,
    '25:70: YAML reads the key 1 as a number, not as a text; quote it: "1"',
  ],
  ['nothing where a value should be', `${head}  token:\n`, '25:3: token has no value; say one, or take the key out'],
  ['a key twice', `${head}  version: 1\n`, '25:3: the key version stands twice in this map; remove one of them'],
  [
    'a duration that is none',
    `${head}  idempotency: { key: $request.header.Idempotency-Key, expires: PT }\n`,
    /^25:56: PT is no duration of ISO 8601/,
  ],
  ['a lock that nothing takes', `${head}  locks: { l: { expires: PT1M } }\n`, /^25:12: the lock l cannot be had: say "acquire"/],
  [
    'a lock whose token is sent nowhere',
    `${head}  locks: { l: { acquire: "POST /things/{id}/ship", read: $response.body#/lock, outcomes: { locked: { status: 423 } } } }\n`,
    /^25:12: the token of the lock l is read, but sent nowhere/,
  ],
  [
    'a lock that refuses without an outcome',
    `${head}  locks: { l: { acquire: "POST /things/{id}/ship" } }\n`,
    /^25:12: this lock can refuse, but no outcome says how: add "outcomes: \{ locked:/,
  ],
  [
    'bulk that leaves out what it needs',
    `${head}  resources: { thing: { bulk: { call: "POST /things", items: $request.body, results: $response.body } } }\n`,
    /^25:25: bulk of thing needs as/,
  ],
  [
    'bulk as a role that is not there',
    `${head}  resources: { thing: { bulk: { call: "POST /things", items: $request.body, results: $response.body, as: { patch: $body } } } }\n`,
    /^25:108: thing has no role or action "patch"; it has create, list/,
  ],
  [
    'a result that is no result',
    `${head}  resources: { thing: { bulk: { call: "POST /things", items: $request.body, results: $response.body, as: { create: $body }, status: $statusCode } } }\n`,
    /^25:125: \$statusCode: this stands in one result of the answer; write \$item/,
  ],
  [
    'a result where there is none',
    `${head}  token: { read: $item#/version }\n`,
    /^25:12: \$item#\/version: there is one result of many only in status and answer of bulk/,
  ],
  [
    'a member of a result without #',
    `${head}  resources: { thing: { bulk: { call: "POST /things", items: $request.body, results: $response.body, as: { create: $body }, status: $item.status } } }\n`,
    '25:125: $item.status is no place: a member of a result is written $item#/status',
  ],
  ['an order of what is no outcome', `${head}  order: [stail]\n`, /^25:11: "stail" does not fit 0; did you mean stale\?/],
  [
    'a token of several parts that is sent as one',
    `${head}  token: { read: { a: $response.body#/id, b: $response.body#/version } }\n  guards: { update: { send: $request.body#/version } }\n`,
    /^26:23: the guard update sends one value, but its token has the parts a, b; say where each is sent: "send: \{ a: …, b: … \}"/,
  ],
  [
    'parts that are not those of the token',
    `${head}  token: { read: { a: $response.body#/id, b: $response.body#/version } }\n  guards: { update: { send: { a: $request.query.a, c: $request.query.c } } }\n`,
    /^26:23: the guard update sends the parts a, c, its token has a, b/,
  ],
  [
    'parts of a token that is one value',
    `${head}  guards: { update: { send: { a: $request.query.a, b: $request.query.b } } }\n`,
    /^25:23: the guard update sends the parts a, b, but its token is one value/,
  ],
  [
    'parts of what is no token',
    `${head}  unique: { name: { fields: { a: $request.body#/name, b: $request.body#/note } } }\n`,
    /^25:21: only a token has several parts/,
  ],
  [
    'a part that the closed schema has no room for',
    `${head}  guards: false\n  token: { read: { a: $response.body#/id, b: $response.body#/seq } }\n`,
    /^26:43: \$response\.body#\/seq: the response of .* has no room for such a member/,
  ],
  [
    'the id of a parameter that is not there',
    `${head}  resources: { thing: { operations: { ship: { call: shipThing, with: { $request.query.of: $id.no } } } } }\n`,
    '25:72: $id.no: an item of thing has no id "no"; it has id',
  ],
  [
    'the token of a lock where there is none',
    `${head}  resources: { thing: { with: { $request.header.X-Lock: "<{$lock}>" } } }\n`,
    '25:33: $lock: thing has no lock; describe it under locks',
  ],
]

test.each(wrong)('%s is told once, with its place and a remedy', async (_, said, told) => {
  const { lines, problems } = await problemsOf(loadText(`${things}x-conflict:\n${said}`))
  expect(lines).toHaveLength(1)
  expect(lines[0]!.replace('api.yaml:', '')).toEqual(typeof told === 'string' ? told : expect.stringMatching(told))
  expect(problems[0]!.message).not.toMatch(/must NOT|anyOf|oneOf|instancePath|undefined|\[object/)
})

test('all problems are told at once, in the order of the file', async () => {
  const { lines } = await problemsOf(
    loadText(`${things}x-conflict:\n${head}  gards: {}\n  outcomes: { stail: { status: 1 } }\n  reads: newest\n`),
  )
  expect(lines.map((line) => line.split(':')[1])).toEqual(['25', '26', '27'])
})
