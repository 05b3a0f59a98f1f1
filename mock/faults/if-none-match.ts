import { parseEntityTag, parseEntityTagList } from '../../http/entity-tag.ts'
import { fault, type AnsweredScene, type Fault } from '../fault.ts'
import { headerOf, withHeader, type Answer, type Request } from '../message.ts'

/** The field is looked at by nobody. */
export const ifNoneMatchIgnored: Fault = fault({
  name: 'if-none-match-ignored',
  title: 'sends the content with every read, whatever If-None-Match says',
  request: (request) => onRead(request, () => undefined),
})

/** A cache that writes do not clear. */
export const oldTagConfirmed: Fault = fault({
  name: 'old-tag-confirmed',
  title: 'answers 304 to every tag that it has ever sent for an item',
  answer(answer, scene) {
    const { target, headers } = scene.received
    const seen = (scene.memory.get(target) ?? []) as string[]
    const asked = headerOf(headers, 'if-none-match')
    if (asked !== undefined && seen.includes(asked)) return notModified(answer)
    scene.memory.set(target, [...seen, headerOf(answer.headers, 'etag') ?? ''])
    return answer
  },
})

/** `W/"x"` is not `"x"`. */
export const weakTagNeverConfirmed: Fault = fault({
  name: 'weak-tag-never-confirmed',
  title: 'compares If-None-Match strongly: a weak tag matches nothing',
  request: (request) => onRead(request, (value) => (value.includes('W/') ? undefined : value)),
})

/** The rest of the list is dropped. */
export const firstTagOnly: Fault = fault({
  name: 'first-tag-only',
  title: 'looks at the first tag of If-None-Match only',
  request: (request) => onRead(request, (value) => value.split(',')[0]),
})

/** Quotes are thrown away before the list is taken apart. */
export const splitAtEveryComma: Fault = fault({
  name: 'split-at-every-comma',
  title: 'takes If-None-Match apart at every comma, also within quotes',
  seen: 'oven-sh/bun#33546, honojs/hono#5353, apache/tomcat#325',
  request: (request) => onRead(request, (value) => (value.includes('"') ? split(value) : value)),
})

/** Only one line of a field is seen. */
export const firstLineOnly: Fault = fault({
  name: 'first-line-only',
  title: 'looks at the first line of If-None-Match only',
  request: (request) => ({
    ...request,
    headers: request.headers.filter((line, at, all) => !isTheField(line) || all.findIndex(isTheField) === at),
  }),
})

/** A later line takes the place of an earlier one. */
export const lastLineOnly: Fault = fault({
  name: 'last-line-only',
  title: 'looks at the last line of If-None-Match only',
  request: (request) => ({
    ...request,
    headers: request.headers.filter((line, at, all) => !isTheField(line) || all.findLastIndex(isTheField) === at),
  }),
})

/** The condition is taken for its own answer. */
export const alwaysNotModified: Fault = fault({
  name: 'always-not-modified',
  title: 'answers 304 to every read that has an If-None-Match',
  answer: (answer, scene) => (asked(scene) === undefined || answer.status !== 200 ? answer : notModified(answer)),
})

/** `startsWith` in place of `===`. */
export const tagPrefixMatches: Fault = fault({
  name: 'tag-prefix-matches',
  title: 'takes a tag that begins with the current one for the current one',
  answer: (answer, scene) => (some(answer, scene, (one, current) => one.startsWith(current)) ? notModified(answer) : answer),
})

/** `includes` in place of `===`. */
export const tagPartMatches: Fault = fault({
  name: 'tag-part-matches',
  title: 'takes a part of the current tag for the current tag',
  answer: (answer, scene) => (some(answer, scene, (one, current) => current.includes(one)) ? notModified(answer) : answer),
})

/** What is gone is not modified. */
export const missingConfirmed: Fault = fault({
  name: 'missing-confirmed',
  title: 'answers 304 to a read of what is not there, if it has an If-None-Match',
  answer: (answer, scene) => (asked(scene) === undefined || answer.status !== 404 ? answer : notModified(answer)),
})

/** `*` is taken for a tag. */
export const starIgnoredOnRead: Fault = fault({
  name: 'star-ignored-on-read',
  title: 'does not know If-None-Match: * on reads',
  request: (request) => onRead(request, (value) => (value.trim() === '*' ? undefined : value)),
})

/** A 304 says nothing at all. */
export const notModifiedBare: Fault = fault({
  name: 'not-modified-bare',
  title: 'sends 304 without any field',
  answer: (answer) => (answer.status === 304 ? { ...answer, headers: [] } : answer),
})

/** The tag is computed from the empty content. */
export const notModifiedOtherTag: Fault = fault({
  name: 'not-modified-other-tag',
  title: 'sends the tag of the empty content with 304',
  answer: (answer) => (answer.status === 304 ? { ...answer, headers: withHeader(answer.headers, 'ETag', '"2jmj7l5rSw0yVb"') } : answer),
})

/** The tag is kept bare, and only one of the two handlers puts its quotes around it. */
export const notModifiedUnquoted: Fault = fault({
  name: 'not-modified-unquoted',
  title: 'sends the tag without its quotes with 304',
  seen: 'Nephele',
  answer(answer) {
    const tag = headerOf(answer.headers, 'etag')
    return answer.status !== 304 || tag === undefined
      ? answer
      : { ...answer, headers: withHeader(answer.headers, 'ETag', tag.replaceAll('"', '')) }
  },
})

/** How long it may be kept is told once only. */
export const cacheControlOnce: Fault = fault({
  name: 'cache-control-once',
  title: 'sends Cache-Control with 200, but not with 304',
  answer: (answer, scene) =>
    scene.role === 'read' && answer.status === 200
      ? { ...answer, headers: withHeader(answer.headers, 'Cache-Control', 'private, max-age=0') }
      : answer,
})

/** A framework that counts what it sends. */
export const notModifiedSaysEmpty: Fault = fault({
  name: 'not-modified-says-empty',
  title: 'sends Content-Length: 0 with 304',
  seen: 'frameworks that fill in the length of what they send',
  answer: (answer) => (answer.status === 304 ? { ...answer, headers: withHeader(answer.headers, 'Content-Length', '0') } : answer),
})

/** HEAD has a handler of its own. */
export const headUnconditional: Fault = fault({
  name: 'head-unconditional',
  title: 'looks at no condition of a HEAD',
  request: (request) =>
    request.method === 'HEAD'
      ? { ...request, headers: request.headers.filter(([name]) => !name.toLowerCase().startsWith('if-')) }
      : request,
})

function isTheField([name]: [name: string, value: string]): boolean {
  return name.toLowerCase() === 'if-none-match'
}

/** The request with another If-None-Match (undefined: none), if it is a read that has one. */
function onRead(request: Request, change: (value: string) => string | undefined): Request {
  const value = headerOf(request.headers, 'if-none-match')
  if (value === undefined || !['GET', 'HEAD'].includes(request.method)) return request
  return { ...request, headers: withHeader(request.headers, 'If-None-Match', change(value)) }
}

function split(value: string): string {
  return value
    .replaceAll(/W\/|"/g, '')
    .split(',')
    .map((part) => `"${part.trim()}"`)
    .join(', ')
}

/** If-None-Match of a read. */
function asked({ received, role }: AnsweredScene): string | undefined {
  return role === 'read' ? headerOf(received.headers, 'if-none-match') : undefined
}

function some(answer: Answer, scene: AnsweredScene, like: (one: string, current: string) => boolean): boolean {
  const tags = parseEntityTagList(asked(scene) ?? '')
  const current = parseEntityTag(headerOf(answer.headers, 'etag') ?? '')
  return answer.status === 200 && Array.isArray(tags) && current !== undefined && tags.some(({ opaque }) => like(opaque, current.opaque))
}

/** The same answer as 304. */
function notModified(answer: Answer): Answer {
  return { status: 304, headers: withHeader(answer.headers, 'Content-Type', undefined), body: '' }
}
