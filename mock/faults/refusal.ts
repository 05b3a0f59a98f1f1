import { bodyOf } from '../content.ts'
import { fault, type Fault } from '../fault.ts'
import { headerOf, withHeader } from '../message.ts'
import { editBody, isRefusal, restated } from './edit.ts'

/** More bugs of the answers to conflicts. */

export const duplicateSays412: Fault = fault({
  name: 'duplicate-says-412',
  title: 'answers a duplicate with 412, as if a condition had failed',
  seen: 'Grafana and Dataverse, as documented there',
  answer: (answer, { decision }) => (isRefusal(decision, 'duplicate') ? restated(answer, 412) : answer),
})

export const conflictSays412: Fault = fault({
  name: 'conflict-says-412',
  title: 'answers every conflict with 412',
  seen: 'Grafana and Dataverse, as documented there',
  answer: (answer, { decision }) => (isRefusal(decision) && answer.status === 409 ? restated(answer, 412) : answer),
})

export const refusalRepeatsSentTag: Fault = fault({
  name: 'refusal-repeats-sent-tag',
  title: 'sends the tag back that it refuses',
  answer(answer, { decision, received }) {
    const sent = headerOf(received.headers, 'if-match')
    return isRefusal(decision, 'stale') && sent !== undefined ? { ...answer, headers: withHeader(answer.headers, 'ETag', sent) } : answer
  },
})

/** Some guidelines have it so by a slip: the answer shows what was sent. */
export const preferredShowsSent: Fault = fault({
  name: 'preferred-shows-sent',
  title: 'shows the content that was sent where a refused client prefers the current one',
  answer(answer, { decision, received, facts }) {
    const prefers = headerOf(received.headers, 'prefer')?.includes('return=representation')
    if (!isRefusal(decision, 'stale') || !prefers) return answer
    const headers = withHeader(withHeader(answer.headers, 'Content-Location', received.target), 'Content-Type', 'application/json')
    return { ...answer, headers, body: JSON.stringify(bodyOf(facts.request) ?? null) }
  },
})

export const problemTypeProse: Fault = fault({
  name: 'problem-type-prose',
  title: 'writes a sentence where the type of a problem belongs',
  answer: (answer, { decision }) =>
    isRefusal(decision) && answer.status >= 400 ? editBody(answer, (body) => ({ ...body, type: 'Somebody else was faster' })) : answer,
})

export const problemProseOnly: Fault = fault({
  name: 'problem-prose-only',
  title: 'says all that it has to say of a conflict in one sentence',
  seen: 'Elasticsearch, Confluence and HubSpot, whose clients search the sentence',
  answer: (answer, { decision }) =>
    isRefusal(decision) && answer.status >= 400
      ? editBody(answer, ({ detail }) => ({ title: 'Conflict', status: answer.status, detail: detail ?? 'something is in the way' }))
      : answer,
})
