import { fault, type Fault } from '../fault.ts'
import { editBody } from './edit.ts'

/** Tags that are told twice, and writes that are stored otherwise. */

export const contentVersionLags: Fault = fault({
  name: 'content-version-lags',
  title: 'tells the version before in the content',
  answer: (answer, scene) =>
    scene.role === 'read'
      ? editBody(answer, (body) => (typeof body['version'] === 'string' ? { ...body, version: `${body['version']}-before` } : body))
      : answer,
})

/** A sanitizer on the way to the table. */
export const storedOtherwise: Fault = fault({
  name: 'stored-otherwise',
  title: 'stores a space behind every text that is sent',
  decision: (decision) =>
    decision.kind === 'perform' && decision.role === 'replace' && Buffer.isBuffer(decision.next)
      ? { ...decision, next: Buffer.concat([decision.next, Buffer.from(' ')]) }
      : decision,
})
