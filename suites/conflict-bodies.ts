import { isDeepStrictEqual } from 'node:util'
import { parsePointer } from '../http/pointer.ts'
import type { Json } from '../spec/contract.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit, Snapshot } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { conflictsOf, provokeAll } from './kit/provoke.ts'

/** The answers to conflicts: can whoever is refused understand it and recover? */

export const explains: Check = check({
  id: 'conflict-bodies/explains',
  level: 'should',
  severity: 'warn',
  source: 'RFC 9110 §15.5, §15.5.10',
  title: 'a refusal says in its content what went wrong',
  why: 'the person reads "Conflict" and cannot do anything about it; support cannot either',
  fix: 'answer with RFC 9457 problem details: a type for each kind, and the facts of this case',
  recipe: 'problem-details',
  alarms:
    'Empty answers are common, and some guidelines prescribe them for DELETE. An answer to a sign-up may be vague on purpose, so as not to tell who has an account.',
  needs: ['create', 'read'],
  catches: ['conflict-body-empty'],
  async run(kit) {
    for (const { kind, answer } of await refusals(kit)) {
      kit.prove.that(answer.text.trim() !== '', `the answer to ${kind} has no content`, 'an explanation', answer.shown)
    }
  },
})

export const problemMediaType: Check = check({
  id: 'conflict-bodies/problem-media-type',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9457 §3',
  title: 'problem details carry their media type',
  why: 'generic error handling in clients and gateways passes them by',
  fix: 'send Content-Type: application/problem+json with them, also through error handlers of the framework',
  recipe: 'problem-details',
  alarms: 'Problem details are optional, and other error formats are as good. This is about content that has their members.',
  needs: ['create', 'read'],
  catches: ['problem-plain-json', 'problem-not-json'],
  async run(kit) {
    let seen = 0
    for (const { kind, answer } of await refusals(kit)) {
      if (answer.mediaType === 'application/problem+json') {
        seen++
        kit.prove.that(isObject(answer.json), `the content of the answer to ${kind} is no JSON object`, 'a JSON object', answer.shown)
      } else if (looksLikeProblem(answer)) {
        seen++
        kit.prove.that(
          false,
          `the answer to ${kind} has problem details without their media type`,
          'application/problem+json',
          answer.mediaType ?? 'no Content-Type',
        )
      }
    }
    if (seen === 0) kit.skip('the refusals are no problem details')
  },
})

export const problemStatus: Check = check({
  id: 'conflict-bodies/problem-status',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9457 §3.1.2',
  title: 'the status in problem details is that of the answer',
  why: 'clients that read the content act on the wrong status: they repeat what they should not, or give up',
  fix: 'fill the member from the status that is sent, in one place',
  recipe: 'problem-details',
  alarms: 'A gateway may have changed the status of the answer. SCIM writes the status as text by its own rules.',
  needs: ['create', 'read'],
  catches: ['problem-status-differs'],
  async run(kit) {
    const problems = (await refusals(kit)).filter(
      ({ answer }) => answer.mediaType === 'application/problem+json' && typeof member(answer, 'status') === 'number',
    )
    if (problems.length === 0) kit.skip('no refusal has problem details with a status')
    for (const { kind, answer } of problems) {
      kit.prove.that(
        member(answer, 'status') === answer.status,
        `the answer to ${kind} names another status than it has`,
        `${answer.status}`,
        JSON.stringify(member(answer, 'status')),
      )
    }
  },
})

export const problemTitle: Check = check({
  id: 'conflict-bodies/problem-title-stable',
  level: 'should',
  severity: 'warn',
  source: 'RFC 9457 §3.1.3',
  title: 'one type of problem has one title',
  why: 'a client that translates titles, or groups errors by them, meets a new one with each conflict',
  fix: 'put what differs from case to case into detail or a member of its own',
  recipe: 'problem-details',
  alarms: 'Titles may be translated: compare answers in one language.',
  needs: ['create', 'read'],
  catches: ['problem-title-varies'],
  async run(kit) {
    const first = problemsByType(await refusals(kit))
    const second = problemsByType(await refusals(kit))
    if (first.size === 0) kit.skip('no refusal has problem details with a type and a title')
    for (const [type, title] of first) {
      const again = second.get(type)
      if (again !== undefined)
        kit.prove.that(again === title, `the title of ${type} differs from case to case`, JSON.stringify(title), JSON.stringify(again))
    }
  },
})

export const kindsDiffer: Check = check({
  id: 'conflict-bodies/kinds-differ',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9205 §4.6',
  title: 'a program can tell the kinds of conflict apart',
  why: 'a client that reads again and repeats after every 409 does so for ever when the name is taken',
  fix: 'give each kind a status, a type or a code of its own',
  recipe: 'problem-details',
  alarms: 'Kinds whose statuses differ are told apart already.',
  needs: ['create', 'read'],
  catches: ['conflict-kinds-alike'],
  async run(kit) {
    const seen = await refusals(kit)
    if (new Set(seen.map(({ as }) => as)).size < 2) kit.skip('the contract has only one kind of conflict here')
    for (const [at, one] of seen.entries()) {
      for (const other of seen.slice(at + 1)) {
        if (one.as === other.as) continue
        kit.prove.that(
          mark(one.answer) !== mark(other.answer),
          `the answers to ${one.kind} and ${other.kind} look alike`,
          'another status, type or code',
          mark(one.answer),
        )
      }
    }
  },
})

export const noInternals: Check = check({
  id: 'conflict-bodies/no-internals',
  level: 'practice',
  severity: 'fail',
  source: 'RFC 9457 §5',
  title: 'a refusal shows nothing of the server’s insides',
  why: 'statements, names of constraints and stack traces tell attackers where to push, and clients begin to parse them',
  fix: 'translate errors of the database at the border of the service, and log the original',
  recipe: 'problem-details',
  alarms: 'A public name of a member may be that of a column too. Debug output of a test system is worth a look before production.',
  needs: ['create', 'read'],
  catches: ['leaks-internals', 'leaks-stack'],
  async run(kit) {
    for (const { kind, answer } of await refusals(kit)) {
      const text = answer.text.replaceAll('\\n', '\n')
      const found = insides.map((pattern) => pattern.exec(text)?.[0]).find((part) => part !== undefined)
      kit.prove.that(found === undefined, `the answer to ${kind} shows the server’s insides`, 'words for clients', found ?? '')
    }
  },
})

export const notStored: Check = check({
  id: 'conflict-bodies/not-stored',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §15.1; RFC 9111 §3; RFC 6585 §3',
  title: 'a refusal does not ask caches to keep it',
  why: 'people see a conflict that no longer exists',
  fix: 'send Cache-Control: no-store with refusals, or nothing about caching',
  recipe: 'problem-details',
  alarms: 'Saying nothing about caching is fine: 409 and 412 are not stored without being told.',
  needs: ['create', 'read'],
  catches: ['conflict-cacheable'],
  async run(kit) {
    for (const { kind, answer } of await refusals(kit)) {
      const directives = (answer.header('cache-control') ?? '').toLowerCase()
      const fresh = /(?:^|[\s,])(?:s-maxage|max-age)="?0*[1-9]/.test(directives) && !/no-store|no-cache|private/.test(directives)
      kit.prove.that(!fresh, `the answer to ${kind} may be stored and used again`, 'no freshness', `Cache-Control: ${directives}`)
    }
  },
})

export const currentTrue: Check = check({
  id: 'conflict-bodies/current-true',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `reveal: currentToken, current`',
  title: 'the current version and values that a conflict answer tells are the ones that a read gives',
  why: 'the client merges with something that was never there, and overwrites what is',
  fix: 'read what the answer tells in the transaction that refuses; send the tag of the item, not of the error page',
  recipe: 'problem-details',
  alarms:
    'Somebody else may have written between the refusal and the read. A tag on an error answer may describe the error page, which is legal and misleading.',
  needs: ['guard.update'],
  catches: ['conflict-tells-sent-version', 'conflict-current-is-sent', 'conflict-current-missing'],
  async run(kit) {
    const { guard, prove } = kit
    const promised = (['currentToken', 'current'] as const).filter((reveal) => isPromised(kit, reveal))
    if (promised.length === 0) kit.skip('the contract does not promise that the conflict answer tells what is current')
    const { answer, theirs, item } = await staleWrite(kit)
    prove.outcome(answer, 'stale', { truth: { currentToken: theirs.token! } })
    for (const reveal of promised)
      prove.that(
        prove.revealed(answer, 'stale', reveal).length > 0,
        `the answer does not tell the promised ${reveal}`,
        guard.outcomes.stale!.reveal[reveal]!.map((place) => place.written).join(' or '),
        answer.shown,
      )
    const [current] = prove.revealed(answer, 'stale', 'current')
    if (!isObject(current)) return
    // members that change by themselves prove nothing: only what two reads, before and after, agree on
    const later = await item.read({ purpose: 'read once more, to leave out what changes by itself' })
    for (const [name, value] of Object.entries(current)) {
      const [before, after] = [memberOf(theirs, name), memberOf(later, name)]
      if (before === undefined || !isDeepStrictEqual(before, after)) continue
      prove.that(
        isDeepStrictEqual(value, before),
        'the answer tells a value that is not current',
        `${name} is ${JSON.stringify(before)}`,
        JSON.stringify(value),
      )
    }
  },
})

export const fieldsTrue: Check = check({
  id: 'conflict-bodies/fields-true',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `reveal: fields, sentValue, theirs`',
  title: 'the members that a conflict answer names are those that both sides changed',
  why: 'the person is asked about what nobody changed, and not about what is lost',
  fix: 'compare both sides with the version that the client started from, member by member',
  recipe: 'merge-in-the-client',
  alarms: 'Computed members that change with every write (times, counters) may be named as well.',
  needs: ['guard.update'],
  catches: ['conflict-fields-all', 'conflict-fields-none', 'conflict-sides-swapped'],
  async run(kit) {
    const { guard, prove, resource } = kit
    if (!guard.outcomes.stale?.reveal.fields) kit.skip('the contract does not promise that the conflict answer names the members')
    const pointer = resource.spec.marker || kit.skip('the content has no members')
    const { answer, theirs, yours } = await staleWrite(kit)
    prove.outcome(answer, 'stale')
    const at = parsePointer(pointer).join('/')
    const told = prove.revealed(answer, 'stale', 'fields').map(String)
    prove.that(told.includes(at), 'the answer does not name the member that both sides changed', at, told.join(', ') || 'none')
    const others = told.filter((name) => name !== at)
    prove.that(others.length === 0, 'the answer names a member that the client did not change', `${at} alone`, others.join(', '))
    for (const [reveal, value] of [
      ['sentValue', yours],
      ['theirs', theirs.marker],
    ] as const) {
      const [said] = prove.revealed(answer, 'stale', reveal)
      if (said !== undefined)
        prove.that(isDeepStrictEqual(said, value), `the answer tells a wrong ${reveal}`, JSON.stringify(value), JSON.stringify(said))
    }
  },
})

/**
 * Does the contract promise that the answer to a stale write tells it? A header field that only a dialect names is promised where the
 * operation declares it: RFC 9110 has no word about an ETag with 412.
 */
function isPromised({ guard, contract, resource, role }: Kit, reveal: 'currentToken' | 'current'): boolean {
  const { stale } = guard.outcomes
  const places = stale?.reveal[reveal]
  if (!stale || !places) return false
  const within = ['', `/guards/${guard.name}`].map((part) => `resources/${resource.name}${part}/outcomes/stale/reveal/${reveal}`)
  if (within.some((path) => contract.origins.get(path)?.from === 'said')) return true
  const declared =
    resource.spec.operations
      .get(role)
      ?.operation.responses.filter(({ status }) =>
        stale.status.some((code) => ['default', `${code}`, `${Math.floor(code / 100)}XX`].includes(status)),
      ) ?? []
  return places.some(({ part, name }) => part !== 'header' || declared.some(({ headers }) => headers.has(name.toLowerCase())))
}

/** A conflict answer for every kind that the contract promises here; a resource without any has nothing to say. */
async function refusals(kit: Kit): Promise<{ kind: string; as: string; answer: Answer }[]> {
  if (conflictsOf(kit.resource.spec).length === 0) kit.skip('the contract promises no conflict here')
  const seen = (await provokeAll(kit)).filter(({ answer }) => answer.status >= 400 && answer.status < 500)
  return seen.length > 0 ? seen : kit.skip('nothing was refused: other checks say so')
}

/** Two writers with one version: they save first, then we, both the same member. */
async function staleWrite(kit: Kit): Promise<{ answer: Answer; theirs: Snapshot; yours: Json; item: Item }> {
  const item = await kit.resource.create()
  const known = item.token
  const request = await item.request(kit.guard.for.includes('replace') ? 'replace' : 'patch', { token: known })
  const theirs = await overtake(kit, item)
  const answer = await kit.send({ ...request, purpose: 'save with the version that was known before' })
  return { answer, theirs, yours: request.marker!, item }
}

const insides = [
  /duplicate key value/i,
  /UNIQUE constraint/i,
  /violates \w+ constraint/i,
  /SQLSTATE/,
  /\bORA-\d{4,5}\b/,
  /\bE11000\b/,
  /Duplicate entry '/,
  /\bSELECT\b.+\bFROM\b|\bUPDATE\b.+\bSET\b|\bINSERT INTO\b/,
  /^\s*at [\w.<>$]+ ?\([^)]*:\d+(:\d+)?\)/m,
  /Traceback \(most recent call last\)/,
  /\bat (?:com|org|java|net)\.[\w.$]+\(/,
]

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function member(answer: Answer, name: string): Json | undefined {
  return isObject(answer.json) ? answer.json[name] : undefined
}

function looksLikeProblem(answer: Answer): boolean {
  return ['type', 'title', 'status', 'detail', 'instance'].filter((name) => member(answer, name) !== undefined).length >= 3
}

function memberOf(snapshot: Snapshot, name: string): Json | undefined {
  return isObject(snapshot.payload) ? snapshot.payload[name] : undefined
}

/** The title by type; `about:blank` is no type of its own. */
function problemsByType(seen: { answer: Answer }[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { answer } of seen) {
    const [type, title] = [member(answer, 'type'), member(answer, 'title')]
    if (answer.mediaType === 'application/problem+json' && typeof type === 'string' && type !== 'about:blank' && typeof title === 'string')
      found.set(type, title)
  }
  return found
}

/** What a program can go by: the status, and the members that commonly hold a code. */
function mark(answer: Answer): string {
  const codes = ['type', 'code', 'error', 'reason', 'errorCode', 'status'].map((name) => member(answer, name))
  const nested = member(answer, 'error')
  if (isObject(nested)) codes.push(nested['code'] ?? null, nested['type'] ?? null, nested['status'] ?? null)
  const texts = codes.filter((code) => typeof code === 'string' || typeof code === 'number')
  return [answer.status, ...texts, answer.header('x-ms-error-code') ?? []].flat().join(' ')
}
