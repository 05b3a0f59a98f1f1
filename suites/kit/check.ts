import type { Level, Severity } from '../../reports/model.ts'
import type { Kit } from './kit.ts'
import type { Recipe } from './recipe.ts'

/**
 * What a check needs of a resource before it can run. A need that the contract promises, but the target does not keep, blocks the
 * check (`skip: blocked by …`); one that nobody promises makes it `skip` or, for the five mechanisms, `info`.
 */
export type Need =
  | 'create'
  | 'read'
  | 'list'
  | 'replace'
  | 'patch'
  | 'delete'
  /** A way to change an item: replace, else patch. */
  | 'write'
  | 'token'
  /** Reads carry an ETag, whether somebody promised it or not. */
  | 'etag'
  /** The same of Last-Modified. */
  | 'last-modified'
  /** A guard that refuses a write with a stale token, wherever the token is sent. */
  | 'guard.update'
  /** The same, sent as `If-Match`. */
  | 'guard.if-match'
  /** The same, sent in the body. */
  | 'guard.body'
  /** The same, sent anywhere but as `If-Match`: in another header, in the query, in the body, in parts. */
  | 'guard.elsewhere'
  /** That guard refuses a write without a token. */
  | 'guard.required'
  /** That guard is switched off by a word that a write may say. */
  | 'guard.override'
  /** A guard with a value for "must not exist". */
  | 'guard.create-only'
  /** A guard on reads by tag (`If-None-Match` → 304). */
  | 'guard.fresh'
  /** A guard on writes by date. */
  | 'guard.unmodified'
  /** A guard on reads by date. */
  | 'guard.fresh-date'
  | 'unique'
  | 'idempotency'
  /** The same, but where nobody promises it one check tells what is seen: more would only make things that nobody asked for. */
  | 'idempotency.promised'
  | 'rule.has-children'
  | 'rule.parent-missing'
  | 'rule.cycle'
  | 'rule.mismatch'
  | 'rule.transition'
  | 'rule.merge'
  | 'rule.described'
  /** A rule that is switched off by a word that a request may say. */
  | 'rule.override'
  /** A lock whose token writes send. */
  | 'lock'
  /** A lock without a token: the caller who takes it holds it. */
  | 'lock.caller'
  /** Many items in one request, with a way to change one. */
  | 'bulk'
  /** Two credentials. */
  | 'identities'

/** One requirement: its data, and one function that holds a target against it. Ids are stable; a snapshot test pins them. */
export interface Check {
  /** `suite/name`: `if-match/stale-not-performed`. */
  id: string
  level: Level
  severity: Severity
  /** The clause that it rests on: `RFC 9110 §13.1.1`. */
  source: string
  /** What a right server does, in the present tense, no capital, no full stop. */
  title: string
  /** What a failure costs the people who use the API. */
  why: string
  /** What to change, concretely. */
  fix: string
  /** The page under `docs/recipes/` that shows it in common stacks; every check of the catalogue names one. */
  recipe?: Recipe
  /** What a right server may do that looks like a failure, and what to look at before the verdict is believed; sentences, for the page of the check. */
  alarms?: string
  needs: readonly Need[]
  /** It lets requests meet: only where that is promised, since it costs many requests. */
  races?: true
  /**
   * It sends nothing that changes an item: with others of its kind it looks at one that was made once. What it finds there it has to find
   * again at an item of its own.
   */
  reads?: true
  /** It waits until a second or more is over: all that do begin before the others, so that their waits are one, and nobody waits for it. */
  waits?: true
  /** Names of faults of the mock that it must catch; at least one. */
  catches: readonly string[]
  /** Uses the kit to act, and `kit.prove` to judge. Returning without having proved anything is a bug of the check. */
  run(kit: Kit): Promise<void>
}

/** Names a check, so that a file under `suites/` reads as a list of requirements. Returns what it was given. */
export function check(definition: Check): Check {
  return definition
}
