import { readPointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { isMembers } from '../conflicts.ts'
import { bodyOf } from '../content.ts'
import { fault, type AnsweredScene, type Fault } from '../fault.ts'
import { withHeader, type Answer } from '../message.ts'
import { editBody, isRefusal, withEvidence } from './edit.ts'

/** Bugs of the answers to conflicts. */

export const conflictBodyEmpty: Fault = fault({
  name: 'conflict-body-empty',
  title: 'refuses without a word',
  answer: onConflict((answer) => ({ ...answer, headers: withHeader(answer.headers, 'Content-Type', undefined), body: '' })),
})

export const problemPlainJson: Fault = fault({
  name: 'problem-plain-json',
  title: 'sends problem details as application/json',
  answer: onConflict((answer) => ({ ...answer, headers: withHeader(answer.headers, 'Content-Type', 'application/json') })),
})

export const problemNotJson: Fault = fault({
  name: 'problem-not-json',
  title: 'sends a line of text as application/problem+json',
  answer: onConflict((answer) => ({ ...answer, body: 'Conflict' })),
})

export const problemStatusDiffers: Fault = fault({
  name: 'problem-status-differs',
  title: 'names another status in problem details than the answer has',
  answer: onConflict((answer) => editBody(answer, (body) => ({ ...body, status: 400 }))),
})

export const problemTitleVaries: Fault = fault({
  name: 'problem-title-varies',
  title: 'writes what differs from case to case into the title',
  answer: onConflict((answer, { memory }) => {
    const count = Number(memory.get('count') ?? 0) + 1
    memory.set('count', count)
    return editBody(answer, (body) => ({ ...body, title: `${String(body['title'])} (${count})` }))
  }),
})

export const conflictKindsAlike: Fault = fault({
  name: 'conflict-kinds-alike',
  title: 'answers every conflict with the same 409',
  seen: 'HashiCorp Vault, where only the text differs',
  answer: onConflict((answer) => ({ ...editBody(answer, () => ({ title: 'Conflict', status: 409 })), status: 409 })),
})

export const leaksStack: Fault = fault({
  name: 'leaks-stack',
  title: 'tells a stack trace in the body of a conflict',
  answer: onConflict((answer) =>
    editBody(answer, (body) => ({
      ...body,
      detail: 'ConflictError: version\n    at Repository.save (/srv/app/repository.js:41:11)\n    at async put (/srv/app/routes.js:12:3)',
    })),
  ),
})

export const conflictCacheable: Fault = fault({
  name: 'conflict-cacheable',
  title: 'lets caches keep a refusal for a minute',
  answer: onConflict((answer) => ({ ...answer, headers: withHeader(answer.headers, 'Cache-Control', 'public, max-age=60') })),
})

export const conflictCurrentIsSent: Fault = fault({
  name: 'conflict-current-is-sent',
  title: 'tells what the client sent as the current values',
  decision(decision, { facts }) {
    const sent = bodyOf(facts.request)
    const { item } = decision.kind === 'refuse' ? decision.evidence : {}
    if (!isRefusal(decision, 'stale') || item === undefined || !isMembers(sent) || !isMembers(item.value)) return decision
    return withEvidence(decision, { item: { ...item, value: { ...item.value, ...sent } } })
  },
})

export const conflictCurrentMissing: Fault = fault({
  name: 'conflict-current-missing',
  title: 'leaves the current version and values out of the conflict answer',
  decision: (decision) => (isRefusal(decision, 'stale') ? withEvidence(decision, { item: undefined }) : decision),
})

export const conflictFieldsAll: Fault = fault({
  name: 'conflict-fields-all',
  title: 'names every member as in conflict',
  decision(decision, { item, model }) {
    if (!isRefusal(decision, 'stale') || decision.evidence.conflicts === undefined || item === undefined || !isMembers(item.value))
      return decision
    const value = item.value
    const named = new Set(decision.evidence.conflicts.map((each) => each.field))
    const others = [...model.members.keys()].filter((name) => !named.has(name) && readPointer(value, [name]) !== undefined)
    const more = others.map((field) => ({ field, base: undefined, yours: value[field] as Json, theirs: value[field] as Json }))
    return withEvidence(decision, { conflicts: [...decision.evidence.conflicts, ...more] })
  },
})

export const conflictFieldsNone: Fault = fault({
  name: 'conflict-fields-none',
  title: 'names no member in conflict',
  decision: (decision) =>
    isRefusal(decision, 'stale') && decision.evidence.conflicts !== undefined ? withEvidence(decision, { conflicts: [] }) : decision,
})

export const conflictSidesSwapped: Fault = fault({
  name: 'conflict-sides-swapped',
  title: 'tells yours as theirs and theirs as yours',
  decision: (decision) =>
    isRefusal(decision, 'stale', 'blocked') && decision.evidence.conflicts !== undefined
      ? withEvidence(decision, {
          conflicts: decision.evidence.conflicts.map((each) => ({ ...each, yours: each.theirs, theirs: each.yours })),
        })
      : decision,
})

/** Changes the answers to conflicts, and no others. */
function onConflict(change: (answer: Answer, scene: AnsweredScene) => Answer): NonNullable<Fault['answer']> {
  return (answer, scene) => (isRefusal(scene.decision) && answer.status >= 400 ? change(answer, scene) : answer)
}
