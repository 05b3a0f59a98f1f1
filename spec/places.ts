import { parsePointer, readPointer, removePointer, writePointer } from '../http/pointer.ts'
import type { Json, Place } from './contract.ts'
import { parseXml } from './xml.ts'

/** A request as places see it. Header names are compared without regard to case; one entry is one field line. */
export interface RequestMessage {
  method: string
  url?: string
  /** Path parameters, decoded. */
  path: Record<string, string>
  /** Query parameters in order, decoded. */
  query: [name: string, value: string][]
  headers: [name: string, value: string][]
  /** Parsed JSON, else the text, else nothing. */
  body: Json | undefined
  status?: undefined
}

/** A response as places see it. */
export interface ResponseMessage {
  status: number
  headers: [name: string, value: string][]
  /** Parsed JSON, else the text, else nothing. */
  body: Json | undefined
}

export type Message = RequestMessage | ResponseMessage

const expression =
  /^\$(?:(?<status>statusCode)|(?<message>request|response)\.(?:header\.(?<header>[!#$%&'*+.^_`|~0-9A-Za-z-]+)|query\.(?<query>[^\s]+)|path\.(?<path>[^\s]+)|body(?:#(?<body>(?:\/[^\s]*)?))?))$/

/**
 * Takes a runtime expression (OpenAPI 3.1 §4.8.20.4) apart: `$request.header.If-Match`, `$response.body#/version`, `$statusCode`.
 * `text` is a text around the value, with `{}` where it stands.
 * @throws SyntaxError that says what is wrong and what could stand there.
 */
export function parsePlace(written: string, text?: string): Place {
  const groups = expression.exec(written)?.groups
  if (!groups) throw new SyntaxError(whyNoPlace(written))
  if (text !== undefined && text.split('{}').length !== 2)
    throw new SyntaxError(`the text ${JSON.stringify(text)} needs exactly one "{}", where the value stands`)
  const message = groups['message'] === 'request' ? 'request' : 'response'
  const rest = text === undefined ? {} : { text }
  if (groups['status']) return { written, message, part: 'status', name: '', ...rest }
  for (const part of ['header', 'query', 'path'] as const) {
    const name = groups[part]
    if (name === undefined) continue
    if (message === 'response' && part !== 'header')
      throw new SyntaxError(`a response has no ${part}: ${written} — did you mean $request.${part}.${name}?`)
    return { written, message, part, name, ...rest }
  }
  const name = groups['body'] ?? ''
  parsePointer(name)
  return { written, message, part: 'body', name, ...rest }
}

function whyNoPlace(written: string): string {
  const forms =
    '$request.header.NAME, $request.query.NAME, $request.path.NAME, $request.body#/MEMBER, $response.header.NAME, $response.body#/MEMBER or $statusCode'
  if (/\s/.test(written)) return `a place holds no blank: ${JSON.stringify(written)}`
  if (/^\$(request|response)\.(header|query|path)\.?$/.test(written))
    return `${written} names no ${written.split('.')[1] === 'header' ? 'header' : 'parameter'}: add its name, as in ${written.replace(/\.?$/, '.')}NAME`
  if (/^\$(request|response)\.body[^#]/.test(written))
    return `${written} is no place: a member of a body is written ${written.replace(/body[./]?/, 'body#/')}`
  if (/^\$(request|response)\.body#[^/]/.test(written))
    return `${written} is no place: after "#" a JSON Pointer begins with "/", as in ${written.replace('#', '#/')}`
  if (/^\$(request|response)\.(headers|header\[|header )/.test(written))
    return `${written} is no place: a header is written $request.header.NAME`
  return `${JSON.stringify(written)} is no place: expected ${forms}`
}

/**
 * Reads the first of these places that is there in the message; places of the other message (a `$response…` in a request) are passed over.
 * Bodies give JSON; a `*` segment, or a text around the members of a list, gives a list; headers, parameters and the status give text
 * (several lines of one header joined by `, `, RFC 9110 §5.2). A place with a text gives what stands at its `{}`.
 */
export function readPlaces(places: readonly Place[], message: Message): Json | undefined {
  for (const place of places) {
    const value = readPlace(place, message)
    if (value !== undefined) return value
  }
  return undefined
}

/** Reads one place; see `readPlaces`. */
export function readPlace(place: Place, message: Message): Json | undefined {
  const raw = readWhole(place, message)
  if (raw === undefined || place.text === undefined) return raw
  if (isLocation(place)) return decode(findInText(place.text, plain(raw).replace(/[?#].*$/, '')))
  if (!Array.isArray(raw)) return findInText(place.text, raw)
  const found = raw.map((member) => findInText(place.text!, member)).filter((member) => member !== undefined)
  return found.length ? found : undefined
}

/** Reads what stands at a place, its text not taken off. */
export function readWhole(place: Place, message: Message): Json | undefined {
  if ((place.message === 'request') !== (message.status === undefined)) return undefined
  switch (place.part) {
    case 'status':
      return message.status === undefined ? undefined : String(message.status)
    case 'header': {
      const lines = message.headers.filter(([name]) => name.toLowerCase() === place.name.toLowerCase())
      return lines.length ? lines.map(([, value]) => value).join(', ') : undefined
    }
    case 'query':
      return message.status === undefined ? message.query.find(([name]) => name === place.name)?.[1] : undefined
    case 'path':
      return message.status === undefined && Object.hasOwn(message.path, place.name) ? message.path[place.name] : undefined
    case 'body':
      return readStarred(place.name === '' ? message.body : treeOf(message.body), parsePointer(place.name))
  }
}

/** What a pointer walks: JSON, or the elements of an XML text. */
function treeOf(body: Json | undefined): Json | undefined {
  return typeof body === 'string' && /^\uFEFF?\s*</.test(body) ? parseXml(body) : body
}

function readStarred(value: Json | undefined, tokens: string[]): Json | undefined {
  const star = tokens.indexOf('*')
  if (star < 0) return readPointer(value, tokens) as Json | undefined
  const list = readPointer(value, tokens.slice(0, star))
  if (!Array.isArray(list)) return undefined
  return list.map((member) => readStarred(member, tokens.slice(star + 1))).filter((member) => member !== undefined)
}

/** What stands in a URL is percent-encoded there (RFC 3986 §2.1). */
function isLocation(place: Place): boolean {
  return place.part === 'header' && place.text !== undefined && /^(content-)?location$/i.test(place.name)
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return text
  }
}

function findInText(text: string, value: Json): string | undefined {
  if (typeof value === 'object') return undefined
  const [before = '', after = ''] = text.split('{}')
  const whole = String(value)
  const start = after === '' ? whole.lastIndexOf(before) : whole.indexOf(before)
  if (start < 0) return undefined
  const from = start + before.length
  const end = after === '' ? whole.length : whole.indexOf(after, from)
  return end < 0 ? undefined : whole.slice(from, end)
}

/**
 * A copy of the message in which the value stands at the place; a place of the other message changes nothing. Outside of bodies it is
 * written as text. A place with a text gets the text with the value at `{}`; in the body of a response it joins the text that is
 * there already, so that several texts can tell several things. With a `*` segment, a list is written member by member.
 */
export function writePlace<M extends Message>(place: Place, value: Json, message: M): M {
  if ((place.message === 'request') !== (message.status === undefined)) return message
  if (place.part === 'body') return { ...message, body: writeStarred(message.body, parsePointer(place.name), value, place) }
  const inner = isLocation(place) ? encodeURIComponent(plain(value)) : plain(value)
  const text = place.text === undefined ? plain(value) : place.text.replace('{}', () => inner)
  switch (place.part) {
    case 'status':
      return { ...message, status: Number(text) }
    case 'header':
      return { ...message, headers: replaceOrAdd(message.headers, place.name, text, (a, b) => a.toLowerCase() === b.toLowerCase()) }
    case 'query':
      return message.status === undefined
        ? { ...message, query: replaceOrAdd(message.query, place.name, text, (a, b) => a === b) }
        : message
    case 'path':
      return message.status === undefined ? { ...message, path: { ...message.path, [place.name]: text } } : message
  }
}

function writeStarred(body: Json | undefined, tokens: string[], value: Json, place: Place): Json {
  const star = tokens.indexOf('*')
  if (star < 0) {
    if (place.text === undefined) return writePointer(body, tokens, value) as Json
    const text = (member: Json, before: unknown): string =>
      joinText(
        place,
        before,
        place.text!.replace('{}', () => plain(member)),
      )
    const next = Array.isArray(value) ? value.map((member) => text(member, undefined)) : text(value, readPointer(body, tokens))
    return writePointer(body, tokens, next) as Json
  }
  const above = tokens.slice(0, star)
  const list = readPointer(body, above)
  const members = Array.isArray(list) ? list : []
  const next = (Array.isArray(value) ? value : [value]).map((member, at) =>
    writeStarred(members[at], tokens.slice(star + 1), member, place),
  )
  return writePointer(body, above, [...next, ...(Array.isArray(value) ? [] : members.slice(1))]) as Json
}

function joinText(place: Place, before: unknown, text: string): string {
  if (place.message !== 'response' || typeof before !== 'string' || before === '' || place.text === '{}') return text
  const [head = '', tail = ''] = place.text!.split('{}')
  const inside = findInText(place.text!, before)
  return inside === undefined ? `${before} ${text}` : before.replace(head + inside + tail, () => text)
}

/** A copy of the message without what stands at the place. */
export function removePlace<M extends Message>(place: Place, message: M): M {
  if ((place.message === 'request') !== (message.status === undefined)) return message
  switch (place.part) {
    case 'body':
      return { ...message, body: removePointer(message.body, place.name) as Json | undefined }
    case 'header':
      return { ...message, headers: message.headers.filter(([name]) => name.toLowerCase() !== place.name.toLowerCase()) }
    case 'query':
      return message.status === undefined ? { ...message, query: message.query.filter(([name]) => name !== place.name) } : message
    case 'path': {
      if (message.status !== undefined) return message
      const { [place.name]: _, ...path } = message.path
      return { ...message, path }
    }
    case 'status':
      return message
  }
}

/** A value as a text outside of a body: texts as they are, everything else as JSON. */
export function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function replaceOrAdd(lines: [string, string][], name: string, value: string, same: (a: string, b: string) => boolean): [string, string][] {
  const at = lines.findIndex(([other]) => same(other, name))
  if (at < 0) return [...lines, [name, value]]
  return [...lines.slice(0, at), [lines[at]![0], value], ...lines.slice(at + 1).filter(([other]) => !same(other, name))]
}
