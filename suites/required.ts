import { parseHttpDate } from '../http/http-date.ts'
import { writePlace } from '../spec/places.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import { writeWith } from './kit/condition.ts'
import type { Item, Kit } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { mustBeMatchable } from './kit/matchable.ts'
import { sendPlace } from './kit/token.ts'

/** Writes that must say which version they are made from (RFC 6585 §3: 428). */

const silent = 'whoever does not know about versions overwrites the work of those who do'
const demand = 'refuse every write that carries no token, before anything is changed'

/** Nothing is replaced by who does not say what. */
export const replaceRefused: Check = check({
  id: 'required/replace-refused',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 6585 §3',
  title: 'a replacement without a token is refused and changes nothing',
  why: silent,
  fix: demand,
  recipe: 'required-conditions',
  alarms: 'Not to ask for a token is conforming: this fails only because the contract says that it is required.',
  needs: ['guard.required', 'replace'],
  catches: ['token-not-required', 'missing-says-400'],
  run: (kit) => refusedWithout(kit, (item) => item.tryWrite({ role: 'replace', token: null })),
})

/** Nor patched. */
export const patchRefused: Check = check({
  id: 'required/patch-refused',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 6585 §3',
  title: 'a patch without a token is refused and changes nothing',
  why: silent,
  fix: demand,
  recipe: 'required-conditions',
  alarms: 'Not to ask for a token is conforming: this fails only because the contract says that it is required.',
  needs: ['guard.required', 'patch'],
  catches: ['token-not-required-for-patch', 'missing-says-400'],
  run: (kit) => refusedWithout(kit, (item) => item.tryWrite({ role: 'patch', token: null })),
})

/** Nor deleted. */
export const deleteRefused: Check = check({
  id: 'required/delete-refused',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 6585 §3',
  title: 'a delete without a token is refused and changes nothing',
  why: 'somebody deletes what somebody else has just corrected',
  fix: demand,
  recipe: 'required-conditions',
  alarms:
    'Not to ask for a token is conforming: this fails only because the contract says that it is required. Deletes may be left out on purpose; then the guard should not name them.',
  needs: ['guard.required', 'delete'],
  catches: ['token-not-required-for-delete', 'missing-says-400'],
  run: (kit) => refusedWithout(kit, (item) => item.tryRemove({ token: null })),
})

/** What is asked for is enough. */
export const tokenSatisfies: Check = check({
  id: 'required/token-satisfies',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 6585 §3',
  title: 'the write that was refused without a token is performed with it',
  why: 'a client does what the refusal asks for and is refused again: nobody can save',
  fix: 'count the token as sent wherever your documents say that it may stand',
  recipe: 'required-conditions',
  alarms:
    'A server whose tags are weak cannot let any If-Match succeed by RFC 9110; OData, FHIR and SCIM compare weakly on purpose: say `match: weak` in the contract.',
  needs: ['guard.required'],
  catches: ['token-never-enough'],
  async run(kit) {
    const item = await kit.resource.create()
    mustBeMatchable(kit, item.token)
    const marker = kit.fresh()
    const refused = await item.tryWrite({ token: null, marker })
    await item.read()
    if (refused.ok) kit.skip('a write without a token is performed (required/replace-refused, required/patch-refused)')
    const answer = await item.write({ token: item.token, marker, purpose: 'the same write with the current token' })
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), answer.request.marker)
  },
})

/** The refusal says what to do. */
export const explains: Check = check({
  id: 'required/explains',
  level: 'should',
  severity: 'warn',
  source: 'RFC 6585 §3',
  title: 'the refusal of a write without a token says what to send',
  why: 'whoever builds a client has to guess what is missing',
  fix: 'name the header field or the member in the body of the answer, or link to a page that does',
  recipe: 'problem-details',
  alarms: 'Wording and language are free, and a link to a page is enough.',
  needs: ['guard.required'],
  catches: ['missing-without-words'],
  async run(kit) {
    const answer = await (await kit.resource.create()).tryWrite({ token: null })
    if (answer.ok) kit.skip('a write without a token is performed (required/replace-refused, required/patch-refused)')
    const names = kit.guard.send
      .map(({ part, name }) => (part === 'body' ? name.split('/').at(-1)! : name).toLowerCase())
      .filter((name) => name !== '')
    const text = answer.text.toLowerCase()
    const type = (answer.json as { type?: unknown } | undefined)?.type
    const links = (typeof type === 'string' && type !== 'about:blank') || answer.header('link') !== undefined || /https?:\/\//.test(text)
    kit.prove.that(
      names.some((name) => text.includes(name)) || links,
      'the refusal does not say what to send',
      `a text that names ${names.join(' or ')}, or a link`,
      answer.shown,
    )
  },
})

/** A refusal is not for keeping. */
export const notStorable: Check = check({
  id: 'required/not-storable',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 6585 §3, RFC 9111 §4.2.1',
  title: 'the refusal of a write without a token does not call itself fresh',
  why: 'a cache gives the refusal to everybody, also to those who send the token',
  fix: 'send Cache-Control: no-store with it, or nothing at all',
  recipe: 'required-conditions',
  alarms: 'Saying nothing about caching is fine: 428 is not stored without being told.',
  needs: ['guard.required'],
  catches: ['missing-is-fresh'],
  async run(kit) {
    const answer = await (await kit.resource.create()).tryWrite({ token: null })
    if (answer.ok) kit.skip('a write without a token is performed (required/replace-refused, required/patch-refused)')
    const fresh = freshness(answer)
    kit.prove.that(fresh === undefined, 'the refusal may be stored', 'no freshness', fresh ?? '')
  },
})

/** Old is not the same as none. */
export const staleIsStale: Check = check({
  id: 'required/stale-is-not-missing',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 6585 §3, RFC 9110 §13.1.1',
  title: 'a stale token is answered as stale, not as missing',
  why: 'a client that sends the token is told to send it, and never learns that it must read again',
  fix: 'ask for the token only where none was sent; compare it where one was',
  recipe: 'required-conditions',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['guard.required'],
  catches: ['stale-says-missing'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = item.token
    const before = await overtake(kit, item)
    const answer = await item.write({ token: stale })
    kit.prove.unchanged(before, await item.read())
    kit.prove.outcome(answer, 'stale')
  },
})

/** "Any version" is an answer to the question for one. */
export const anySatisfies: Check = check({
  id: 'required/any-satisfies',
  level: 'contract',
  severity: 'warn',
  source: 'RFC 9110 §13.1.1',
  title: 'a write that says "whatever version" is performed where a token is asked for',
  why: 'whoever means to overwrite has no way to say so',
  fix: 'treat the value for any version (in If-Match: *) as a condition that holds where the item is there',
  recipe: 'required-conditions',
  alarms: 'An API may refuse `*` as a way around the lock; then say `any: false` of the guard.',
  needs: ['guard.required'],
  catches: ['any-is-missing'],
  async run(kit) {
    const { any } = kit.guard
    if (!any || !('value' in any)) return kit.skip('the contract has no value for "whatever version"')
    const item = await kit.resource.create()
    const request = await item.request(kit.role, { token: null, purpose: 'write, saying "whatever version"' })
    const answer = await kit.send(writePlace(sendPlace(kit.guard, request.operation), any.value, request))
    kit.prove.succeeded(answer)
    kit.prove.stored(await item.read(), request.marker)
  },
})

/** An empty field is no token. */
export const emptyIsNone: Check = check({
  id: 'required/empty-is-none',
  level: 'practice',
  severity: 'fail',
  source: 'RFC 6585 §3',
  title: 'a write whose token is empty is not performed',
  why: 'a client that forgot to fill the field in is let through as if it knew the version',
  fix: 'look at the value, not only at whether the field is there',
  recipe: 'required-conditions',
  alarms: 'An empty list is a condition that is false by a strict reading; a refusal with 412 is as good as one with 428.',
  needs: ['guard.required'],
  catches: ['empty-token-counts'],
  async run(kit) {
    const place = kit.guard.send.find(({ part }) => part === 'header') ?? kit.skip('the token is not sent in a header')
    const item = await kit.resource.create()
    const before = item.last
    const request = await writeWith(kit, item, { [place.name]: '' }, { token: null, purpose: `write with an empty ${place.name}` })
    await kit.send(request)
    kit.prove.unchanged(before, await item.read())
    await item.write({ purpose: 'control: write with the current token' })
  },
})

/** Sends the request without a token; `required/token-satisfies` is the control. */
async function refusedWithout(kit: Kit, send: (item: Item) => Promise<Answer>): Promise<void> {
  const item = await kit.resource.create()
  const before = item.last
  const answer = await send(item)
  kit.prove.unchanged(before, await item.read())
  kit.prove.outcome(answer, 'missing')
}

/** What in an answer lets a cache keep and reuse it (RFC 9111 §5.2.2, §5.3). */
function freshness(answer: Answer): string | undefined {
  const control = answer.header('cache-control') ?? ''
  if (/\bno-store\b/i.test(control)) return undefined
  const age = /\b(?:s-maxage|max-age)\s*=\s*"?0*[1-9]/i.test(control)
  if (age || /\bpublic\b/i.test(control)) return `Cache-Control: ${control}`
  const expires = parseHttpDate(answer.header('expires') ?? '')
  const date = parseHttpDate(answer.header('date') ?? '') ?? Date.now()
  return expires !== undefined && expires > date + 1000 ? `Expires: ${answer.header('expires')}` : undefined
}
