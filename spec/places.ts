import { parsePointer, readPointer, removePointer, writePointer } from '../http/pointer.ts'
import type { Json, Place } from './contract.ts'
import { parseXml } from './xml.ts'

export { parsePlace } from './place.ts'

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

/** One result of a bulk request, as `$item…` places see it. */
export interface ItemMessage {
  item: true
  body: Json | undefined
  status?: undefined
}

export type Message = RequestMessage | ResponseMessage | ItemMessage

/** Which message this is, in the words of a place. */
export function kindOf(message: Message): Place['message'] {
  if ('item' in message) return 'item'
  return message.status === undefined ? 'request' : 'response'
}

const isRequest = (message: Message): message is RequestMessage => kindOf(message) === 'request'

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
  if (place.message !== kindOf(message)) return undefined
  switch (place.part) {
    case 'status':
      return message.status === undefined ? undefined : String(message.status)
    case 'header': {
      if ('item' in message) return undefined
      const lines = message.headers.filter(([name]) => name.toLowerCase() === place.name.toLowerCase())
      return lines.length ? lines.map(([, value]) => value).join(', ') : undefined
    }
    case 'query':
      return isRequest(message) ? message.query.find(([name]) => name === place.name)?.[1] : undefined
    case 'path':
      return isRequest(message) && Object.hasOwn(message.path, place.name) ? message.path[place.name] : undefined
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
  if (text === '{}') return whole
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
  if (place.message !== kindOf(message)) return message
  if (place.part === 'body') return { ...message, body: writeStarred(message.body, parsePointer(place.name), value, place) }
  const inner = isLocation(place) ? encodeURIComponent(plain(value)) : plain(value)
  const text = place.text === undefined ? plain(value) : place.text.replace('{}', () => inner)
  switch (place.part) {
    case 'status':
      return { ...message, status: Number(text) }
    case 'header':
      if ('item' in message) return message
      return { ...message, headers: replaceOrAdd(message.headers, place.name, text, (a, b) => a.toLowerCase() === b.toLowerCase()) }
    case 'query':
      return isRequest(message) ? { ...message, query: replaceOrAdd(message.query, place.name, text, (a, b) => a === b) } : message
    case 'path':
      return isRequest(message) ? { ...message, path: { ...message.path, [place.name]: text } } : message
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
  if (place.message !== kindOf(message)) return message
  switch (place.part) {
    case 'body':
      return { ...message, body: removePointer(message.body, place.name) as Json | undefined }
    case 'header':
      if ('item' in message) return message
      return { ...message, headers: message.headers.filter(([name]) => name.toLowerCase() !== place.name.toLowerCase()) }
    case 'query':
      return isRequest(message) ? { ...message, query: message.query.filter(([name]) => name !== place.name) } : message
    case 'path': {
      if (!isRequest(message)) return message
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
