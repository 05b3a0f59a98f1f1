import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import { refusals, isObject, member } from './kit/refusals.ts'

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

/** What a program can go by: the status, and the members that commonly hold a code. */
function mark(answer: Answer): string {
  const codes = ['type', 'code', 'error', 'reason', 'errorCode', 'status'].map((name) => member(answer, name))
  const nested = member(answer, 'error')
  if (isObject(nested)) codes.push(nested['code'] ?? null, nested['type'] ?? null, nested['status'] ?? null)
  const texts = codes.filter((code) => typeof code === 'string' || typeof code === 'number')
  return [answer.status, ...texts, answer.header('x-ms-error-code') ?? []].flat().join(' ')
}
