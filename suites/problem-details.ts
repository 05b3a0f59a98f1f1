import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import { refusals, isObject, member } from './kit/refusals.ts'

/** Problem details (RFC 9457) in the answers to conflicts. */

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
    if (first.size === 0) kit.skip('no refusal has problem details with a type and a title')
    const second = problemsByType(await refusals(kit, { anew: true }))
    for (const [type, title] of first) {
      const again = second.get(type)
      if (again !== undefined)
        kit.prove.that(again === title, `the title of ${type} differs from case to case`, JSON.stringify(title), JSON.stringify(again))
    }
  },
})

function looksLikeProblem(answer: Answer): boolean {
  return ['type', 'title', 'status', 'detail', 'instance'].filter((name) => member(answer, name) !== undefined).length >= 3
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
