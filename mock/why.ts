import { serializeItem, Token } from 'structured-headers'
import type { Reason } from './decision.ts'

/**
 * Why something was answered as it was, as the value of the header `Ifmatch-Decision`: a structured item (RFC 9651 §3.3) with the name of
 * the outcome, the rule, its place in the contract and a sentence.
 */
export function decisionHeader(name: string, { rule, pointer, text }: Reason): string {
  const parameters = new Map([
    ['rule', ascii(rule)],
    ...(pointer === '' ? [] : [['at', ascii(pointer)] as const]),
    ['why', ascii(text.slice(0, 1000))],
  ])
  return serializeItem([new Token(name), parameters])
}

/** A structured string holds printable ASCII only (RFC 9651 §3.3.3); the rest is percent-encoded. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]+/gu, (other) => encodeURIComponent(other.toWellFormed()))
}
