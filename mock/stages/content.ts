import { inRange, isJson, negotiate, parseMediaType } from '../../http/media-type.ts'
import type { Operation } from '../../spec/contract.ts'
import { reject } from '../decision.ts'
import type { Stage } from '../decide.ts'
import { headerOf, type HeaderLines } from '../message.ts'
import { once } from '../once.ts'
import { contentOf } from '../content.ts'

/** Whether the content can be read, and whether the client can read ours: 415, 400, 406 (RFC 9110 §15.5.16, §15.5.1, §15.5.7). */
export const content: Stage = {
  name: 'content',
  decide({ facts }) {
    const { request, operation } = facts
    const declared = operation.request
    const sent = request.body === undefined ? announcesContent(request.headers) : request.body.length > 0
    if (declared !== undefined && (sent || declared.required)) {
      const refusal = wrongType(operation, headerOf(request.headers, 'content-type'), sent)
      if (refusal !== undefined) return refusal
    }
    if (request.method === 'PUT' && headerOf(request.headers, 'content-range') !== undefined && !takesParts(operation))
      return reject(400, 'RFC 9110 §14.5', 'Content-Range says that this is a part, and parts cannot be put here')
    if (request.body !== undefined && sent && declared !== undefined) {
      const read = contentOf(request)
      if (read.kind === 'unreadable') return reject(400, 'RFC 9110 §15.5.1', read.why)
    }
    const accept = headerOf(request.headers, 'accept')
    if (accept === undefined || accept === '*/*') return undefined
    const offers = offersOf(operation)
    if (offers.length === 0 || offers.includes('*/*') || offers.includes(accept) || negotiate(accept, offers) !== undefined)
      return undefined
    return reject(
      406,
      'RFC 9110 §15.5.7',
      `Accept ${JSON.stringify(accept)} takes none of what there is: ${[...new Set(offers)].join(', ')}`,
    )
  },
}

const offersOf = once((operation: Operation) =>
  operation.responses.filter((each) => each.status.startsWith('2')).flatMap((each) => each.content.map((media) => media.type)),
)

function takesParts({ parameters }: Operation): boolean {
  return parameters.some((each) => each.in === 'header' && each.name.toLowerCase() === 'content-range')
}

function announcesContent(headers: HeaderLines): boolean {
  return Number(headerOf(headers, 'content-length') ?? 0) > 0 || headerOf(headers, 'transfer-encoding') !== undefined
}

function wrongType(operation: Operation, header: string | undefined, sent: boolean): ReturnType<typeof reject> | undefined {
  const { content: media } = operation.request!
  if (media.length === 0) return undefined
  const types = media.map((each) => each.type)
  if (!sent) {
    // nothing at all is a text like any other, but no JSON
    return types.some((type) => !isJson(type)) ? undefined : reject(400, 'RFC 9110 §15.5.1', `a body is required: ${types.join(', ')}`)
  }
  const type = header === undefined ? undefined : parseMediaType(header)?.type
  if (type !== undefined && types.some((each) => inRange(type, each))) return undefined
  if (header === undefined && types.some((each) => each === '*/*' || each === 'application/octet-stream')) return undefined
  const text = header === undefined ? 'the content has no Content-Type' : `Content-Type ${JSON.stringify(header)} is not taken here`
  return reject(415, 'RFC 9110 §15.5.16', `${text}; expected ${types.join(' or ')}`, {
    headers: [[operation.method === 'PATCH' ? 'Accept-Patch' : 'Accept', types.join(', ')]],
  })
}
