/** Media types and the choice between them (RFC 9110 §8.3.1, §12.5.1). */

/** A media type; type and parameter names in lower case, the values of parameters as they stand. */
export interface ParsedMediaType {
  /** `application/json`. */
  type: string
  parameters: Map<string, string>
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const head = new RegExp(`^[ \\t]*(${token}/${token})[ \\t]*`)
const parameter = new RegExp(
  `[ \\t]*;[ \\t]*(?:(${token})=(?:(${token})|"((?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\uffff]|\\\\.)*)"))?[ \\t]*`,
  'y',
)

/**
 * Reads a media type with its parameters (RFC 9110 §8.3.1); empty parameters are skipped (§5.6.6).
 *
 * @returns undefined where the text is none
 */
export function parseMediaType(text: string): ParsedMediaType | undefined {
  const found = head.exec(text)
  if (found === null) return undefined
  const parameters = new Map<string, string>()
  let at = found[0].length
  while (at < text.length) {
    parameter.lastIndex = at
    const next = parameter.exec(text)
    if (next === null) return undefined
    if (next[1] !== undefined) parameters.set(next[1].toLowerCase(), next[2] ?? next[3]!.replace(/\\(.)/g, '$1'))
    at = parameter.lastIndex
  }
  return { type: found[1]!.toLowerCase(), parameters }
}

/** Whether a media type carries JSON: `application/json`, `text/json` or a type with the suffix `+json` (RFC 6839 §3.1). */
export function isJson(type: string): boolean {
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json')
}

/** Whether a media type carries XML: `application/xml`, `text/xml` or a type with the suffix `+xml` (RFC 7303 §4.2, §9.2). */
export function isXml(type: string): boolean {
  return type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml')
}

/** Whether a media type carries text that can be read as UTF-8. */
export function isText(type: string): boolean {
  return type.startsWith('text/') || type === 'application/xml' || type.endsWith('+xml')
}

/** Whether a media type lies in a range: the same, `type/*` or `any/any` (RFC 9110 §12.5.1). Both lower case, without parameters. */
export function inRange(type: string, range: string): boolean {
  return range === type || range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)))
}

/**
 * Chooses among what can be sent by what the client accepts (RFC 9110 §12.4.2, §12.5.1): for each offer its most specific range counts,
 * the highest weight wins, then the order of the offers.
 *
 * @param accept the combined `Accept` field value; undefined or without any readable range: everything is welcome
 * @param offers media types in the order in which the server prefers them, lower case, without parameters
 * @returns the chosen offer, or undefined where none is acceptable
 */
export function negotiate(accept: string | undefined, offers: readonly string[]): string | undefined {
  const ranges = accept === undefined ? [] : parseAccept(accept)
  if (ranges.length === 0) return offers[0]
  let best: { offer: string; weight: number } | undefined
  for (const offer of offers) {
    const fitting = ranges.filter((range) => inRange(offer, range.type)).toSorted((a, b) => specificity(b.type) - specificity(a.type))[0]
    if (fitting !== undefined && fitting.weight > (best?.weight ?? 0)) best = { offer, weight: fitting.weight }
  }
  return best?.offer
}

function parseAccept(text: string): { type: string; weight: number }[] {
  return splitList(text).flatMap((member) => {
    const parsed = parseMediaType(member)
    if (parsed === undefined) return []
    const weight = Number(parsed.parameters.get('q') ?? 1)
    return [{ type: parsed.type, weight: weight >= 0 && weight <= 1 ? weight : 1 }]
  })
}

function specificity(range: string): number {
  return range === '*/*' ? 0 : range.endsWith('/*') ? 1 : 2
}

/** The members of a list (RFC 9110 §5.6.1): commas inside a quoted string separate nothing, empty members are skipped (§5.6.1.2). */
export function splitList(text: string): string[] {
  const members = text.match(/(?:"(?:\\.|[^"\\])*"?|[^,"])+/g) ?? []
  return members.map((member) => member.trim()).filter((member) => member !== '')
}
