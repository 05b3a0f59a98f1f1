/** Columns that a text takes in a terminal: wide characters two, combining marks none. */
export function columns(text: string): number {
  let sum = 0
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue
    sum += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u.test(
      character,
    )
      ? 2
      : 1
  }
  return sum
}

/** The text, filled up with blanks to so many columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)))
}

/** Lines of at most `width` columns, broken at blanks; a word that is too long is cut. Line feeds in the text stay breaks. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(20, width)
  return text.split('\n').flatMap((paragraph) => fill(paragraph, room))
}

function fill(paragraph: string, room: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of paragraph.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (columns(longer) <= room) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    const cut = chop(word, room)
    lines.push(...cut.slice(0, -1))
    line = cut.at(-1)!
  }
  return [...lines, line]
}

function chop(word: string, room: number): string[] {
  const parts = ['']
  let taken = 0
  for (const character of word) {
    const width = columns(character)
    if (taken + width > room) {
      parts.push('')
      taken = 0
    }
    parts[parts.length - 1] += character
    taken += width
  }
  return parts
}
