import { parsePointer } from '../http/pointer.ts'
import type { Place } from './contract.ts'

const expression =
  /^\$(?:(?<status>statusCode)|(?<item>item(?:#(?<member>(?:\/[^\s]*)?))?)|(?<message>request|response)\.(?:header\.(?<header>[!#$%&'*+.^_`|~0-9A-Za-z-]+)|query\.(?<query>[^\s]+)|path\.(?<path>[^\s]+)|body(?:#(?<body>(?:\/[^\s]*)?))?))$/

/**
 * Takes a runtime expression (OpenAPI 3.1 §4.8.20.4) apart: `$request.header.If-Match`, `$response.body#/version`, `$statusCode`.
 * `$item` and `$item#/status` are our own: one result of a bulk request.
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
  if (groups['item']) {
    parsePointer(groups['member'] ?? '')
    return { written, message: 'item', part: 'body', name: groups['member'] ?? '', ...rest }
  }
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
  if (/^\$item[./]/.test(written))
    return `${written} is no place: a member of a result is written ${written.replace(/^\$item[./]/, '$item#/')}`
  if (/^\$(request|response)\.(headers|header\[|header )/.test(written))
    return `${written} is no place: a header is written $request.header.NAME`
  return `${JSON.stringify(written)} is no place: expected ${forms}`
}
