import { unseen } from './visible.ts'

/**
 * One argument for a POSIX shell (POSIX.1-2024, Shell Command Language §2.2), so that pasting it gives the program exactly this text.
 *
 * `names` are placeholders: each `$NAME` of them in the text stays for the shell to fill in, everything else is literal, other dollars included.
 * Controls and invisible characters come out as a `printf` with octal escapes: a terminal that shows the line must not act on it, and people must see it.
 * Line feeds stay as they are. The text must hold no NUL: no program can be given one.
 */
export function quote(text: string, names: readonly string[] = []): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  const pieces = cut(text, names)
  if (pieces.some((piece) => piece.kind === 'placeholder') && pieces.every(fitsDoubleQuotes))
    return `"${pieces.map(inDoubleQuotes).join('')}"`
  return pieces.map(alone).join('') || "''"
}

interface Piece {
  kind: 'literal' | 'placeholder' | 'unseen'
  /** For a placeholder its name. */
  text: string
  /** The first character of what follows, or nothing. */
  next: string
}

/** The text as runs of literal text, placeholders, and runs of characters that must not be shown. Longer names win over their beginnings. */
function cut(text: string, names: readonly string[]): Piece[] {
  const known = names.filter((name) => /^[A-Za-z_]\w*$/.test(name)).sort((a, b) => b.length - a.length)
  const seam = new RegExp(`(${[...known.map((name) => `\\$${name}`), `(?:${unseen.source})+`].join('|')})`, 'u')
  const parts = text.split(seam)
  return parts.flatMap((part, index): Piece[] => {
    if (part === '') return []
    const next = (parts[index + 1] || parts[index + 2] || '').charAt(0)
    if (index % 2 === 0) return [{ kind: 'literal', text: part, next }]
    const name = part.slice(1)
    return part.startsWith('$') ? [{ kind: 'placeholder', text: name, next }] : [{ kind: 'unseen', text: part, next }]
  })
}

/** An exclamation mark is left out because interactive shells expand it there. */
function fitsDoubleQuotes(piece: Piece): boolean {
  return piece.kind === 'placeholder' || (piece.kind === 'literal' && !/["$`\\!\n]/.test(piece.text))
}

function inDoubleQuotes(piece: Piece): string {
  if (piece.kind === 'literal') return piece.text
  return /\w/.test(piece.next) ? `\${${piece.text}}` : `$${piece.text}`
}

/** The piece in quotes of its own. A quote in a literal closes, stands escaped, and opens again. */
function alone(piece: Piece): string {
  if (piece.kind === 'placeholder') return `"$${piece.text}"`
  if (piece.kind === 'literal') return `'${piece.text.replaceAll("'", String.raw`'\''`)}'`
  const octal = [...Buffer.from(piece.text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
  return `"$(printf '${octal.join('')}')"`
}
