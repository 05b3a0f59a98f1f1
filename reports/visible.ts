/**
 * Text from the wire, made safe to look at.
 *
 * A response may hold terminal escapes, NULs, line breaks, zero-width or right-to-left marks. Every report shows them as the escapes
 * that programmers know (`\x1b`, `\u202e`) and never acts on them. It is for the eye only: a backslash stays a single one.
 */

/**
 * What a reader cannot see or a terminal would act on: controls but the line feed, format characters (bidirectional marks, zero-width ones),
 * lone surrogates, line separators and what is no character at all.
 */
export const unseen: RegExp = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u

const everyUnseen = new RegExp(unseen, 'gu')

const short: Record<string, string> = { '\r': '\\r', '\t': '\\t' }

function escape(character: string): string {
  const code = character.codePointAt(0)!
  if (code < 0x100) return short[character] ?? `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}

/** The text in one line: every character that does not show itself is escaped, line breaks included. */
export function visible(text: string): string {
  return text.replace(everyUnseen, escape).replaceAll('\n', '\\n')
}

/** The same, but line feeds and tabs stay what they are. */
export function visibleLines(text: string): string {
  return text.replace(everyUnseen, (character) => (character === '\t' ? character : escape(character)))
}
