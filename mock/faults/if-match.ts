import { fault, type Fault } from '../fault.ts'
import { parseEntityTag, parseEntityTagList } from '../../http/entity-tag.ts'
import type { Decision } from '../decision.ts'
import { headerOf, withHeader, type Request } from '../message.ts'
import { opaqueOf } from '../token.ts'

/** A stale token is looked at by nobody: the write goes through (the classic lost update). */
export const guardIgnored: Fault = fault({
  name: 'guard-ignored',
  title: 'performs a write although its token is stale',
  seen: 'HarperFast/harper#1435, lennart-k/rustical#245, pithings/mountx#19, s3rver, SCIMMY',
  decision: (decision, scene) => (decision.kind === 'refuse' && decision.name === 'stale' ? (scene.perform() ?? decision) : decision),
})

/** The condition is looked at after the handler ran. */
export const stalePerformedBut412: Fault = fault({
  name: 'stale-performed-but-412',
  title: 'performs a write whose token is stale, and refuses it all the same',
  seen: 'cli/cli#7167, SCIM-SDK#746',
  writes(writes, scene) {
    if (scene.decision.kind !== 'refuse' || scene.decision.name !== 'stale') return writes
    const perform = scene.perform()
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})

/** A gateway eats the header. */
export const ifMatchDropped: Fault = fault({
  name: 'if-match-dropped',
  title: 'loses the header If-Match on the way in',
  seen: 'coddingtonbear/obsidian-local-rest-api#286, express-pouchdb',
  request: (request) => ({ ...request, headers: withHeader(request.headers, 'If-Match', undefined) }),
})

/** `If-Match: W/"x"` is taken for `"x"`. */
export const weakTagMatches: Fault = fault({
  name: 'weak-tag-matches',
  title: 'compares If-Match weakly: a weak tag matches',
  seen: 'nginx/nginx#1570, nginx/nginx-tests#78',
  resource: (resource) => ({
    ...resource,
    guards: resource.guards.map((guard) => (guard.match === 'strong' ? { ...guard, match: 'weak' as const } : guard)),
  }),
})

/** Somebody thought of PUT only. */
export const ifMatchDroppedOnPatch: Fault = fault({
  name: 'if-match-dropped-on-patch',
  title: 'does not look at If-Match on PATCH',
  request: (request) => (request.method === 'PATCH' ? reading(request, () => '*') : request),
})

/** The same on DELETE. */
export const ifMatchDroppedOnDelete: Fault = fault({
  name: 'if-match-dropped-on-delete',
  title: 'does not look at If-Match on DELETE',
  request: (request) => (request.method === 'DELETE' ? reading(request, () => '*') : request),
})

/** A compressing layer changed the tag that reads told. */
export const ifMatchNeverMatches: Fault = fault({
  name: 'if-match-never-matches',
  title: 'compares If-Match with tags that end in -gzip',
  seen: 'open-metadata/OpenMetadata#30885; mod_deflate before DeflateAlterETag (bug 45023)',
  request: (request) => reading(request, (value) => value.replaceAll(/(?<=[^"])"(?=,|$)/g, '-gzip"')),
})

/** `*` is taken for a tag. */
export const ifMatchAnyRefused: Fault = fault({
  name: 'if-match-any-refused',
  title: 'does not know If-Match: *',
  request: (request) => reading(request, (value) => (value.trim() === '*' ? '"*"' : value)),
})

/** A list is more than the parser knows. */
export const ifMatchListPasses: Fault = fault({
  name: 'if-match-list-passes',
  title: 'takes a list of tags for "whatever version"',
  request: (request) => reading(request, (value) => (value.includes(',') ? '*' : value)),
})

/** The rest of the list is dropped. */
export const ifMatchFirstTag: Fault = fault({
  name: 'if-match-first-tag',
  title: 'looks at the first tag of If-Match only',
  request: (request) => reading(request, (value) => value.split(',')[0]!.trim()),
})

/** Only one line of the field is seen. */
export const ifMatchFirstLine: Fault = fault({
  name: 'if-match-first-line',
  title: 'looks at the first line of If-Match only',
  request: (request) => ({
    ...request,
    headers: request.headers.filter((line, at, all) => !isIfMatch(line) || all.findIndex(isIfMatch) === at),
  }),
})

/** `startsWith` in place of `===`. */
export const ifMatchPrefix: Fault = fault({
  name: 'if-match-prefix',
  title: 'takes a tag that the current one begins with for the current one',
  decision(decision, scene) {
    if (decision.kind !== 'refuse' || decision.name !== 'stale' || scene.item === undefined) return decision
    const { token, sentToken } = decision.evidence
    const sent = typeof sentToken === 'string' ? parseEntityTag(sentToken)?.opaque : undefined
    const begins = token?.format === 'etag' && sent !== undefined && opaqueOf(token, scene.item).startsWith(sent)
    return begins ? (scene.perform() ?? decision) : decision
  },
})

/** What cannot be parsed is taken for nothing. */
export const ifMatchMalformedIgnored: Fault = fault({
  name: 'if-match-malformed-ignored',
  title: 'performs a write whose If-Match is no list of tags',
  request: (request) => reading(request, (value) => (parseEntityTagList(value) === undefined ? '*' : value)),
})

/** An upsert that does not look at its condition. */
export const ifMatchCreates: Fault = fault({
  name: 'if-match-creates',
  title: 'creates what is not there, although If-Match asks for a version of it',
  decision: (decision, scene) => (decision.kind === 'refuse' && decision.name === 'absent' ? (scene.perform() ?? decision) : decision),
})

/** A lock that is taken and not given back. */
export const ifMatchLocksOut: Fault = fault({
  name: 'if-match-locks-out',
  title: 'refuses every write with If-Match to an item once it has refused one',
  decision(decision, scene) {
    const { target, headers } = scene.received
    if (decision.kind === 'refuse' && decision.name === 'stale') scene.memory.set(target, decision)
    const refused = scene.memory.get(target) as Decision | undefined
    return decision.kind === 'perform' && refused !== undefined && headerOf(headers, 'if-match') !== undefined ? refused : decision
  },
})

/** The request with another value of If-Match, if it has one. */
function reading(request: Request, change: (value: string) => string): Request {
  const value = headerOf(request.headers, 'if-match')
  return value === undefined ? request : { ...request, headers: withHeader(request.headers, 'If-Match', change(value)) }
}

function isIfMatch([name]: [string, string]): boolean {
  return name.toLowerCase() === 'if-match'
}
