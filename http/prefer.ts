/** The `Prefer` header field (RFC 7240). */

import { splitList } from './media-type.ts'

/**
 * Reads preferences (RFC 7240 §2): a list of `name[=value]`, whose parameters are skipped. The first of two with one name counts, names
 * are read without regard to case, and a value may be a token or a quoted string.
 *
 * @param text the combined field value
 * @returns values by lower-case name; the value of a bare name is empty
 */
export function parsePrefer(text: string): Map<string, string> {
  const preferences = new Map<string, string>()
  for (const member of splitList(text)) {
    const found = /^([^\s=;]+)[ \t]*(?:=[ \t]*(?:"((?:\\.|[^"\\])*)"|([^\s;"]*)))?/.exec(member)
    if (found === null) continue
    const name = found[1]!.toLowerCase()
    if (!preferences.has(name)) preferences.set(name, found[2]?.replace(/\\(.)/g, '$1') ?? found[3] ?? '')
  }
  return preferences
}
