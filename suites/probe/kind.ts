import { formatPointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { parsePlace, readPlace } from '../../spec/places.ts'
import type { Answer } from '../kit/answer.ts'
import { isMap } from './subject.ts'

/** Members by which APIs name the kind of an error; a sentence is for people, not for this. */
const kinds = [
  '/type',
  '/code',
  '/error/code',
  '/error/type',
  '/error/status',
  '/error',
  '/reason',
  '/errorCode',
  '/Error/Code',
  '/errors/0/code',
  '/scimType',
  '/__type',
]

/** Names of members that hold a kind wherever they stand, the likely first. An id of the kind (`not_found`) is one, that of a request is not. */
const names = /^(code|type|kind|reason|status|id)$/i

/** Facts that tell this error from others of the same status; undefined where it says nothing but sentences. */
export function kindOf(answer: Answer): { [place: string]: Json } | undefined {
  const header = answer.headers.find(([name]) => /error-?code$/i.test(name))
  if (header) return { [`$response.header.${header[0]}`]: header[1] }
  // a status that is told as a text is there to be compared (RFC 7644 §3.12)
  const status: { [place: string]: Json } =
    isMap(answer.body) && answer.body['status'] === String(answer.status) ? { '$response.body#/status': String(answer.status) } : {}
  for (const pointer of [...kinds, ...codes(answer.body, [])]) {
    const value = readPlace(parsePlace(`$response.body#${pointer}`), answer)
    if (typeof value === 'string' && /^[\w.:/#~-]{2,120}$/.test(value) && !['about:blank', 'string'].includes(value))
      return { ...status, [`$response.body#${pointer}`]: value }
  }
  return Object.keys(status).length ? status : undefined
}

/** Pointers to members named like a kind that hold a bare word of letters, up to three levels down. */
function codes(value: Json | undefined, above: readonly string[]): string[] {
  if (!isMap(value) || above.filter((name) => name !== '0').length > 2) return []
  return Object.entries(value).flatMap(([name, member]) => {
    if (isMap(member)) return codes(member, [...above, name])
    // of several errors the first
    if (Array.isArray(member)) return isMap(member[0]) ? codes(member[0], [...above, name, '0']) : []
    const isWord =
      typeof member === 'string' && /^[A-Za-z]+([_.-]?[A-Za-z]+)*$/.test(member) && !/^(error|fail(ure|ed)?|problem)$/i.test(member)
    return isWord && names.test(name) ? [formatPointer([...above, name])] : []
  })
}
