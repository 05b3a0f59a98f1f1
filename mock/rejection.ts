import { isJson } from '../http/media-type.ts'
import { blankProblem, problemMediaType } from '../http/problem.ts'
import { refusals, type Contract, type Json, type MediaType, type Operation, type ResponseSpec } from '../spec/contract.ts'
import { isMembers } from './conflicts.ts'
import type { Rejection } from './decision.ts'
import type { Answer, HeaderLines } from './message.ts'
import { anyErrorOf, explainedBy } from './sample.ts'
import { decisionHeader } from './why.ts'

/**
 * The answer to a request that any server would refuse: as the document describes that status, else problem details (RFC 9457).
 *
 * @param operation undefined where there is none (404, 405)
 * @param contract whose schemas an answer without an example is made from
 */
export function rejection({ status, reason, headers, errors }: Rejection, operation: Operation | undefined, contract?: Contract): Answer {
  const spec = operation && specOf(operation.responses, status)
  const lines: HeaderLines = [...headers, ['Ifmatch-Decision', decisionHeader('rejected', reason)]]
  const media = spec?.content.find((each) => isJson(each.type))
  if (spec !== undefined && spec.content.length === 0 && operation!.method === 'HEAD') return { status, headers: lines, body: '' }
  const example = media && examplesOf(media)[0]?.[1]
  const told = errors.length === 0 ? {} : { errors: errors.map((each) => ({ pointer: `#${each.pointer}`, detail: each.message })) }
  if (media !== undefined && media.type !== problemMediaType) {
    const made =
      example ?? (contract && media.schema !== undefined ? explainedBy(anyErrorOf(media, contract), status, reason.text) : undefined)
    if (made !== undefined) return { status, headers: [...lines, ['Content-Type', media.type]], body: JSON.stringify(made) }
  }
  const [other] = media === undefined ? (spec?.content ?? []) : []
  const text = other && examplesOf(other)[0]?.[1]
  if (typeof text === 'string') return { status, headers: [...lines, ['Content-Type', other!.type]], body: text }
  const template: { [name: string]: Json } = isMembers(example) ? example : {}
  const problem = { ...blankProblem(status), ...template, status, detail: reason.text, ...told }
  return { status, headers: [...lines, ['Content-Type', media?.type ?? problemMediaType]], body: JSON.stringify(problem) }
}

/** The examples of a media type that are not those of an outcome. */
function examplesOf({ examples }: MediaType): [string, Json][] {
  return [...examples].filter(([name]) => !(refusals as readonly string[]).includes(name))
}

/** The declared response of a status: exact, by its class (`4XX`), or the default. */
export function specOf(responses: ResponseSpec[], status: number): ResponseSpec | undefined {
  const family = `${String(status)[0]}XX`
  return (
    responses.find((each) => each.status === String(status)) ??
    responses.find((each) => each.status.toUpperCase() === family) ??
    responses.find((each) => each.status === 'default')
  )
}
