import { mergePatchMediaType } from '../../http/merge-patch.ts'
import { readPointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { candidate, declaredMedia } from '../candidate.ts'
import { contentOf, formMediaType } from '../content.ts'
import { reject, type Decision } from '../decision.ts'
import type { Situation, Stage } from '../decide.ts'
import type { Flaw } from '../schemas.ts'

/** Whether the content is what the document says; then the item as it would be is known. 422 names every member at fault. */
export const schema: Stage = {
  name: 'schema',
  decide(situation) {
    const { facts } = situation
    if (facts.headersOnly || ['read', 'list', 'delete'].includes(situation.role)) return undefined
    const sent = flawsOfContent(situation)
    if (sent.length > 0) return invalid(sent)
    const result = candidate(situation)
    if (result.kind === 'refused') return result.decision
    situation.next = result.next
    const made = situation.role === 'patch' ? flawsOfResult(situation) : []
    return made.length > 0 ? invalid(made) : situation.pending
  },
}

function invalid(flaws: Flaw[]): Decision {
  const text = flaws.map((flaw) => `${flaw.pointer === '' ? 'the body' : flaw.pointer} ${flaw.message}`).join('; ')
  return reject(422, 'RFC 9110 §15.5.21', `the content is not what the document describes: ${text}`, { errors: flaws })
}

function flawsOfContent({ facts }: Situation): Flaw[] {
  const content = contentOf(facts.request)
  // in a form everything is a text, whatever its schema says
  if (content.kind !== 'json' || content.type === formMediaType) return []
  const media = declaredMedia(facts.operation, content.type)
  const flaws = facts.schemas.flawsOfRequest(media?.schemaPointer, content.value)
  if (content.type !== mergePatchMediaType) return flaws
  // a patch may leave out what an item must have, and takes out what it calls null (RFC 7396 §1)
  return flaws.filter((flaw) => flaw.keyword !== 'required' && readPointer(content.value, flaw.pointer) !== null)
}

/** A patch must not leave an item that could not have been sent whole. */
function flawsOfResult({ facts, next }: Situation): Flaw[] {
  const { model, schemas } = facts
  if (next === undefined || Buffer.isBuffer(next) || model.readPointer !== '') return []
  const servers = new Set([...model.tokenPointers, ...[...model.serverMembers].map((name) => `/${name}`), model.idPointer])
  return schemas.flawsOfRequest(model.readMedia?.schemaPointer, next as Json).filter((flaw) => !servers.has(flaw.pointer))
}
