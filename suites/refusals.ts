import { STATUS_CODES } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../spec/contract.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import { overtake } from './kit/overtake.ts'
import { conflictsOf, provoked } from './kit/provoke.ts'
import { refusals } from './kit/refusals.ts'
import { withHeader } from './kit/request.ts'
import { sameToken } from './kit/token.ts'

/** What a refusal says of itself: its status, its type, its tag. */

/** 412 is the answer to a condition. */
export const preconditionOnly: Check = check({
  id: 'conflict-bodies/412-answers-conditions',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §15.5.13; RFC 5789 §2.2',
  title: 'a request without a condition is not answered 412, unless the contract says so',
  why: 'clients fetch the tag again and again, which was never what stood in the way',
  fix: 'answer conflicts with the state of things 409, and 412 only what If-Match and the like refuse',
  recipe: 'problem-details',
  alarms:
    'Some families use 412 for other conditions on purpose (FHIR conditional create, WebDAV Overwrite: F, generations in the query): then the contract says so, and nothing is told.',
  needs: ['create', 'read'],
  catches: ['duplicate-says-412', 'conflict-says-412'],
  async run(kit) {
    if (conflictsOf(kit.resource.spec).length === 0) kit.skip('the contract promises no conflict here')
    const plain = (await provoked(kit)).filter(
      ({ answer, statuses }) => !answer.request.headers.some(([name]) => /^if-/i.test(name)) && !statuses.includes(412),
    )
    if (plain.length === 0) kit.skip('every conflict here is one of a condition, or answered 412 as the contract says')
    for (const { kind, answer } of plain)
      kit.prove.that(answer.status !== 412, `${kind}, sent without a condition, is answered 412`, '409, or another status', answer.shown)
  },
})

/** The tag of an error page is worth nothing. */
export const tagOfRefusal: Check = check({
  id: 'conflict-bodies/tag-of-refusal',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §8.8',
  title: 'a tag in the refusal of a stale write is not the one that was refused',
  why: 'the client takes it for the current one, and is refused with it for ever',
  fix: 'send the tag of the item as it is now, or none',
  recipe: 'problem-details',
  alarms:
    'What a tag in a refusal means is nowhere said. Frameworks that hash every content give error pages tags of their own: these are only told.',
  needs: ['guard.if-match'],
  catches: ['refusal-repeats-sent-tag'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = item.token
    const theirs = await overtake(kit, item)
    const answer = await item.tryWrite({ token: stale, purpose: 'save with the tag from before' })
    if (answer.ok) kit.skip('the stale write was not refused: other checks say so')
    if (sameToken(theirs.token, stale)) kit.skip(`the tag ${String(stale)} did not change, so the one that is refused is the current one`)
    const tag = answer.header('etag')
    kit.prove.that(!sameToken(tag, stale), 'the refusal has the tag that it refuses', `${String(theirs.token)}, or none`, String(tag))
    if (tag !== undefined && !sameToken(tag, theirs.token)) kit.note(`the refusal has a tag of its own, ${tag}, which no write can use`)
  },
})

/** A preference changes what is shown, not what is true. */
export const preferredRepresentation: Check = check({
  id: 'conflict-bodies/preferred-representation-current',
  level: 'should',
  severity: 'info',
  source: 'RFC 8144 §3.2; RFC 7240 §2, §4.2',
  title: 'a stale write that prefers the representation is refused all the same, and what it is shown is current',
  why: 'the client merges with what it sent itself, or with what was never there',
  fix: 'send the item as it is now, with its ETag and Content-Location; or ignore the preference',
  recipe: 'merge-in-the-client',
  alarms: 'Nobody has to follow a preference. Only an answer that names the item in Content-Location is compared.',
  needs: ['guard.if-match'],
  catches: ['preferred-shows-sent'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = item.token
    const theirs = await overtake(kit, item)
    const request = await item.request(kit.role, { token: stale, purpose: 'save with the tag from before, and prefer the representation' })
    const answer = await kit.send(withHeader(request, 'Prefer', 'return=representation'))
    const now = await item.read()
    kit.prove.unchanged(theirs, now)
    if (answer.ok || answer.header('content-location') === undefined) return
    kit.prove.that(
      isDeepStrictEqual(answer.body, now.answer.body),
      'the refusal shows something else than the item as it is',
      now.answer.shown,
      answer.shown,
    )
  },
})

/** A type is a name for programs. */
export const problemType: Check = check({
  id: 'conflict-bodies/problem-type',
  level: 'should',
  severity: 'warn',
  source: 'RFC 9457 §3.1.1, §4.2.1',
  title: 'the type of problem details is a URI reference, and one without a type is titled as its status',
  why: 'programs cannot branch on a sentence, and a title without a type says nothing to anybody',
  fix: 'give each kind of problem a URI (it need not lead anywhere); leave type out only where title is that of the status',
  recipe: 'problem-details',
  alarms:
    'Relative references are right. The words of a status may be translated, and some have changed with the years: only the type is judged strictly, the title of about:blank is told.',
  needs: ['create', 'read'],
  catches: ['problem-type-prose'],
  async run(kit) {
    const problems = (await refusals(kit)).filter(({ answer }) => answer.mediaType === 'application/problem+json')
    if (problems.length === 0) kit.skip('the refusals are no problem details')
    for (const { kind, answer } of problems) {
      const { type = 'about:blank', title } = members(answer)
      const isReference = typeof type === 'string' && /^[^\s"<>\\^`{|}]*$/.test(type) && URL.canParse(type, 'http://example.test/')
      kit.prove.that(isReference, `the type in the answer to ${kind} is no URI reference`, 'a URI reference', JSON.stringify(type))
      if (type === 'about:blank' && typeof title === 'string' && title !== STATUS_CODES[answer.status])
        kit.note(`a problem of no type (${answer.status}) is titled ${JSON.stringify(title)}, not ${STATUS_CODES[answer.status]}`)
    }
  },
})

/** What programs need has a place of its own. */
export const problemMembers: Check = check({
  id: 'conflict-bodies/problem-members',
  level: 'practice',
  severity: 'info',
  source: 'RFC 9457 §3.1.4, §3.2; RFC 9205 §4.6',
  title: 'problem details hold more for programs than a sentence for people',
  why: 'clients cut the field, the version or the id out of a sentence, until the sentence changes',
  fix: 'add members for what a program needs: the pointer of the field, the current version, the state',
  recipe: 'problem-details',
  alarms:
    'The type or a header field may be all that a program needs. Names of members should begin with a letter and have three characters or more.',
  needs: ['create', 'read'],
  catches: ['problem-prose-only'],
  async run(kit) {
    const problems = (await refusals(kit)).filter(({ answer }) => answer.mediaType === 'application/problem+json')
    if (problems.length === 0) kit.skip('the refusals are no problem details')
    for (const { kind, answer } of problems) {
      const { type = 'about:blank', title: _title, status: _status, detail: _detail, instance: _instance, ...more } = members(answer)
      const says = type !== 'about:blank' || Object.keys(more).length > 0
      kit.prove.that(says, `the answer to ${kind} has nothing but words`, 'a type, or members of its own', answer.shown)
      const odd = Object.keys(more).find((name) => !/^[A-Za-z][A-Za-z0-9_]{2,}$/.test(name))
      if (odd !== undefined)
        kit.note(`the member ${JSON.stringify(odd)} of the answer to ${kind} cannot be written in every format of problem details`)
    }
  },
})

function members({ json }: Answer): { [name: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {}
}
