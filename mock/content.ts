import { isJson, isText, parseMediaType } from '../http/media-type.ts'
import { writePointer } from '../http/pointer.ts'
import type { Json } from '../spec/contract.ts'
import { headerOf, type Request } from './message.ts'

/** The content of a request, read by its media type; a form is read as JSON of texts. */
export type Content =
  | { kind: 'none' }
  | { kind: 'json'; type: string; value: Json }
  | { kind: 'bytes'; type: string; bytes: Buffer }
  | { kind: 'unreadable'; why: string }

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** A request is looked at many times in one turn, and then never again. */
let last: { request: Request; content: Content } | undefined
const none: Content = { kind: 'none' }

/** Reads the content: JSON (RFC 8259, which is UTF-8, §8.1) is parsed, everything else stays as it came. */
export function contentOf(request: Request): Content {
  if (request.body === undefined || request.body.length === 0) return none
  if (last?.request === request) return last.content
  const content = read(request, request.body)
  last = { request, content }
  return content
}

function read(request: Request, body: Buffer): Content {
  const header = headerOf(request.headers, 'content-type')
  const type = (header === undefined ? undefined : parseMediaType(header)?.type) ?? 'application/octet-stream'
  if (type === formMediaType) return { kind: 'json', type, value: formOf(body.toString('utf8')) }
  if (!isJson(type)) return { kind: 'bytes', type, bytes: body }
  try {
    return { kind: 'json', type, value: JSON.parse(utf8.decode(body)) as Json }
  } catch (error) {
    return {
      kind: 'unreadable',
      why: error instanceof SyntaxError ? `the body is no JSON: ${error.message}` : 'the body is not UTF-8 (RFC 8259 §8.1)',
    }
  }
}

/** What HTML forms send (URL Standard §5.1). */
export const formMediaType = 'application/x-www-form-urlencoded'

/** A form as members; `metadata[order]` is a member of a member. All values are texts. */
function formOf(text: string): Json {
  let form: Json = {}
  for (const [name, value] of new URLSearchParams(text)) {
    form = writePointer(form, name.replace(/\]/g, '').split('['), value) as Json
  }
  return form
}

/** The content as places see it: parsed JSON, else the text, else nothing. */
export function bodyOf(request: Request): Json | undefined {
  const content = contentOf(request)
  if (content.kind === 'json') return content.value
  if (content.kind === 'bytes' && isText(content.type)) return content.bytes.toString('utf8')
  return undefined
}
