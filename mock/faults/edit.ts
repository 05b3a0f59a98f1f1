import type { Json, Rule } from '../../spec/contract.ts'
import { isMembers } from '../conflicts.ts'
import type { Decision } from '../decision.ts'
import type { Scene } from '../fault.ts'
import { withHeader, type Answer } from '../message.ts'

export type Members = { [name: string]: Json }
export type Refusal = Extract<Decision, { kind: 'refuse' }>

/** The same answer with its JSON content changed; as it is where that is no JSON object. */
export function editBody(answer: Answer, edit: (body: Members) => Members): Answer {
  let body: unknown
  try {
    body = JSON.parse(answer.body.toString())
  } catch {
    return answer
  }
  return isMembers(body as Json) ? { ...answer, body: JSON.stringify(edit(body as Members)) } : answer
}

/** The same answer with another status, also where its content names it. */
export function restated(answer: Answer, status: number): Answer {
  return editBody({ ...answer, status }, (body) => (typeof body['status'] === 'number' ? { ...body, status } : body))
}

/** What a framework says of an exception that nobody caught. */
export function serverError(answer: Answer): Answer {
  return { status: 500, headers: withHeader(answer.headers, 'Content-Type', 'application/json'), body: '{"error":"Internal Server Error"}' }
}

/** The refusal with other evidence to tell of. */
export function withEvidence(decision: Refusal, evidence: Partial<Refusal['evidence']>): Refusal {
  return { ...decision, evidence: { ...decision.evidence, ...evidence } }
}

/** Was the request refused, with this outcome? */
export function isRefusal(decision: Decision, ...names: string[]): decision is Refusal {
  return decision.kind === 'refuse' && (names.length === 0 || names.includes(decision.name))
}

/** Was it refused by a rule of this kind? */
export function isBlocked(decision: Decision, { model }: Scene, kind: Rule['kind']): decision is Refusal {
  return isRefusal(decision, 'blocked') && model.resource.rules.some((rule) => rule.kind === kind && rule.name === decision.mechanism.name)
}
