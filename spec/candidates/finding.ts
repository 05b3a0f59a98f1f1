import type { Json } from '../contract.ts'

/** How far a guess can be trusted that only a document suggests. */
export type Confidence = 'high' | 'medium' | 'low'

/** One thing that a contract could say of a resource, and what that rests on. */
export interface Finding {
  /** Where it stands in the resource: `['guards', 'update', 'send']`. */
  at: readonly string[]
  value: Json
  /** It was seen on the wire, or the document itself promises it. What is not sure is written as a comment. */
  sure: boolean
  /** The evidence, a line each: `high: PUT /notes/{id} declares If-Match (api.yaml:17)`, `PUT, If-Match: an old tag → 412`. */
  because: readonly string[]
}

/** What was found about one resource. */
export interface ResourceFindings {
  name: string
  collection: string | undefined
  item: string | undefined
  findings: Finding[]
  /** What only a person can answer, a line each. */
  questions: string[]
}

/** A finding that is written as a comment. */
export function guess(at: readonly string[], value: Json, confidence: Confidence, because: string): Finding {
  return { at, value, sure: false, because: [`${confidence}: ${because}`] }
}
